/** `new` and `join`: the main path of one party, from its config to the result. */
import { PanicError } from "../base/mod.ts";
import { systemRng } from "../crypto/mod.ts";
import { showType } from "../garble/mod.ts";
import {
  directConnect,
  generateIdentity,
  gossipConnect,
  gossipLobby,
  loadOrCreateIdentity,
  type Node,
  nodeGossip,
  openGate,
  startNode,
} from "../net/mod.ts";
import {
  createTicket,
  decodeTicket,
  encodeTicket,
  lobbyTopic,
  runSession,
  type Session,
  systemClock,
  type Ticket,
} from "../session/mod.ts";
import { VERSION } from "./args.ts";
import { PROGRAM_NAME } from "./commands.ts";
import type { ComputeConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { localEngine } from "./engine/engine.ts";
import type { Engine, Work } from "./engine/engine.ts";
import { workerEngine } from "./engine/remote.ts";
import { agreedParameters, checkPlace, proposal } from "./plan.ts";
import { ownInput } from "./input_file.ts";
import { inputOf, type LoadedFacts, resultOf } from "./loaded.ts";
import { loadWith } from "./program.ts";
import { messageOf } from "./report.ts";
import { keepConnected } from "./targets.ts";

/** Longest time for the node to close its connections, in milliseconds. */
const STOP_MS = 1000;

/** One party on its way. */
interface Path {
  readonly config: ComputeConfig;
  readonly context: Context;
  readonly program: LoadedFacts;
  readonly node: Node;
}

/** The own input, as packed bits once the party number is known. */
class OwnInput {
  readonly #read: (party: number) => Uint8Array<ArrayBuffer>;
  #bits: Uint8Array<ArrayBuffer> | undefined;

  constructor(read: (party: number) => Uint8Array<ArrayBuffer>) {
    this.#read = read;
  }

  /** The bits for this party. @throws {ProgramError} if the text does not fit. */
  read(party: number): Uint8Array<ArrayBuffer> {
    return this.#bits ??= this.#read(party);
  }

  wipe(): void {
    // Why asked: an engine that has begun took them over.
    if (this.#bits?.buffer.detached === false) this.#bits.fill(0);
  }
}

/** Creates a session, writes its ticket to stdout, computes, and writes the result to stdout. */
export async function computeNew(config: ComputeConfig, context: Context): Promise<void> {
  await run({ ...config, party: config.party ?? 0 }, context, undefined);
}

/** Joins the session of `text`, a ticket, computes, and writes the result to stdout. */
export async function computeJoin(
  config: ComputeConfig,
  text: string,
  context: Context,
): Promise<void> {
  context.observe({ kind: "notice", text: "trying to decode ticket..." });
  await run(config, context, decodeTicket(text, context.system.now()));
}

/** config → program → input → node → session → protocol → result. Without an invitation we create. */
async function run(config: ComputeConfig, context: Context, invitation?: Ticket): Promise<void> {
  using engine = startEngine(config, context);
  const program = await loadWith(config, context.system, engine.load.bind(engine));
  checkPlace(program, config, invitation);
  const text = await ownInput(config, context);
  const own = new OwnInput((party) => inputOf(program, party, text));
  if (config.party !== undefined) own.read(config.party);
  const node = await listen(config, context);
  const path: Path = { config, context, program, node };
  const disconnect = keepConnected(node, config, context);
  try {
    const session = await meet(path, own, invitation);
    const input = own.read(session.channel.self);
    const work = workOf(session, context);
    const computed = await untilStopped(session, context.signal, () => {
      return engine.compute(work, input);
    });
    try {
      show(path, computed.output);
    } finally {
      // Why last: the others may still need what we sent.
      await session.close();
    }
  } finally {
    disconnect();
    own.wipe();
    const patience = Promise.withResolvers<void>();
    const cancel = context.system.after(STOP_MS, patience.resolve);
    await Promise.race([node.stop(), patience.promise]);
    cancel();
  }
}

/** In a worker the computation does not hold up pings, gossip and Ctrl-C. One is all that it can use. */
function startEngine({ workers }: ComputeConfig, { system, signal }: Context): Engine {
  return workers === 0
    ? localEngine(() => system.now())
    : workerEngine(system.startWorker(), signal);
}

/** What was agreed on, and the channel to do it over. */
function workOf({ channel, sid, description }: Session, { observe }: Context): Work {
  const { digest } = description.circuit;
  return { channel, sid, parameters: agreedParameters(description), digest, observe };
}

async function listen(config: ComputeConfig, { observe }: Context): Promise<Node> {
  const { identityKeyPath, listen } = config;
  const identity = identityKeyPath === undefined
    ? await generateIdentity()
    : await loadOrCreateIdentity(identityKeyPath);
  return await startNode({ identity, listen, observe });
}

/** Meets the other parties and agrees with them; the creator shows its ticket first. */
async function meet(
  path: Path,
  own: OwnInput,
  invitation: Ticket | undefined,
): Promise<Session> {
  const { config, context, program, node } = path;
  const { observe, signal, system } = context;
  const random = (length: number): Uint8Array<ArrayBuffer> =>
    systemRng().fill(new Uint8Array(length));
  const ticket = invitation ?? createTicket({
    creator: node.peerId,
    addresses: node.addresses(),
    parties: program.parties,
    program: new Uint8Array(program.programHash),
    now: system.now(),
    random,
  });
  const clock = systemClock;
  const gate = await openGate(node, clock);
  const lobby = gossipLobby({ node, gate, topic: lobbyTopic(ticket), observe });
  const { channel, bootnodes, seedNodes } = config;
  const { identity } = node;
  const connect = channel === "direct"
    ? directConnect({ node, gate, clock })
    : gossipConnect({ gossip: nodeGossip(node), identity, clock, random });
  // Why: over gossip any peer of the mesh will do; where none is named the creator is the mesh.
  const others = bootnodes.length + seedNodes.length > 0 ? "nobody" : "creator";
  return await runSession({
    role: invitation === undefined ? "create" : "join",
    ticket,
    ...(config.party === undefined ? {} : { party: config.party }),
    program: new Uint8Array(program.programHash),
    engine: VERSION,
    waitMs: config.waitTimeMs,
    ...(config.joinTimeoutMs === undefined ? {} : { joinMs: config.joinTimeoutMs }),
    dials: channel === "direct" ? "everybody" : others,
    ports: { lobby, identity, connect, clock, random },
    observe,
    signal,
    compile: () => Promise.resolve(proposal(program, config)),
    consent: ({ roster }) => {
      // Why here: nobody signs with an input that does not fit the number it got.
      own.read(roster.find(({ peer }) => peer === node.peerId)?.party ?? 0);
      return Promise.resolve(true);
    },
    ...(invitation === undefined ? { onOpen: () => showTicket(path, ticket) } : {}),
  });
}

/** Runs `work`; when the user wants to stop, the others are told and all that waits fails. */
async function untilStopped<T>(
  session: Session,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let told = Promise.resolve();
  const stop = (): void => {
    told = session.channel.abort(messageOf(signal.reason)).catch(() => {});
  };
  signal.addEventListener("abort", stop);
  try {
    return await work();
  } finally {
    signal.removeEventListener("abort", stop);
    await told;
  }
}

function showTicket({ config, context, program }: Path, ticket: Ticket): void {
  const { system, observe } = context;
  const text = encodeTicket(ticket);
  system.stdout.write(config.quiet ? `${text}\n` : `> ticket to join us: ${text}\n`);
  const others = program.parameters.map((_, i) => i).filter((i) => i !== config.party);
  const types = new Set(others.map((i) => showType(program.parameters[i]?.type ?? program.result)));
  const same = [
    ...(config.evaluator === 0 ? [] : [`--evaluator=${config.evaluator} `]),
    ...(config.channel === "direct" ? [] : [`--channel=${config.channel} `]),
  ].join("");
  const flags = `--program=${config.program} --party=<${others.join("|")}> ` +
    `--input=<${[...types].join("|")}> ${same}`;
  observe({ kind: "notice", text: `to join: ${PROGRAM_NAME} ${flags}join ${text}` });
}

/** Writes the result as the last line of stdout. @throws {PanicError} if the program panicked. */
function show({ config, context, program }: Path, output: Uint8Array | undefined): void {
  const { system, observe } = context;
  if (output === undefined) {
    observe({ kind: "notice", text: "done; the result went to the other parties" });
    return;
  }
  const outcome = resultOf(program, output, config.outputFormat);
  if (outcome.kind === "panic") {
    throw new PanicError(`The program panicked on line ${outcome.line}: ${outcome.text}`);
  }
  system.stdout.write(config.quiet ? `${outcome.text}\n` : `The result is ${outcome.text}\n`);
}
