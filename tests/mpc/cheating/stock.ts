/** Lies in a preprocessing, and in the opening that takes its triples. */
import assert from "node:assert/strict";
import { getBit } from "../../../lib/base/mod.ts";
import type { Scene, Session } from "../../sim/adversary.ts";
import { flipBit } from "../../sim/lies.ts";
import { both, messageOf } from "./lie.ts";
import { garblerRows, inputRows, onlyGarblerRows, outputRows, ownerRows } from "./online.ts";
import { leakRows } from "./leaks.ts";
import { coinRows, productRows } from "./products.ts";
import { assertOutput, assertUnsent, honestParties, type Row, UnsuitableSeed } from "./row.ts";
import { GATES, mixedScene, outputOf, visibleGates } from "./scenes.ts";

/** Which operand, as its place in the opening: x ⊕ λ_α, then y ⊕ λ_β. */
const OPERANDS = { d: 0, f: 1 } as const;
const STEP = "c0/operands";

/** The rows for a session that uses a stock. */
export function stockRows(parties: number, options: Partial<Scene> = {}): Row[] {
  const preprocessed = { ...options, preprocessed: true };
  // Here λ_α is unknown yet, so that no d is opened with the d_k.
  const products = [
    ...productRows(parties, preprocessed).filter(({ name }) => name !== "wrong d"),
    ...leakRows(parties, preprocessed),
    ...(parties === 2 ? [] : coinRows(parties, preprocessed)),
  ];
  return [
    ...products.map((row) => ({ ...row, name: `preprocessing: ${row.name}` })),
    ...operandRows(parties, preprocessed),
  ];
}

/** Rows of the session itself, as they are without a stock. */
export function rowsAfterStock(parties: number, options: Partial<Scene> = {}): Row[] {
  const everywhere = [inputRows, outputRows];
  const makes = parties === 2 ? everywhere : [...everywhere, ownerRows, garblerRows];
  const only = parties === 2 ? [onlyGarblerRows] : [];
  const preprocessed = { ...options, preprocessed: true };
  return [
    ...makes.flatMap((make) => make(parties, preprocessed)),
    ...only.flatMap((make) => make(preprocessed)),
  ];
}

function operandRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  return (["d", "f"] as const).flatMap((operand) =>
    [1, 0].map((liar): Row => ({
      name: `wrong ${operand} of a triple, from ${liar === 0 ? "the evaluator" : "a garbler"}`,
      check: "MAC hash",
      ...{ scene, liar, caught: honestParties({ scene, liar }), blames: liar },
      cheat: (_world, honest) => {
        const index = 8 * OPERANDS[operand] + gateToTell(honest, operand);
        // The liar goes on with the values that the others have.
        const other = liar === 0 ? 1 : 0;
        return {
          tap: both(
            flipBit({ step: STEP, from: liar }, index),
            flipBit({ step: STEP, from: other, to: liar }, index),
          ),
        };
      },
      stopped: (session) => assertUnsent(session, liar, /^(input\/labels|tables|c0\/t|output)/),
      // The gate gives αβ ⊕ λ_β (for d) or αβ ⊕ λ_α (for f): whoever knows the right output reads the mask.
      removed: (session, honest): void => {
        const gate = gateToTell(honest, operand);
        const wrong = outputOf(scene, Array.from({ length: GATES }, (_, m) => m === gate ? 1 : 0));
        assert.notDeepEqual(wrong, outputOf(scene));
        for (const i of honestParties({ scene, liar })) assertOutput(session, i, wrong);
      },
    }))
  );
}

/** A gate among the outputs whose other operand has mask 1: λ_β = y ⊕ f for a wrong d, λ_α = x ⊕ d for a wrong f. */
function gateToTell({ world }: Session, operand: keyof typeof OPERANDS): number {
  const { parties } = world.scene;
  const [secret, opened] = operand === "d"
    ? ["y", OPERANDS.f] as const
    : ["x", OPERANDS.d] as const;
  const mask = (gate: number): number => {
    let sum = 0;
    for (let i = 0; i < parties; i++) {
      const message = messageOf(world.log, STEP, i, i === 0 ? 1 : 0);
      sum ^= getBit(world.triples[i]?.[secret].bits ?? new Uint8Array(1), gate);
      sum ^= getBit(message, 8 * opened + gate);
    }
    return sum;
  };
  const found = visibleGates(world.scene).find((gate) => mask(gate) === 1);
  if (found === undefined) throw new UnsuitableSeed("the seed gives no such gate");
  return found;
}
