/**
 * Many sessions of two parties in one process, each with nodes of its own, every fourth of which ends in an error.
 * Writes what the process holds after the first quarter and after the last as lines of JSON, each once the time-outs
 * of the sessions are over: `deno run --v8-flags=--expose-gc … leak.ts SESSIONS`.
 */
import { LONGEST_MS } from "./short_timeouts.ts";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionError } from "../../lib/base/mod.ts";
import { localEngine } from "../../lib/cli/engine/engine.ts";
import { agreedParameters } from "../../lib/party/mod.ts";
import type { Engine } from "../../lib/cli/engine/engine.ts";
import type { LoadedFacts } from "../../lib/cli/loaded.ts";
import { say } from "../bench/session/talker.ts";
import { loopbackSeat, meet, type Seat } from "../sim/meeting.ts";
import { BUILD, inputBits, SUM } from "./program.ts";

/** What the process holds. */
export interface Held {
  readonly heapBytes: number;
  readonly files: number;
  /** Timers, listeners and the like that keep the process alive. */
  readonly active: number;
}

const FAIL_EVERY = 4;
const PARTIES = 2;
const TRIES = 50;
const TRY_MS = 200;

/** What the process holds when nothing waits any more. */
async function held(): Promise<Held> {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new TypeError("This needs --v8-flags=--expose-gc");
  const active = (): number => process.getActiveResourcesInfo().length;
  for (let i = 0; active() > 0 && i < TRIES; i++) await sleep(TRY_MS);
  // Why: a signal's time-out is not among them.
  await sleep(LONGEST_MS + TRY_MS);
  gc();
  // Why: what the first collection finalizes is collected by the second.
  await sleep(TRY_MS);
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return {
    heapBytes: heapUsed + external,
    files: [...Deno.readDirSync("/proc/self/fd")].length,
    active: active(),
  };
}

interface Player {
  readonly engine: Engine;
  readonly program: LoadedFacts;
}

/** One party of one session. */
async function play(
  { engine, program }: Player,
  seat: Pick<Seat, "node" | "gate" | "address">,
  { party, ticket, fails, onTicket }: {
    readonly party: number;
    readonly ticket?: string;
    readonly fails: boolean;
    readonly onTicket: (ticket: string) => void;
  },
): Promise<void> {
  const choices = {
    ...{ constants: BUILD.constants, limits: BUILD.limits, evaluator: 0, k: 2 },
    ...{ channel: "direct" as const, stepTimeoutMs: 30_000, totalTimeoutMs: undefined },
  };
  try {
    const session = await meet(
      { ...seat, program, party, parties: PARTIES, choices, waitMs: 30_000, onTicket },
      ticket,
    );
    const { channel, sid, description } = session;
    const parameters = agreedParameters(description);
    const { digest } = description.circuit;
    if (fails && party === 1) return await channel.abort("the test wants it so");
    const job = { channel, sid, parameters, digest, observe: (): void => {} };
    await engine.compute(job, inputBits(program, party));
    await session.close();
  } catch (error) {
    if (!(fails && error instanceof ConnectionError)) throw error;
  } finally {
    seat.gate.close();
    await seat.node.stop();
  }
}

async function session(players: readonly Player[], fails: boolean): Promise<void> {
  const [first, second] = players;
  const [a, b] = await Promise.all([loopbackSeat(), loopbackSeat()]);
  if (first === undefined || second === undefined) throw new TypeError("There are no players");
  const { promise: ticket, resolve: onTicket } = Promise.withResolvers<string>();
  await Promise.all([
    play(first, a, { party: 0, fails, onTicket }),
    ticket.then((ticket) => play(second, b, { party: 1, ticket, fails, onTicket })),
  ]);
}

async function main(sessions: number): Promise<void> {
  const players = await Promise.all(Array.from({ length: PARTIES }, async () => {
    const engine = localEngine();
    const built = await engine.load(SUM, BUILD);
    if (!built.ok) throw new TypeError("The program does not compile");
    return { engine, program: built.program };
  }));
  for (let i = 0; i < sessions; i++) {
    await session(players, i % FAIL_EVERY === FAIL_EVERY - 1);
    if (i + 1 === sessions >> 2 || i + 1 === sessions) say(await held());
  }
}

// Why no exit: the process must end by itself.
if (import.meta.main) await main(Number(Deno.args[0]));
