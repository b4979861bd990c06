/** `preprocess`: meets the parties of a later session and makes a stock with them. */
import { AgreementError, UsageError, VERSION } from "../base/mod.ts";
import { systemRng } from "../crypto/mod.ts";
import type { Demand, StockHeader } from "../mpc/mod.ts";
import { agreedParameters, CHUNK_ANDS, timeLimits } from "../party/mod.ts";
import { decodeTicket, type ProposedFacts, type Session, type Ticket } from "../session/mod.ts";
import { PROGRAM_NAME } from "./commands.ts";
import type { PreprocessConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { linkBytes } from "./estimate.ts";
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
import { isForPreprocessing, NO_PROGRAM } from "./plan.ts";
import { removeUnfinished } from "./stock_store.ts";
import { stockKey } from "./stock_use.ts";
import { ticketText } from "./ticket.ts";
import { withinTotal, workChannel } from "./time_limits.ts";

/** How long something that an ended worker had begun may still take effect, in milliseconds. */
const SETTLE_MS = 200;

/**
 * Makes a stock and keeps it in a new file. With a ticket, or where it stands, it joins, else it makes one.
 *
 * @throws {MpcError} if the parties do not agree, a check fails, or the file cannot be written.
 */
export async function preprocessCommand(
  config: PreprocessConfig,
  operand: string | undefined,
  context: Context,
): Promise<void> {
  const invitation = operand === undefined
    ? undefined
    : decodeTicket(await ticketText(operand, context), context.system.now());
  if (invitation !== undefined && !isForPreprocessing(invitation)) {
    throw new AgreementError("Cannot join the preprocessing: the ticket is for a computation", {
      hint: `take part in it with \`${PROGRAM_NAME} join\``,
    });
  }
  const parties = checkPlace(config, invitation);
  await refuseExisting(config.out);
  const party = config.party ?? (invitation === undefined ? 0 : undefined);
  try {
    await run({ ...config, party }, context, { invitation, parties });
  } catch (error) {
    // Why twice: a worker that was ended in the middle may be about to make the file.
    if (!await removeUnfinished(config.out)) {
      await new Promise<void>((resolve) => context.system.after(SETTLE_MS, resolve));
      await removeUnfinished(config.out);
    }
    throw error;
  }
}

/** Number of parties, if the config fits it. */
function checkPlace(config: PreprocessConfig, invitation: Ticket | undefined): number {
  const parties = invitation?.parties ?? config.parties;
  if (parties === undefined) {
    throw new UsageError('Cannot start a preprocessing: "--parties" is missing', {
      hint: "add --parties=<number>, or the ticket of another party",
    });
  }
  if (config.parties !== undefined && config.parties !== parties) {
    throw new UsageError(
      `Cannot preprocess: the ticket is for ${parties} parties, not ${config.parties}`,
      { hint: "leave --parties out; those who join know it from the ticket" },
    );
  }
  for (const name of ["party", "evaluator"] as const) {
    const number = config[name];
    if (number === undefined || number < parties) continue;
    throw new UsageError(`Cannot preprocess: there is no party ${number}`, {
      hint: `--${name} is a number from 0 to ${parties - 1}`,
    });
  }
  return parties;
}

async function run(
  config: PreprocessConfig,
  context: Context,
  meeting: { readonly invitation: Ticket | undefined; readonly parties: number },
): Promise<void> {
  const { observe } = context;
  using engine = startEngine(config, context);
  await withNode(config, context, async (node) => {
    const session = await meet(
      node,
      config,
      context,
      purposeOf(config, context, { ...meeting, engine }),
    );
    const { channel, sid, description } = session;
    const header = headerOf(session, config, systemRng().fill(new Uint8Array(32)));
    const place = { path: config.out, key: stockKey(node.identity, header.keySalt) };
    const parameters = agreedParameters(description);
    await withinTotal(config, context, async (signal) => {
      await untilStopped({ session, node, signal }, () => {
        const work = { sid, parameters, place, header, observe };
        return engine.preprocess({ ...work, channel: workChannel(channel, context) });
      });
    });
    const { ands, inputs } = header;
    const text = `done; "${config.out}" serves ${ands} AND gates and ${inputs} input bits, once`;
    observe({ kind: "notice", text });
    await session.close();
  });
}

/** A file is never overwritten, and that is better told before the work than after it. */
async function refuseExisting(path: string): Promise<void> {
  const exists = await Deno.lstat(path).then(() => true, () => false);
  if (!exists) return;
  throw new UsageError(`Cannot write preprocessing "${path}": the file exists`, {
    hint: "it is never overwritten; give another path",
  });
}

function purposeOf(
  config: PreprocessConfig,
  context: Context,
  { invitation, parties, engine }: Pick<Purpose, "invitation" | "parties" | "engine">,
): Purpose {
  const { demand, identityKeyPath = "", out } = config;
  const flags = `--and-gates=${demand.ands} --input-bits=${demand.inputs} ${sameFlags(config)}` +
    `--identity-key-path=${quoted(identityKeyPath)} --out=${quoted(out)}`;
  return {
    ...{
      invitation,
      parties,
      engine,
      program: NO_PROGRAM,
      propose: () => proposal(config, demand),
    },
    // Why unasked: no input is used, and the flags have said all that is agreed on.
    consent: () => Promise.resolve(true),
    showTicket: (ticket) => {
      showTicket(config, context, ticket, [`${PROGRAM_NAME} preprocess ${ticket} ${flags}`]);
    },
    linkBytes: (description, ends): number => {
      const parameters = agreedParameters(description);
      const { ands, inputs } = demand;
      const header = { ands, inputs: [inputs], outputs: new Uint32Array() };
      return linkBytes({ header, parameters, ends, stocked: false });
    },
  };
}

function proposal(config: PreprocessConfig, demand: Demand): ProposedFacts {
  const { evaluator, channel, k } = config;
  const { ands, inputs } = demand;
  return {
    entry: "",
    compileOptions: {},
    circuit: { digest: new Uint8Array(32), gates: 0, ands: 0, outputs: 0 },
    inputs: [],
    outputType: "",
    outputParties: [],
    evaluator,
    ...(k === undefined ? {} : { k }),
    chunk: CHUNK_ANDS,
    limits: timeLimits(config),
    channel,
    preprocessing: { kind: "make", ands, inputs },
  };
}

function headerOf(
  { sid, description, channel }: Session,
  { demand }: PreprocessConfig,
  keySalt: Uint8Array<ArrayBuffer>,
): StockHeader {
  const { parties, evaluator, k, chunk } = agreedParameters(description);
  const roster = description.roster.map(({ peer }) => peer);
  return {
    ...demand,
    ...{ sid: new Uint8Array(sid), parties, evaluator, k, chunk },
    ...{ self: channel.self, engine: VERSION, roster, keySalt },
  };
}
