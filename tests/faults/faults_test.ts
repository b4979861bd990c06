/** Sessions of three processes in which something goes wrong: always the right result or an error of ours, in time. */
import assert from "node:assert/strict";
import { seededRandom } from "../sim/random.ts";
import { type Kind, KINDS, phasesFor } from "./kinds.ts";
import { type Outcome, type Plan, Table } from "./table.ts";
import { missed, tally } from "./tally.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";
const SEED = 20_261_121;
/** Every kind several times in the slow tier; elsewhere one of each sort that needs no time-out. */
const RUNS = SLOW ? 200 : 7;
const FEW: readonly Kind[] = [
  "SIGKILL",
  "sockets cut",
  "flipped bit",
  "giant frame",
  "bytes missing",
  "1000 streams",
  "1000 silent streams of a stranger",
];

/** The plans in order: the kinds in turn, all else by chance. */
function plans(count: number, seed: number): Plan[] {
  const random = seededRandom(seed);
  const kinds = SLOW ? KINDS : FEW;
  return Array.from({ length: count }, (_, i) => {
    const kind = kinds[i % kinds.length] ?? "SIGKILL";
    const victim = random(3);
    const all = phasesFor(kind, victim);
    const phases = SLOW ? all : all.filter((phase) => phase.startsWith("mpc phase"));
    const phase = phases[random(phases.length)] ?? "mpc phase setup";
    return { kind, phase, victim, creator: random(3) };
  });
}

Deno.test(`${RUNS} sessions with a fault in each end with the right result or an error of ours`, async () => {
  await using table = await Table.open();
  const records: Outcome[] = [];
  for (const plan of plans(RUNS, SEED)) records.push(await table.run(plan));
  if (SLOW) await Deno.stdout.write(new TextEncoder().encode(`\nseed ${SEED}\n${tally(records)}`));
  assert.deepEqual(missed(records), [], "kinds that never hit a running protocol");
});
