/**
 * One party of a benchmark: a process of its own with a libp2p node on loopback, which meets the others and
 * computes as often as it is told. Told by lines on standard input, answers by lines on standard output.
 */
import { toHex } from "../../../lib/base/mod.ts";
import { localEngine } from "../../../lib/cli/engine/engine.ts";
import type { Engine } from "../../../lib/cli/engine/engine.ts";
import { workerEngine } from "../../../lib/cli/engine/remote.ts";
import { type LoadedFacts, resultOf } from "../../../lib/cli/loaded.ts";
import { agreedParameters, proposal } from "../../../lib/party/mod.ts";
import { systemRng } from "../../../lib/crypto/mod.ts";
import { Meter, TRAFFIC_PHASES } from "../../../lib/mpc/mod.ts";
import {
  directConnect,
  type Gate,
  generateIdentity,
  gossipLobby,
  type Node,
  openGate,
  startNode,
  type Verdict,
} from "../../../lib/net/mod.ts";
import type { Event, Phase } from "../../../lib/observability/mod.ts";
import {
  createTicket,
  decodeTicket,
  encodeTicket,
  judgeMessage,
  lobbyTopic,
  runSession,
  type Session,
  systemClock,
} from "../../../lib/session/mod.ts";
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
  readonly node: Node;
  readonly gate: Gate;
  /** The node's address as the others know it. */
  readonly address: string;
  readonly engine: Engine;
}

/** Meets the others, as `new` and `join` do; the number of parties may exceed that of the inputs. */
async function meet(path: Path, ticketText: string | undefined): Promise<Session> {
  const { options, program, node, gate, address, work } = path;
  const { party, parties, k, chunk } = options;
  const random = (length: number): Uint8Array<ArrayBuffer> =>
    systemRng().fill(new Uint8Array(length));
  const hash = new Uint8Array(program.programHash);
  const ticket = ticketText !== undefined ? decodeTicket(ticketText, Date.now()) : createTicket({
    ...{ creator: node.peerId, addresses: [address], parties, program: hash },
    ...{ now: Date.now(), random },
  });
  const clock = systemClock;
  const judge = (from: string, bytes: Uint8Array): Verdict =>
    judgeMessage(ticket.creator, from, bytes);
  const lobby = gossipLobby({ node, gate, topic: lobbyTopic(ticket), judge });
  const { constants, limits } = work.options;
  const facts = proposal(program, {
    ...{ constants, limits, evaluator: 0, channel: "direct", k },
    ...{ stepTimeoutMs: STEP_MS, totalTimeoutMs: undefined },
  });
  const outputParties = Array.from({ length: parties }, (_, i) => i);
  return await runSession({
    role: ticketText === undefined ? "create" : "join",
    ...{ ticket, party, program: hash, engine: "bench", waitMs: WAIT_MS },
    ports: {
      lobby: {
        addresses: () => [address],
        dial: (peer, addresses) => lobby.dial(peer, addresses),
        publish: (bytes) => lobby.publish(bytes),
        tell: (peer, bytes) => lobby.tell(peer, bytes),
        listen: (handler) => lobby.listen(handler),
      },
      ...{ identity: node.identity, connect: directConnect({ node, gate, clock }), clock, random },
    },
    compile: () => Promise.resolve({ ...facts, outputParties, chunk }),
    consent: () => Promise.resolve(true),
    ...(ticketText === undefined
      ? { onOpen: () => tell({ kind: "ticket", ticket: encodeTicket(ticket) }) }
      : {}),
  });
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
  const node = await startNode({
    identity: await generateIdentity(),
    listen: ["/ip4/127.0.0.1/tcp/0"],
  });
  const gate = await openGate(node, systemClock);
  const [own = ""] = node.addresses();
  let address = own.replace(/\/p2p\/.*$/, "");
  tell({ kind: "listening", address });
  for await (const command of lines<Command>(Deno.stdin.readable)) {
    if (command.kind === "address") address = command.address;
    else {
      const path = { options, work, program, node, gate, address, engine };
      const session = await meet(path, command.ticket);
      const figures = await measure(path, session);
      await session.close();
      tell({ kind: "computed", figures });
    }
  }
}

await main(JSON.parse(Deno.args[0] ?? "{}") as PartyOptions);
Deno.exit(0);
