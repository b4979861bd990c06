/**
 * One party of the fault tests: a process of its own that takes part in one session after the other, and can be told
 * to commit a fault when a phase begins. Told by lines on standard input, answers by lines on standard output.
 */
import net from "node:net";
import { MpcError, toHex } from "../../lib/base/mod.ts";
import { workerEngine } from "../../lib/cli/engine/remote.ts";
import type { LoadedFacts } from "../../lib/cli/loaded.ts";
import { agreedParameters } from "../../lib/party/mod.ts";
import type { Engine } from "../../lib/cli/engine/engine.ts";
import type { Event } from "../../lib/observability/mod.ts";
import { systemClock } from "../../lib/session/mod.ts";
import { lines, say } from "../bench/session/talker.ts";
import { portOf } from "../net/forwarder.ts";
import { loopbackSeat, meet, type Seat } from "../sim/meeting.ts";
import { EVALUATOR, isDeed, type Phase } from "./kinds.ts";
import { BUILD, inputBits, SOURCE } from "./program.ts";
import type { Command, End, FaultOrder, Report, Times } from "./protocol.ts";
import { Saboteur } from "./sabotage.ts";

const tell: (report: Report) => void = say;
const PHASES = /^(mpc phase .*|join rendezvous|agree session)$/;
const PARTIES = 3;

/** Ports to connect to instead of others. */
let detours: Readonly<Record<number, number>> = {};

/** Has every connection go through what is between the parties, whichever of its addresses a party is dialled at. */
function takeDetours(): void {
  const { connect } = net;
  net.connect =
    ((options: net.TcpNetConnectOpts) =>
      connect({ ...options, port: detours[options.port] ?? options.port })) as typeof connect;
}

/** What the process has for all its sessions. */
interface House {
  readonly party: number;
  readonly program: LoadedFacts;
  readonly engine: Engine;
  readonly saboteur: Saboteur;
}

/** Tells the phases, and commits the fault in its phase. */
function watch({ saboteur }: House, fault: FaultOrder | undefined): (event: Event) => void {
  let done = false;
  return (event) => {
    if (event.kind !== "span" || event.change !== "begin" || !PHASES.test(event.name)) return;
    tell({ kind: "phase", phase: event.name as Phase });
    if (done || event.name !== fault?.phase) return;
    done = true;
    const { own } = fault;
    if (own !== undefined && isDeed(own)) return saboteur.arm(own, () => tell({ kind: "hit" }));
    // Why not at once: a session that is made must show its ticket first.
    queueMicrotask(() => {
      tell({ kind: "hit" });
      if (own !== undefined) Deno.kill(Deno.pid, own === "SIGKILL" ? "SIGKILL" : "SIGSTOP");
    });
  };
}

async function takePart(
  house: House,
  seat: Pick<Seat, "node" | "gate" | "address">,
  { ticket, times, fault }: Command & { readonly kind: "session" },
): Promise<End> {
  const { program, party, engine } = house;
  const observe = watch(house, fault);
  try {
    const session = await meet({
      ...{ ...seat, program, party, parties: PARTIES, observe },
      choices: choices(times),
      ...{ waitMs: times.waitMs, reconnectMs: times.reconnectMs },
      onTicket: (ticket) => tell({ kind: "ticket", ticket }),
    }, ticket);
    const { channel, sid, description } = session;
    const parameters = agreedParameters(description);
    const { digest } = description.circuit;
    const job = { channel, sid, parameters, digest, observe };
    const { output = new Uint8Array(0) } = await engine.compute(job, inputBits(program, party));
    await session.close();
    return { output: toHex(output) };
  } catch (error) {
    const known = error instanceof MpcError;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { error: name, exitCode: known ? error.exitCode : undefined, message };
  }
}

function choices({ stepTimeoutMs }: Times): Seat["choices"] {
  return {
    ...{ constants: BUILD.constants, limits: BUILD.limits, evaluator: EVALUATOR },
    ...{ channel: "direct", k: 2, stepTimeoutMs, totalTimeoutMs: undefined },
  };
}

async function main(party: number): Promise<void> {
  takeDetours();
  const url = new URL("../../main.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  using engine = workerEngine(worker, systemClock, new AbortController().signal);
  const built = await engine.load(SOURCE, BUILD);
  if (!built.ok) throw new TypeError("The program does not compile");
  const saboteur = new Saboteur();
  const seat = await loopbackSeat((node) => saboteur.tap(node));
  const house = { party, program: built.program, engine, saboteur };
  tell({ kind: "listening", port: portOf(seat.address) });
  for await (const command of lines<Command>(Deno.stdin.readable)) {
    if (command.kind === "detours") detours = command.ports;
    else {
      const end = await takePart(house, seat, command);
      saboteur.disarm();
      tell({ kind: "ended", end });
    }
  }
}

await main(Number(Deno.args[0]));
Deno.exit(0);
