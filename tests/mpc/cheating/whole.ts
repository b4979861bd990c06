/** Lies against whole sessions as a program runs them: with base OTs, and the reasons that others are told. */
import assert from "node:assert/strict";
import { ProtocolError, utf8 } from "../../../lib/base/mod.ts";
import { type Bits, seededRng, sha256, typescriptKernels } from "../../../lib/crypto/mod.ts";
import { type CheckName, compute } from "../../../lib/mpc/mod.ts";
import { checksWithout, type Scene } from "../../sim/adversary.ts";
import { parametersOf } from "../../sim/engine.ts";
import { flipBit } from "../../sim/lies.ts";
import { memoryNetwork, type Tap } from "../../sim/memory_channel.ts";
import type { Ending } from "../../sim/parties.ts";
import type { Named } from "./channel.ts";
import { change } from "./lie.ts";
import { verdict } from "../../sim/parties.ts";
import { flipped, mixedScene, OUT, outputOf } from "./scenes.ts";

/** All parties call `compute`; the tap speaks for the liar, party 1. */
async function computeAll(
  scene: Scene,
  tap: Tap,
  removed?: CheckName,
): Promise<Ending<Bits | undefined>[]> {
  const { chunk, kernels = typescriptKernels } = scene;
  const parameters = parametersOf({ parties: 3, ...(chunk && { chunk }) });
  return await Promise.all(
    memoryNetwork(3, { tap }).map(async (channel, i) => {
      const rng = seededRng(utf8(`whole/${i}`));
      const options = { channel, rng, sid: sha256(utf8("whole")), parameters };
      const checks = removed === undefined ? {} : { checks: checksWithout(removed) };
      try {
        const input = Uint8Array.from(scene.inputs[i] ?? []);
        const value = await compute({ ...options, ...checks, kernels }, scene.circuit, input);
        return { ok: true, value };
      } catch (error) {
        return { ok: false, error };
      }
    }),
  );
}

function messageOf(end: Ending<unknown> | undefined): string {
  return end?.ok === false && end.error instanceof Error ? end.error.message : "";
}

/** Tests that run base OTs, too. */
export function wholeTests(form: Partial<Scene> = {}): Named[] {
  const scene = mixedScene(3, form);
  return [
    {
      name: "compute() tells the others which check failed and whom it blames",
      run: async (): Promise<void> => {
        const ends = await computeAll(scene, flipBit({ step: "input/mask/2", from: 1, to: 2 }, 2));
        assert.equal(verdict(ends[2]), "MAC hash");
        assert.equal(verdict(ends[0]), "ConnectionError");
        const reason =
          /party 2 left: Cannot trust party 1: the MAC hash failed in step "input\/mask\/2"/;
        assert.match(messageOf(ends[0]), reason);
      },
    },
    {
      name: "compute() without the MAC hash accepts a wrong mask",
      run: async (): Promise<void> => {
        const lie = flipBit({ step: "input/mask/2", from: 1, to: 2 }, 2);
        const ends = await computeAll(scene, lie, "MAC hash");
        for (const end of ends) {
          assert.deepEqual(end, { ok: true, value: flipped(outputOf(scene), OUT.LAST) });
        }
      },
    },
    ...["setup/choice", "setup/answer"].map((step): Named => ({
      name: `an invalid group element in step "${step}"`,
      run: async (): Promise<void> => {
        const from = 1;
        const to = step === "setup/choice" ? 2 : 0;
        const ends = await computeAll(
          scene,
          change({ step, from, to }, (bytes) => bytes.fill(0xff)),
        );
        const end = ends[to];
        assert.ok(end?.ok === false && end.error instanceof ProtocolError);
        assert.match(messageOf(end), /party 1/);
        const third = ends[2 - to];
        assert.equal(verdict(third), "ConnectionError");
        assert.match(messageOf(third), /invalid group element/);
      },
    })),
  ];
}
