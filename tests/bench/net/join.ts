/** How long it takes from the start of `p2p-mpc join` to the protocol, with whole processes. */
import { party, programFile, sumOf, ticketOf } from "../../e2e/process.ts";

/** Milliseconds since the process was started. */
export interface JoinTimes {
  /** It is connected to the one who made the ticket. */
  readonly contact: number;
  /** All have agreed, signed and are connected: the first message of the protocol leaves. */
  readonly start: number;
}

async function once(program: string): Promise<JoinTimes> {
  const flags = [`--program=${program}`, "--input=1"];
  const creator = party([...flags, "new"]);
  const ticket = await ticketOf(creator);
  const begin = performance.now();
  const joiner = party([...flags, "join", ticket]);
  await joiner.sees(/connected, other peers/);
  const contact = performance.now() - begin;
  await joiner.sees(/starting the computation/);
  const start = performance.now() - begin;
  await Promise.all([creator.ended, joiner.ended]);
  return { contact, start };
}

/** Two parties, `runs` times. */
export async function joinMs(runs: number): Promise<JoinTimes[]> {
  await using program = await programFile(sumOf(2));
  const times: JoinTimes[] = [];
  for (let i = 0; i < runs; i++) times.push(await once(program.path));
  return times;
}
