/** What goes over the wire, to the byte: a change here is a change of the protocol. */
import assert from "node:assert/strict";
import { toHex } from "../../lib/base/mod.ts";
import { Sha256 } from "../../lib/crypto/mod.ts";
import { batchShape } from "../../lib/mpc/bucket.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { simulate } from "../sim/engine.ts";
import type { Tap } from "../sim/memory_channel.ts";
import { Rounds } from "../sim/rounds.ts";

/** Rounds, and for each party its steps as "step messages×bytes". */
interface Wire {
  readonly rounds: readonly string[];
  readonly steps: readonly string[][];
  readonly hash: string;
}

/** A session of `n` parties with 60 AND gates in two chunks; the last party learns the output. */
async function wire(n: number): Promise<Wire> {
  const circuit = randomCircuit(1, { parties: n, inputsPerParty: 8, gates: 100 });
  assert.equal(circuit.header.ands, 60);
  const links = new Map<string, Sha256>();
  const tap: Tap = (from, to, _step, bytes) => {
    const link = links.get(`${from} ${to}`) ?? new Sha256();
    links.set(`${from} ${to}`, link.update(bytes));
    return bytes;
  };
  const rounds = new Rounds();
  const { parties } = await rounds.run(simulate(circuit, randomInputs(1, circuit.header.inputs), {
    ...{ parties: n, outputParties: [n - 1], chunk: 30, network: { tap } },
    wrap: (channel) => rounds.wrap(channel),
  }));
  const steps = parties.map((party) => {
    return [...party.channel.traffic.steps].map(([step, { bytes, messages }]) => {
      return `${step} ${messages}×${bytes / messages}`;
    });
  });
  const all = new Sha256();
  for (const [, link] of [...links].sort(([x], [y]) => x < y ? -1 : 1)) all.update(link.digest());
  return { rounds: rounds.rounds.map((all) => all.join(" ")), steps, hash: toHex(all.digest()) };
}

const SNAPSHOT = new URL("../data/mpc_wire.json", import.meta.url);

Deno.test("rounds, steps, bytes and content of two small sessions are those of the snapshot", async () => {
  const seen = { "2": await wire(2), "3": await wire(3) };
  if (Deno.env.get("P2P_MPC_UPDATE") === "1") {
    await Deno.writeTextFile(SNAPSHOT, `${JSON.stringify(seen, undefined, 2)}\n`);
  }
  assert.deepEqual(seen, JSON.parse(await Deno.readTextFile(SNAPSHOT)));
});

Deno.test("a party sends the bytes that the documentation says", async () => {
  const circuit = randomCircuit(2, { parties: 4, inputsPerParty: 9, gates: 400 });
  const { ands } = circuit.header;
  const { size, buckets } = batchShape(ands);
  for (const n of [2, 3, 4]) {
    const own = randomCircuit(2, { parties: n, inputsPerParty: 9, gates: 2 * ands, ands: 0.5 });
    const shape = batchShape(own.header.ands);
    assert.deepEqual([shape.size, shape.buckets], [size, buckets]);
    const inputs = randomInputs(1, own.header.inputs);
    const { parties } = await simulate(own, inputs, { parties: n, outputParties: [] });
    const gates = own.header.ands;
    const coin = 32 + 64 + (n === 2 ? 0 : 32);
    const bytes = (bits: number): number => Math.ceil(bits / 8);
    const material = (n - 1) * (8 * size * buckets + bytes(size * buckets) + 2 * coin) +
      (n - 1) * (size * bytes(gates) + 32) +
      (n === 2 ? 96 : (n - 1) * (32 + 128 + 32 + 4 * 34));
    const shared = (n - 1) * (bytes(9) + 32 + bytes(9)) + (n === 2 ? 0 : 2 * 32 * (n - 1));
    for (const { self, channel } of parties) {
      const garbler = 16 * 9 * n + 16 * (3 * n - 4) * gates + (self === 1 ? bytes(gates) : 0) + 16;
      const evaluator = (n - 1) * (bytes(gates) + 16 + 32 + 1);
      const want = material + shared + (self === 0 ? evaluator : garbler);
      assert.equal(channel.traffic.bytes, want, `n = ${n}, party ${self}`);
    }
  }
});
