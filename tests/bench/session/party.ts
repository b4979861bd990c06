/**
 * One party of a benchmark: a process of its own with a libp2p node on loopback, which meets the others and
 * computes as often as it is told. Told by lines on standard input, answers by lines on standard output.
 */
import { toHex } from "../../../lib/base/mod.ts";
import { localEngine } from "../../../lib/cli/engine/engine.ts";
import type { Engine } from "../../../lib/cli/engine/engine.ts";
import { workerEngine } from "../../../lib/cli/engine/remote.ts";
import { type LoadedFacts, resultOf } from "../../../lib/cli/loaded.ts";
import { agreedParameters } from "../../../lib/party/mod.ts";
import { TRAFFIC_PHASES } from "../../../lib/mpc/mod.ts";
import type { Event, Phase } from "../../../lib/observability/mod.ts";
import { type Session, systemClock } from "../../../lib/session/mod.ts";
import { loopbackSeat, meet, type Seat } from "../../sim/meeting.ts";
import { Meter } from "../../sim/meter.ts";
import type { Command, PartyFigures, PartyOptions, Report } from "./protocol.ts";
import { lines, say } from "./talker.ts";
import { cpuMs, now, peakRssMib } from "./usage.ts";
import { buildWorkload, inputFor, type Workload, workload } from "./workloads.ts";

const tell: (report: Report) => void = say;

/** Why so long: a loaded machine takes its time to start five processes. */
const WAIT_MS = 120_000;
const STEP_MS = 600_000;

interface Path {
  readonly options: PartyOptions;
  readonly work: Workload;
  readonly program: LoadedFacts;
  readonly seat: Pick<Seat, "node" | "gate" | "address">;
  readonly engine: Engine;
}

/** Meets the others, as `new` and `join` do; the number of parties may exceed that of the inputs. */
async function meetOthers(path: Path, ticket: string | undefined): Promise<Session> {
  const { options, program, work, seat } = path;
  const { party, parties, k, chunk } = options;
  const { constants, limits } = work.options;
  const choices = {
    ...{ constants, limits, evaluator: 0, channel: "direct" as const, k },
    ...{ stepTimeoutMs: STEP_MS, totalTimeoutMs: undefined },
  };
  const onTicket = (ticket: string): void => tell({ kind: "ticket", ticket });
  return await meet(
    { ...seat, program, choices, party, parties, facts: { chunk }, waitMs: WAIT_MS, onTicket },
    ticket,
  );
}

/** Computes once; the clock runs from the moment all have joined until the result is decoded. */
async function measure(path: Path, session: Session): Promise<PartyFigures> {
  const { engine, program, work, options } = path;
  const input = inputFor(work, program, options.party);
  const joinedAt = now();
  const cpuBefore = cpuMs();
  const phaseMs: Partial<Record<Phase, number>> = {};
  let last = joinedAt;
  const observe = (event: Event): void => {
    if (event.kind !== "progress") return;
    const at = now();
    phaseMs[event.phase] = (phaseMs[event.phase] ?? 0) + at - last;
    last = at;
  };
  const meter = new Meter(session.channel);
  const { sid, description } = session;
  const parameters = agreedParameters(description);
  const { digest } = description.circuit;
  const job = { channel: meter, sid, parameters, digest, observe };
  const { output, checks } = await engine.compute(job, input);
  if (output === undefined) throw new TypeError("A party has no output");
  resultOf(program, output, "garble");
  const decodedAt = now();
  const sent = TRAFFIC_PHASES.map((phase) => {
    return [phase, meter.total({ direction: "sent", phase }).bytes] as const;
  });
  return {
    ...{ joinedAt, decodedAt, setupMs: phaseMs.setup ?? 0, phaseMs },
    ...{ cpuMs: cpuMs() - cpuBefore, peakRssMib: peakRssMib(), checks, output: toHex(output) },
    bytesSent: Object.fromEntries(sent) as PartyFigures["bytesSent"],
    messages: meter.total({ direction: "sent" }).messages,
  };
}

function startEngine(workers: number): Engine {
  if (workers === 0) return localEngine(Date.now, buildWorkload);
  const url = new URL("worker.ts", import.meta.url).href;
  return workerEngine(
    new Worker(url, { type: "module" }),
    systemClock,
    new AbortController().signal,
  );
}

async function main(options: PartyOptions): Promise<void> {
  const work = await workload(options.circuit);
  using engine = startEngine(options.workers);
  const built = await engine.load(work.source, work.options);
  if (!built.ok) throw new TypeError(`Cannot compile ${options.circuit}`);
  const { program } = built;
  if (options.atOnce !== true) await engine.rehearse(options.parties);
  let seat = await loopbackSeat();
  const { address } = seat;
  tell({ kind: "listening", address });
  for await (const command of lines<Command>(Deno.stdin.readable)) {
    if (command.kind === "address") seat = { ...seat, address: command.address };
    else {
      const path = { options, work, program, seat, engine };
      const session = await meetOthers(path, command.ticket);
      const figures = await measure(path, session);
      await session.close();
      tell({ kind: "computed", figures });
    }
  }
}

await main(JSON.parse(Deno.args[0] ?? "{}") as PartyOptions);
Deno.exit(0);
