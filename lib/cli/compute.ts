/** `new` and `join`: the main path of one party, from its config to the result. */
import { AgreementError, PanicError, toHex, utf8 } from "../base/mod.ts";
import { showType } from "../garble/mod.ts";
import { blocksOf, type Node, offerBlobs } from "../net/mod.ts";
import { inSpan, type SpanAround } from "../observability/mod.ts";
import { agreedParameters, proposal } from "../party/mod.ts";
import { decodeTicket, type Session, systemClock, type Ticket } from "../session/mod.ts";
import { PROGRAM_NAME } from "./commands.ts";
import type { ComputeConfig } from "./config.ts";
import type { Context } from "./context.ts";
import type { Work } from "./engine/engine.ts";
import { linkBytes } from "./estimate.ts";
import { checkExpected, fetchProgram } from "./fetch_program.ts";
import { ownInput } from "./input_file.ts";
import { inputOf, type LoadedFacts, resultOf } from "./loaded.ts";
import { meet, type Purpose, sameFlags, startEngine, untilStopped, withNode } from "./meeting.ts";
import { checkPlace, isForPreprocessing } from "./plan.ts";
import { buildWith, loadWith } from "./program.ts";
import { acceptStock, openStock, type ReadyStock } from "./stock_use.ts";
import { tellWaits, withinTotal } from "./time_limits.ts";

/** What a trace tells of compiling. */
const COMPILING: SpanAround<LoadedFacts> = {
  name: "compile program",
  outcome: ({ circuit: { header } }) => ({
    "mpc.circuit.hash": toHex(header.digest),
    "mpc.circuit.and_gates": header.ands,
  }),
};

/** One party on its way. */
interface Path {
  readonly config: ComputeConfig;
  readonly context: Context;
  readonly program: LoadedFacts;
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
  const ticket = decodeTicket(text, context.system.now());
  if (isForPreprocessing(ticket)) {
    throw new AgreementError("Cannot join the session: the ticket is for a preprocessing", {
      hint: `take part in it with \`${PROGRAM_NAME} preprocess\``,
    });
  }
  await run(config, context, ticket);
}

/** config → program → input → node → session → protocol → result. Without an invitation we create. */
async function run(config: ComputeConfig, context: Context, invitation?: Ticket): Promise<void> {
  // Security: the text of a stranger is compiled in a worker, which can be ended, whatever the flags say.
  const workers = config.fetch ? Math.max(1, config.workers) : config.workers;
  using engine = startEngine({ ...config, workers }, context);
  if (invitation !== undefined) checkExpected(config.expectProgram, invitation);
  const build = engine.load.bind(engine);
  const fetched = config.fetch && invitation !== undefined
    ? await fetchProgram(config, context, invitation)
    : undefined;
  const { observe, system } = context;
  const program = await inSpan(observe, COMPILING, () => {
    return fetched === undefined
      ? loadWith(config, system, build)
      : buildWith(fetched, config, system, build);
  });
  checkPlace(program, config, invitation);
  const text = await ownInput(config, context);
  const own = new OwnInput((party) => inputOf(program, party, text));
  if (config.party !== undefined) own.read(config.party);
  try {
    await withNode(config, context, async (node) => {
      if (invitation === undefined) {
        const source = blocksOf([utf8(program.source.text)]);
        await offerBlobs(node, { source, clock: systemClock });
      }
      const stock = await stockOf({ config, program, context }, node);
      const path = { config: withParty(config, stock), context, program };
      const purpose = purposeOf(path, { own, invitation, stock, peer: node.peerId });
      const session = await meet(node, path.config, context, purpose);
      const input = own.read(session.channel.self);
      const work = workOf(session, context, stock);
      if (stock !== undefined) {
        const { path: file } = stock.place;
        context.observe({ kind: "notice", text: `"${file}" is used up by this session` });
      }
      const computed = await withinTotal(config, context, async (signal) => {
        return await untilStopped({ session, node, signal }, () => engine.compute(work, input));
      });
      for (const [check, count] of Object.entries(computed.checks)) {
        context.observe({ kind: "check", check, passed: true, count });
      }
      try {
        show(path, computed.output);
      } finally {
        // Why last: the others may still need what we sent.
        await session.close();
      }
    });
  } finally {
    own.wipe();
  }
}

/** Who takes part with a stock has the number that it had when it was made. */
function withParty(config: ComputeConfig, stock: ReadyStock | undefined): ComputeConfig {
  return stock === undefined ? config : { ...config, party: stock.header.self };
}

/** The stock that is to be used, if one is. */
async function stockOf(
  { config, program }: Path,
  { identity }: Node,
): Promise<ReadyStock | undefined> {
  const { preprocessing: path, party, evaluator } = config;
  if (path === undefined) return undefined;
  const { parties, circuit: { header } } = program;
  return await openStock({ path, identity, party, parties, evaluator, header });
}

/** What was agreed on, and the channel to do it over. */
function workOf(session: Session, context: Context, stock: ReadyStock | undefined): Work {
  const { channel, sid, description } = session;
  const { observe } = context;
  const { digest } = description.circuit;
  const parameters = agreedParameters(description);
  const used = stock === undefined ? {} : { stock: { place: stock.place, sid: stock.header.sid } };
  return { channel: tellWaits(channel, context), sid, parameters, digest, observe, ...used };
}

function purposeOf(
  { config, program }: Path,
  from: {
    readonly own: OwnInput;
    readonly invitation: Ticket | undefined;
    readonly stock: ReadyStock | undefined;
    readonly peer: string;
  },
): Purpose {
  const { own, invitation, stock, peer } = from;
  const others = program.parameters.map((_, i) => i).filter((i) => i !== config.party);
  const types = new Set(others.map((i) => showType(program.parameters[i]?.type ?? program.result)));
  const flags = `--program=${config.program} --party=<${others.join("|")}> ` +
    `--input=<${[...types].join("|")}> ${sameFlags(config)}` +
    (stock === undefined ? "" : "--preprocessing=<file> ");
  return {
    ...{ invitation, parties: program.parties, program: new Uint8Array(program.programHash) },
    facts: proposal(program, config, stock?.header.sid),
    accept: (description): void => {
      // Why here: nobody signs with an input that does not fit the number it got.
      own.read(description.roster.find((entry) => entry.peer === peer)?.party ?? 0);
      if (stock !== undefined) acceptStock(stock, description);
    },
    linkBytes: (description, ends): number => {
      const parameters = agreedParameters(description);
      const { header } = program.circuit;
      return linkBytes({ header, parameters, ends, stocked: stock !== undefined });
    },
    howToJoin: (ticket) => `${PROGRAM_NAME} ${flags}join ${ticket}`,
  };
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
