/** Golden transcripts: all messages of seeded sessions with everything, the same with both sets of kernels. */
import assert from "node:assert/strict";
import { toHex, utf8 } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import {
  type Kernels,
  seededRng,
  sha256,
  typescriptKernels,
  wasmKernels,
} from "../../lib/crypto/mod.ts";
import { compute } from "../../lib/mpc/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { parametersOf } from "../sim/engine.ts";
import { memoryNetwork, type Tap } from "../sim/memory_channel.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";
const SNAPSHOT = new URL("../data/mpc_transcript.json", import.meta.url);
/** Characters of a payload's SHA-256 that are kept. */
const HASH_DIGITS = 32;

/** A message: scope (what stands before the last part of a step), step, from, to, bytes, hash of the payload. */
type Line = string;

/** All messages of a session of `n` parties in two chunks, sorted: the order between links is nobody's promise. */
async function transcript(n: number, kernels: Kernels): Promise<Line[]> {
  const circuit = randomCircuit(1, { parties: n, inputsPerParty: 8, gates: 100 });
  const inputs = randomInputs(1, circuit.header.inputs);
  const lines: Line[] = [];
  const tap: Tap = (from, to, name, bytes) => {
    const cut = name.lastIndexOf("/") + 1;
    const site = `${name.slice(0, cut)} ${name.slice(cut)} ${from}>${to}`;
    lines.push(`${site} ${bytes.length} ${toHex(sha256(bytes)).slice(0, HASH_DIGITS)}`);
    return bytes;
  };
  const parameters = parametersOf({ parties: n, chunk: 30, outputParties: [n - 1] });
  const outputs = await Promise.all(
    memoryNetwork(n, { tap }).map((channel) => {
      const rng = seededRng(utf8(`transcript ${n}/${channel.self}`));
      const sid = sha256(utf8(`transcript ${n}`));
      const input = Uint8Array.from(inputs[channel.self] ?? []);
      return compute({ channel, rng, sid, parameters, kernels }, circuit, input);
    }),
  );
  assert.deepEqual(outputs[n - 1], evaluate(circuit, inputs));
  return lines.sort();
}

async function golden(n: number): Promise<Line[]> {
  return JSON.parse(await Deno.readTextFile(SNAPSHOT))[n];
}

Deno.test("the messages of seeded sessions are those of the golden transcripts, n = 2 and 3, SIMD", async () => {
  const kernels = wasmKernels();
  const seen = { "2": await transcript(2, kernels), "3": await transcript(3, kernels) };
  if (Deno.env.get("P2P_MPC_UPDATE") === "1") {
    await Deno.writeTextFile(SNAPSHOT, `${JSON.stringify(seen, undefined, 1)}\n`);
  }
  assert.deepEqual(seen, { "2": await golden(2), "3": await golden(3) });
});

for (const n of SLOW ? [2, 3] : [2]) {
  Deno.test(`the kernels in TypeScript give the golden transcript, n = ${n}`, async () => {
    assert.deepEqual(await transcript(n, typescriptKernels), await golden(n));
  });
}
