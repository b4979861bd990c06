/**
 * Secrets are wiped at the end: after a computation, however it ended, every array that kernels or random sources of a
 * party have seen holds zeros, but for those that were sent or received and the public ones that are listed here.
 */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { seededRng, sha256 } from "../../lib/crypto/mod.ts";
import { curveBinary, type CurveExports, curveOf } from "../../lib/crypto/wasm/curve.ts";
import { kernelsOf, wasmBinary } from "../../lib/crypto/wasm/kernels.ts";
import { type Exports, instantiate } from "../../lib/crypto/wasm/module.ts";
import { type Channel, compute } from "../../lib/mpc/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { parametersOf } from "../sim/engine.ts";
import { flipBit } from "../sim/lies.ts";
import { memoryNetwork, type Tap } from "../sim/memory_channel.ts";
import { verdict } from "../sim/parties.ts";
import { Residue } from "../sim/residue.ts";

/** Messages are in the hands of others. */
const MESSAGE = /^(sent|received) /;
/** What may be left if it was seen in these places alone: no secret when the session is over. */
const PUBLIC: readonly RegExp[] = [
  // The circuit, salt, and what the tables of a run are as the evaluator has them.
  /^(garble|evaluate)\.(op|a|b|out|salt|tables|lsb|outZ)$/,
  /^(hash\.0|leaky(Key|Mac)Side\.salt)$/,
  // Corrections, which are cut out of messages or put into one.
  /^(cotReceive\(\)\.d|cotSend\.d)$/,
  // Coins, which all have opened, with their nonces; the seed of the circuit check.
  /^rng (setup\/salt|aBit \d+\/coin|aBit 0\/delta|c\d+\/(V|chi|permutation|labels))$/,
  /^(prgInto\.[01]|macSum\.0|macSumHalves\.0|bitsHash\.0|columnHash\.0)$/,
  // x̃ and the MAC holder's own hashes of columns, whose rows are gone; sums of the circuit check.
  /^(bitsHash\(\)|columnHash\(\)|macSum\(\)|xorDeltaInto\.2)$/,
  // Elements of the base OT's messages, in other coordinates.
  /^curve(coordinates|powers)/,
  // Opened bits, masked values and permutations: selectors and sums of what was opened.
  /^(xorBitsInto|xorBlocksInto)\.[34]$/,
  /^(xorBitsInto\.1|xorDeltaInto\.1|expectedMacs\.1)$/,
];

/** A channel that notes what goes over it. */
function noting(channel: Channel, residue: Residue): Channel {
  const { self, parties } = channel;
  return {
    ...{ self, parties },
    send: async (to, step, bytes) => {
      residue.note(`sent ${step}`, bytes);
      await channel.send(to, step, bytes);
    },
    recv: async (from, step, length) => {
      const bytes = await channel.recv(from, step, length);
      residue.note(`received ${step}`, bytes);
      return bytes;
    },
    abort: (reason) => channel.abort(reason),
  };
}

/** How a session ended for each party, and what it left. */
interface Left {
  readonly verdicts: readonly string[];
  readonly left: readonly string[];
}

async function run(n: number, tap: Tap): Promise<Left> {
  const circuit = randomCircuit(1, { parties: n, inputsPerParty: 8, gates: 60 });
  const inputs = randomInputs(1, circuit.header.inputs);
  const wasm = instantiate<Exports>(wasmBinary());
  const group = instantiate<CurveExports>(curveBinary());
  const curve = curveOf(group);
  const tables = new Uint8Array(group.memory.buffer.slice(0));
  const residue = new Residue();
  const kernels = residue.kernels(kernelsOf(wasm, curve));
  const parameters = parametersOf({ parties: n, chunk: 20 });
  const verdicts = await Promise.all(
    memoryNetwork(n, { tap }).map(async (inner) => {
      const channel = noting(inner, residue);
      const rng = residue.rng(seededRng(utf8(`wiped ${inner.self}`)));
      const session = { channel, rng, sid: sha256(utf8("wiped")), parameters, kernels };
      try {
        const value = await compute(
          session,
          circuit,
          Uint8Array.from(inputs[inner.self] ?? []),
        );
        return verdict({ ok: true, value });
      } catch (error) {
        return verdict({ ok: false, error });
      }
    }),
  );
  assert.ok(new Uint8Array(wasm.memory.buffer).every((byte) => byte === 0), "WASM memory");
  assert.deepEqual(new Uint8Array(group.memory.buffer), tables, "memory of the group");
  assert.ok(residue.size > 100);
  const left = residue.left((places) =>
    places.some((place) => MESSAGE.test(place)) ||
    places.every((place) => PUBLIC.some((known) => known.test(place)))
  );
  return { verdicts, left };
}

const ENDS: readonly (readonly [string, number, Tap, string])[] = [
  ["well, n = 2", 2, (_from, _to, _step, bytes): typeof bytes => bytes, "ok"],
  ["well, n = 3", 3, (_from, _to, _step, bytes): typeof bytes => bytes, "ok"],
  ...["setup/reversal", "aBit 0/x", "c0/d", "c1/U", "tables/20", "output"].map((step) =>
    [
      `with a message of step "${step}" missing`,
      2,
      (_from, _to, name, bytes): typeof bytes | undefined => name === step ? undefined : bytes,
      "ConnectionError",
    ] as const satisfies readonly [string, number, Tap, string]
  ),
  ["in the COT check", 3, flipBit({ step: "aBit 0/x", from: 1 }, 5), "COT check"],
  ["in the V check", 2, flipBit({ step: "c1/U", from: 1 }, 64), "V check"],
  ["in a MAC hash", 3, flipBit({ step: "c0/d", from: 1 }, 3), "MAC hash"],
  ["in the label check", 3, flipBit({ step: "c1/labels", from: 0 }, 1), "label check"],
  ["in the circuit check", 2, flipBit({ step: "c0/t", from: 1 }, 7), "circuit check"],
  ["in the output", 2, flipBit({ step: "output", from: 1 }, 0), "output MAC hash"],
];

for (const [name, n, tap, check] of ENDS) {
  Deno.test(`no secret is left in memory when a session ends ${name}`, async () => {
    const { verdicts, left } = await run(n, tap);
    assert.ok(verdicts.includes(check), verdicts.join());
    assert.deepEqual(left, []);
  });
}
