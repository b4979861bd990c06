/** Garbling, evaluation, label check and circuit check of one chunk, on honest material. */
import assert from "node:assert/strict";
import { bitBytes, getBit, xorInto } from "../../lib/base/mod.ts";
import { evaluate, OP } from "../../lib/circuit/mod.ts";
import type { Bits } from "../../lib/crypto/mod.ts";
import { batchShape } from "../../lib/mpc/bucket.ts";
import { ChunkWalk, runsOf } from "../../lib/mpc/chunks.ts";
import { checkCircuit, sendCombination, walkValues } from "../../lib/mpc/circuit_check.ts";
import {
  evaluateChunk,
  type Evaluated,
  inputValues,
  receiveInputLabels,
} from "../../lib/mpc/evaluation.ts";
import { freshLabels, garbleChunk, sendInputLabels, tablesBytes } from "../../lib/mpc/garbling.ts";
import { checkLabels, proveLabels } from "../../lib/mpc/label_check.ts";
import { inputMasks, walkMasks } from "../../lib/mpc/masks.ts";
import { batchBits, cutBatch, type Material, prepareMaterial } from "../../lib/mpc/material.ts";
import { lowestGarbler } from "../../lib/mpc/party.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { flipBit } from "../sim/lies.ts";
import type { Tap } from "../sim/memory_channel.ts";
import {
  type Ending,
  endings,
  runAll,
  testParties,
  type TestParty,
  verdict,
} from "../sim/parties.ts";
import { reveal, unpack } from "../sim/plain.ts";
import { idealShares } from "../sim/shares.ts";

const SALT = new Uint8Array(16).fill(3);

/** A circuit with its material at all parties, and z of its inputs. */
interface World {
  readonly parties: readonly TestParty[];
  readonly circuit: ReturnType<typeof randomCircuit>;
  readonly materials: readonly Material[];
  /** λ_γ of the AND gates. */
  readonly gamma: readonly number[];
  readonly z: Bits;
  readonly inputs: readonly Uint8Array[];
}

async function world(n: number, evaluator: number, tap?: Tap): Promise<World> {
  const options = tap === undefined ? { evaluator } : { evaluator, tap };
  const parties = testParties(n, options);
  const circuit = randomCircuit(11, { parties: n, inputsPerParty: 4, gates: 120 });
  const { header } = circuit;
  const shape = batchShape(header.ands);
  const masks = idealShares(parties, 4 * n, "inputs");
  const bits = idealShares(parties, batchBits(shape), "bits").map((own) => cutBatch(own, shape));
  const materials = await runAll(parties, async (party) => {
    const facts = ["COT check", "tree check", "delta consistency", "input echo"] as const;
    for (const fact of facts) party.order.passed(fact);
    const { self } = party;
    const [own, lambda] = [bits[self], masks[self]];
    assert.ok(own && lambda);
    const state = inputMasks({ self, parties: n, registers: header.registers }, lambda);
    const operands = walkMasks(state, new ChunkWalk(circuit, 1000).next(), own.gamma);
    const site = { shape, chunk: 0, salt: SALT, index: 0, done: (): void => {} };
    return await prepareMaterial(party, site, operands, own);
  });
  const inputs = randomInputs(9, header.inputs);
  const z = new Uint8Array(bitBytes(4 * n));
  const lambda = reveal(masks);
  inputs.flatMap((own) => unpack(own, 4)).forEach((bit, m) => {
    z[m >>> 3] = (z[m >>> 3] ?? 0) | ((bit ^ (lambda[m] ?? 0)) << (m & 7));
  });
  const gamma = reveal(bits.map((own) => own.gamma));
  return { parties, circuit, materials, gamma, z, inputs };
}

/** What a party has after the tables: L_γ,0 at a garbler, z and labels at the evaluator. */
interface After {
  readonly zero: Bits;
  readonly evaluated: Evaluated | undefined;
}

async function tables(party: TestParty, of: World): Promise<After> {
  const { circuit, z } = of;
  const { header } = circuit;
  const material = of.materials[party.self];
  assert.ok(material);
  const runs = runsOf(circuit, 1000);
  const work = { first: 0, ands: header.ands, runs, material, salt: SALT, done: (): void => {} };
  if (party.self === party.parameters.evaluator) {
    const wires = await receiveInputLabels(party, header, z);
    return { zero: new Uint8Array(0), evaluated: await evaluateChunk(party, { ...work, wires }) };
  }
  const labels = freshLabels(party, header);
  await sendInputLabels(party, header, labels, z);
  const zero = await garbleChunk(party, { ...work, chunk: 0, labels });
  return { zero, evaluated: undefined };
}

/** The checks of the chunk after the tables. */
async function checks(party: TestParty, of: World): Promise<void> {
  const { header } = of.circuit;
  const material = of.materials[party.self];
  assert.ok(material);
  const { zero, evaluated } = await tables(party, of);
  const claimed = evaluated === undefined
    ? await checkLabels(party, 0, zero, header.ands)
    : await proveLabels(party, 0, evaluated);
  const values = inputValues(header, of.z);
  const operands = walkValues(values, runsOf(of.circuit, 1000), claimed.z, header.ands);
  const check = { chunk: 0, material, claimed, operands };
  if (evaluated === undefined) await sendCombination(party, check);
  else await checkCircuit(party, check);
}

/** z of every AND gate, from the values in the clear and the masks. */
function plainZ(of: World): number[] {
  const values = new Uint8Array(of.circuit.header.registers);
  values.set(of.inputs.flatMap((own) => unpack(own, 4)), 2);
  const z: number[] = [];
  for (const { count, op, a, b, out } of of.circuit.segments()) {
    for (let gate = 0; gate < count; gate++) {
      const x = values[a[gate] ?? 0] ?? 0;
      const y = values[b[gate] ?? 0] ?? 0;
      if (op[gate] === OP.AND) z.push((x & y) ^ (of.gamma[z.length] ?? 0));
      values[out[gate] ?? 0] = op[gate] === OP.AND ? x & y : op[gate] === OP.XOR ? x ^ y : x ^ 1;
    }
  }
  assert.ok(evaluate(of.circuit, of.inputs).length > 0);
  return z;
}

for (const n of [2, 3, 5]) {
  for (const evaluator of [0, n - 1]) {
    Deno.test(`labels and masked values keep their invariant, n = ${n}, evaluator ${evaluator}`, async () => {
      const of = await world(n, evaluator);
      const { ands } = of.circuit.header;
      const after = await runAll(of.parties, (party) => tables(party, of));
      const evaluated = after[evaluator]?.evaluated;
      assert.ok(evaluated);
      assert.deepEqual(unpack(evaluated.z, ands), plainZ(of));
      for (const { self, delta } of of.parties) {
        if (self === evaluator) continue;
        for (let m = 0; m < ands; m++) {
          const want = (after[self]?.zero ?? new Uint8Array(0)).slice(16 * m, 16 * m + 16);
          if (getBit(evaluated.z, m) === 1) xorInto(want, delta);
          assert.deepEqual(evaluated.labels[self]?.slice(16 * m, 16 * m + 16), want);
        }
        const sent = of.parties[self]?.channel.traffic.steps.get("tables/0")?.bytes;
        const bits = self === lowestGarbler(of.parties[0]?.parameters ?? fail())
          ? bitBytes(ands)
          : 0;
        assert.equal(sent, 16 * (3 * n - 4) * ands + bits);
        assert.equal(sent, tablesBytes(of.parties[0]?.parameters ?? fail(), self, ands));
      }
    });
  }
}

Deno.test("label check and circuit check pass for honest parties", async () => {
  for (const n of [2, 3, 4]) {
    const of = await world(n, 1);
    assert.deepEqual(
      (await endings(of.parties, (p) => checks(p, of))).map(verdict),
      Array(n).fill("ok"),
    );
  }
});

/** All endings when party `from` sends a changed message. Evaluator is party 0. */
async function lie(
  n: number,
  message: { readonly step: string; readonly from: number; readonly to?: number },
  bit: number,
): Promise<Ending<void>[]> {
  const of = await world(n, 0, flipBit(message, bit));
  return await endings(of.parties, (party) => checks(party, of));
}

Deno.test("a garbler stops at a false z, a changed hash, and sends no combination", async () => {
  for (const bit of [0, 17, -1]) {
    const of = await world(3, 0, flipBit({ step: "c0/labels", from: 0, to: 2 }, bit));
    const ends = await endings(of.parties, (party) => checks(party, of));
    assert.equal(verdict(ends[2]), "label check");
    assert.equal(of.parties[2]?.channel.traffic.steps.has("c0/t"), false);
    assert.ok(ends.some((end, i) => i !== 2 && !end.ok));
  }
});

Deno.test("a garbler ignores bits of z beyond the AND gates", async () => {
  const of = await world(2, 0, flipBit({ step: "c0/labels", from: 0 }, 63));
  const { ands } = of.circuit.header;
  assert.ok(ands < 63 && bitBytes(ands) === 8);
  const [, claimed] = await runAll(of.parties, async (party) => {
    const { zero, evaluated } = await tables(party, of);
    if (evaluated !== undefined) return await proveLabels(party, 0, evaluated);
    return await checkLabels(party, 0, zero, ands);
  });
  assert.deepEqual(claimed?.z, new Uint8Array([...claimed?.z.subarray(0, 7) ?? [], 0]));
});

Deno.test("seeds that differ between garblers fail the circuit check", async () => {
  const of = await world(3, 0);
  const ands = of.circuit.header.ands;
  const ends = await lie(3, { step: "c0/labels", from: 0, to: 2 }, 8 * bitBytes(ands) + 3);
  assert.equal(verdict(ends[0]), "circuit check");
});

Deno.test("a changed combination fails the circuit check", async () => {
  assert.equal(verdict((await lie(2, { step: "c0/t", from: 1 }, 99))[0]), "circuit check");
  assert.equal(verdict((await lie(3, { step: "c0/t", from: 2 }, 0))[0]), "circuit check");
});

Deno.test("changed tables and labels never pass both checks unless they did not matter", async () => {
  const seen = new Map<string, number>();
  const targets = [
    ...[0, 1, 2, 3, 4, 5].map((row) => ({ step: "tables/0", bit: 128 * row + 7 })),
    ...[0, 1].map((wire) => ({ step: "input/labels", bit: 128 * wire })),
  ];
  for (const n of [2, 3]) {
    for (const { step, bit } of targets) {
      const ends = await lie(n, { step, from: n - 1 }, bit);
      const names = ends.map(verdict);
      assert.ok(names.every((name) => name !== "RangeError" && name !== "TypeError"));
      const first = names.find((name) => name === "label check" || name === "circuit check") ??
        "ok";
      seen.set(first, (seen.get(first) ?? 0) + 1);
      // A row that the masked values do not select changes nothing: then all is well.
      if (first === "ok") assert.deepEqual(names, Array(n).fill("ok"));
    }
  }
  assert.ok((seen.get("label check") ?? 0) > 0);
});

Deno.test("a false lsb bit of the lowest garbler is found", async () => {
  const of = await world(2, 0);
  const { ands } = of.circuit.header;
  const ends = await lie(2, { step: "tables/0", from: 1 }, 8 * 16 * 2 * ands);
  assert.equal(verdict(ends[1]), "label check");
});

function fail(): never {
  throw new Error("missing");
}
