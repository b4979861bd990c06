/** `new` and `join`: the main path of one party, from its config to the result. */
import { AgreementError, LimitError, sizeText, toHex, UsageError, utf8 } from "../base/mod.ts";
import { showType } from "../garble/mod.ts";
import { blocksOf, type Node, offerBlobs } from "../net/mod.ts";
import { inSpan, observeAll, type SpanAround } from "../observability/mod.ts";
import { agreedParameters, parametersOf, proposal } from "../party/mod.ts";
import { decodeTicket, systemClock, type Ticket, Transcript } from "../session/mod.ts";
import { PROGRAM_NAME } from "./commands.ts";
import type { ComputeConfig } from "./config.ts";
import { type Consent, consentTo, policyOf, requirePerson } from "./consent/consent.ts";
import { checkYes } from "./consent/decide.ts";
import type { Policy } from "./consent/policy_file.ts";
import type { Context } from "./context.ts";
import { showPlan } from "./dry_run.ts";
import type { Engine, Work } from "./engine/engine.ts";
import { estimate, linkBytes } from "./estimate.ts";
import { digestText } from "./digest_text.ts";
import { checkExpected, fetchProgram } from "./fetch_program.ts";
import { type EventWriter, eventWriter } from "./json_events.ts";
import { inputOf, type LoadedFacts } from "./loaded.ts";
import {
  meet,
  type Purpose,
  quoted,
  sameFlags,
  showTicket,
  startEngine,
  untilStopped,
  withNode,
} from "./meeting.ts";
import type { NamedFile } from "./named_files.ts";
import { OPTIONS } from "./options.ts";
import { STDIN } from "./input_file.ts";
import { OwnInput, ownInput } from "./own_input.ts";
import { checkWritable, requireApart } from "./own_places.ts";
import { rememberParties } from "./peer_store.ts";
import { checkPlace, isForPreprocessing } from "./plan.ts";
import { buildWith, loadWith } from "./program.ts";
import { type Ending, failWithReceipt, finishWithReceipt } from "./receipts.ts";
import { showResult } from "./result.ts";
import { acceptStock, openStock, type ReadyStock } from "./stock_use.ts";
import { ticketText } from "./ticket.ts";
import { withinTotal, workChannel } from "./time_limits.ts";
import { requireWritten } from "./written.ts";

/** What a trace tells of compiling. */
const COMPILING: SpanAround<LoadedFacts> = {
  name: "compile program",
  outcome: ({ circuit: { header } }) => ({
    "mpc.circuit.hash": toHex(header.digest),
    "mpc.circuit.and_gates": header.ands,
  }),
};

/** One party on its way. */
interface Path extends Consent {
  readonly program: LoadedFacts;
  readonly own: OwnInput;
  readonly invitation: Ticket | undefined;
  readonly engine: Engine;
}

/** Creates a session, writes its ticket to stdout, computes, and writes the result to stdout. */
export async function computeNew(config: ComputeConfig, context: Context): Promise<void> {
  await told(config, context, (inner) => run({ ...config, party: config.party ?? 0 }, inner));
}

/** Joins the session of a ticket, computes, and writes the result to stdout. */
export async function computeJoin(
  config: ComputeConfig,
  operand: string,
  context: Context,
): Promise<void> {
  await told(config, context, async (inner) => {
    inner.context.observe({ kind: "notice", text: "trying to decode ticket..." });
    const { system } = context;
    if (operand === STDIN && config.input.kind === "file" && config.input.path === STDIN) {
      throw new UsageError("Cannot read standard input twice: it is to be ticket and input", {
        hint: "give the ticket itself, or another place for the input",
      });
    }
    const ticket = decodeTicket(await ticketText(operand, context), system.now());
    if (isForPreprocessing(ticket)) {
      throw new AgreementError("Cannot join the session: the ticket is for a preprocessing", {
        hint: `take part in it with \`${PROGRAM_NAME} preprocess\``,
      });
    }
    await run(config, inner, ticket);
  });
}

/** Where things are told: to people, and to scripts. */
interface Telling {
  readonly context: Context;
  readonly events: EventWriter;
}

/** Runs `work`; with `--json` its events and its error are told on standard output, too. */
async function told(
  config: ComputeConfig,
  context: Context,
  work: (telling: Telling) => Promise<void>,
): Promise<void> {
  const events = eventWriter(config.json, context);
  const observe = observeAll(context.observe, events.observe);
  try {
    await work({ context: { ...context, observe }, events });
  } catch (error) {
    events.error(error);
    throw error;
  }
}

/** config → program → input → node → session → protocol → result. Without an invitation we create. */
async function run(given: ComputeConfig, telling: Telling, invitation?: Ticket): Promise<void> {
  const { context, events } = telling;
  const policy = await policyOf(given, context);
  const asGiven = withPolicy(given, policy);
  // Security: the text of a stranger is compiled in a worker, which can be ended, whatever the flags say.
  const workers = given.fetch ? Math.max(1, given.workers) : given.workers;
  using engine = startEngine({ ...asGiven, workers }, context);
  if (invitation !== undefined) checkExpected(given.expectProgram, invitation.program, true);
  const program = await programOf(asGiven, context, engine, invitation);
  const config = withNamed(asGiven, program);
  checkExpected(config.expectProgram, program.programHash, false);
  checkPlace(program, config, invitation);
  checkYes(config, config.fetch ? undefined : program.programHash);
  requirePerson(config, context);
  checkMemory(config, program, context);
  requireApart([...config.files, ...policyFiles(given, policy)]);
  await checkWritable([config.outputFile, config.receipt], context.system);
  const text = await ownInput(config, program, context);
  const own = new OwnInput((party) => inputOf(program, party, text));
  if (config.party !== undefined) own.read(config.party);
  const path: Path = { config, context, events, policy, program, own, invitation, engine };
  try {
    if (config.dryRun) return showPlan(path);
    await withNode(config, context, (node) => takePart(path, node));
  } finally {
    own.wipe();
  }
}

/** The input and the output may stand in the policy. */
function withPolicy(config: ComputeConfig, policy: Policy | undefined): ComputeConfig {
  const { input, outputFile } = config;
  const path = policy?.input_file;
  return {
    ...config,
    input: input.kind === "prompt" && path !== undefined ? { kind: "file", path } : input,
    outputFile: outputFile ?? policy?.output_file,
  };
}

/** The files that the policy names, as far as they are used. */
function policyFiles({ outputFile }: ComputeConfig, policy: Policy | undefined): NamedFile[] {
  const { input_file: input, output_file: output } = policy ?? {};
  const by = "the policy";
  return [
    ...(input === undefined ? [] : [{ by, path: input, written: false }]),
    ...(output === undefined || outputFile !== undefined
      ? []
      : [{ by, path: output, written: true }]),
  ];
}

/** Who was shown the creator's program and wants it has named it. */
function withNamed(config: ComputeConfig, { programHash }: LoadedFacts): ComputeConfig {
  const { fetch, policy, expectProgram } = config;
  const named = fetch && policy === undefined ? digestText(programHash) : undefined;
  return { ...config, expectProgram: expectProgram ?? named };
}

/** The program, from a file or from the creator. */
async function programOf(
  config: ComputeConfig,
  context: Context,
  engine: Engine,
  invitation: Ticket | undefined,
): Promise<LoadedFacts> {
  const { observe, system } = context;
  const build = engine.load.bind(engine);
  const fetched = config.fetch && invitation !== undefined
    ? await fetchProgram(config, context, invitation)
    : undefined;
  return await inSpan(observe, COMPILING, () => {
    return fetched === undefined
      ? loadWith(config, system, build)
      : buildWith(fetched, config, system, build);
  });
}

/** @throws {LimitError} if the machine has less memory than the session takes, as estimated. */
function checkMemory(config: ComputeConfig, program: LoadedFacts, { system }: Context): void {
  const costs = estimate(program.circuit.header, parametersOf(program, config));
  // Why the least: the number of a joiner is not always known yet.
  const least = config.party === undefined
    ? Math.min(...costs.map(({ memoryBytes }) => memoryBytes))
    : costs[config.party]?.memoryBytes ?? 0;
  const memory = system.memoryBytes();
  if (memory === undefined || least <= memory) return;
  throw new LimitError(
    `Cannot compute: this party needs about ${sizeText(least)} of memory, and the machine has ` +
      `${sizeText(memory)} (limit "memory")`,
    { hint: "take a machine with more memory, or a smaller program; `check` tells what it costs" },
  );
}

/** With a node: meets the others, computes, and gives the result to whom it belongs. */
async function takePart(path: Path, node: Node): Promise<void> {
  const { context, events, program, own, invitation, engine } = path;
  if (invitation === undefined) {
    const source = blocksOf([utf8(program.source.text)]);
    await offerBlobs(node, { source, clock: systemClock });
  }
  const stock = await stockOf(path, node);
  const config = withParty(path.config, stock);
  const session = await meet(
    node,
    config,
    context,
    await purposeOf({ ...path, config }, node, stock),
  );
  const input = own.read(session.channel.self);
  if (stock !== undefined) {
    const { path: file } = stock.place;
    context.observe({ kind: "notice", text: `"${file}" is used up by this session` });
  }
  const transcript = new Transcript(session.channel);
  const startedMs = context.system.now();
  const { identity } = node;
  const ending: Ending = {
    ...{ session, transcript, identity, clock: context.system, startedMs },
    path: config.receipt,
  };
  const work = workOf(ending, context, stock);
  const { output, checks } = await withinTotal(config, context, async (signal) => {
    return await untilStopped({ session, node, signal }, () => engine.compute(work, input));
  }).catch(async (error) => {
    await failWithReceipt(ending, error, context);
    throw error;
  });
  for (const [check, count] of Object.entries(checks)) {
    context.observe({ kind: "check", check, passed: true, count });
  }
  try {
    const receivers = session.description.outputParties;
    await showResult(config, program, { output, receivers }, { context, events });
  } finally {
    await finishWithReceipt(ending, context);
    rememberParties(config, session.roster, node.peerId, context);
    // Why last: the others may still need what we sent.
    await session.close();
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
function workOf(
  { session, transcript }: Ending,
  context: Context,
  stock: ReadyStock | undefined,
): Work {
  const { sid, description } = session;
  const { digest } = description.circuit;
  const parameters = agreedParameters(description);
  const used = stock === undefined ? {} : { stock: { place: stock.place, sid: stock.header.sid } };
  const channel = workChannel(transcript, context);
  return {
    ...{ channel, sid, parameters, digest, ...used },
    observe: (event) => {
      context.observe(event.kind === "progress" ? { ...event, bytes: transcript.bytes } : event);
    },
  };
}

async function purposeOf(
  path: Path,
  node: Node,
  stock: ReadyStock | undefined,
): Promise<Purpose> {
  const { config, context, events, program, own, invitation } = path;
  const consent = await consentTo(path, program, node);
  return {
    ...{ invitation, parties: program.parties, program: new Uint8Array(program.programHash) },
    outputParties: config.outputParties,
    engine: stock === undefined ? path.engine : undefined,
    propose: (creators) =>
      proposal(program, config, {
        stock: stock?.header,
        outputParties: config.outputParties ?? creators,
      }),
    linkBytes: (description, ends): number => {
      const parameters = agreedParameters(description);
      const { header } = program.circuit;
      return linkBytes({ header, parameters, ends, stocked: stock !== undefined });
    },
    consent: async (description, signal): Promise<boolean> => {
      // Why here: nobody signs with an input that does not fit the number it got.
      own.read(description.roster.find(({ peer }) => peer === node.peerId)?.party ?? 0);
      if (stock !== undefined) acceptStock(stock, description);
      return await consent(description, signal);
    },
    showTicket(ticket): void {
      if (events.enabled) {
        events.ticket(ticket);
        return requireWritten(context.system, "the ticket");
      }
      showTicket(config, context, ticket, joinCommands(config, program, ticket));
    },
  };
}

/** The command that brings each of the others in; where their inputs are of one type, one for all of them. */
function joinCommands(config: ComputeConfig, program: LoadedFacts, ticket: string): string[] {
  const { entry, constants, outputParties, preprocessing, identityKeyPath = "" } = config;
  const more = [
    ...(entry === OPTIONS.entry.default ? [] : [`--entry=${entry} `]),
    ...[...constants].map(([name, value]) => `--const=${quoted(`${name}=${value}`)} `),
    ...(outputParties === undefined ? [] : [`--output-parties=${outputParties.join(",")} `]),
    sameFlags(config),
    ...(preprocessing === undefined ? [] : [
      `--preprocessing=${quoted(preprocessing)} --identity-key-path=${quoted(identityKeyPath)} `,
    ]),
  ];
  const others = program.parameters.map(({ type }, party) => ({ party, type: showType(type) }))
    .filter(({ party }) => party !== config.party);
  const alike = new Set(others.map(({ type }) => type)).size === 1;
  const numbers = alike ? [""] : others.map(({ party }) => `--party=${party} `);
  return numbers.map((number) =>
    `${PROGRAM_NAME} --program=${quoted(config.program)} ${number}${more.join("")}join ${ticket}`
  );
}
