/** What goes over the wire, to the byte: a change here is a change of the protocol. */
import assert from "node:assert/strict";
import { toHex } from "../../lib/base/mod.ts";
import { Sha256 } from "../../lib/crypto/mod.ts";
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
