/** What protocol code gets: a channel, randomness, kernels and the public parameters. */
import { BLOCK_BYTES, type Blocks, type Kernels, type Rng, SID_BYTES } from "../crypto/mod.ts";
import { type Observe, observeNothing } from "../observability/mod.ts";
import type { Channel } from "./channel.ts";
import { type Checks, strictChecks } from "./checks.ts";
import { Echo } from "./echo.ts";
import { Ledger } from "./ledger.ts";
import { Order } from "./order.ts";
import { Secrets } from "./secrets.ts";
import { StoppableChannel, stoppingChecks } from "./stop.ts";

/** Most parties of a session: indices have one byte in every tweak, and each pair has a link. */
export const PARTIES_MAX = 64;
/** The values that {@linkcode Parameters.k} may have. */
export const CHUNK_BITS: readonly number[] = [1, 2, 4, 8];

/** Public parameters of a session, the same for all parties. */
export interface Parameters {
  /** Number of parties, 2 … 64. */
  readonly parties: number;
  /** The party that evaluates; every other one garbles. */
  readonly evaluator: number;
  /** Parties that learn the output, ascending. */
  readonly outputParties: readonly number[];
  /** SoftSpoken chunk bits: 1, 2, 4 or 8. */
  readonly k: number;
  /** Most AND gates of a chunk. */
  readonly chunk: number;
}

/** One party of one session. */
export interface Party {
  /** Own number. */
  readonly self: number;
  /** Public parameters of the session. */
  readonly parameters: Parameters;
  /** Links to all other parties. */
  readonly channel: Channel;
  /** Forked by label; no two concurrent branches share one. */
  readonly rng: Rng;
  /** Own global key Δ, one block; secret, wiped at the end. */
  readonly delta: Blocks;
  /** SHA-256 of the agreed session description. */
  readonly sid: Uint8Array;
  /** Bulk operations. */
  readonly kernels: Kernels;
  /** The door of every check. */
  readonly checks: Checks;
  /** What has passed; asked before what may be sent only then. */
  readonly order: Order;
  /** What was broadcast since the last comparison. */
  readonly echo: Echo;
  /** What the state of the chunks takes. */
  readonly ledger: Ledger;
  /** What is wiped at the end. */
  readonly secrets: Secrets;
  /** Called when a check or a stage has failed: no message leaves any more, and later calls fail with this error. */
  readonly stop: (error: unknown) => void;
  /** Takes progress events. */
  readonly observe: Observe;
}

/** What {@linkcode createParty} needs; the rest of a party is made from it. */
export interface PartyOptions {
  /** Public parameters of the session. */
  readonly parameters: Parameters;
  /** Links of this session; says which party we are. */
  readonly channel: Channel;
  /** The platform's source in production, a seeded one in tests. */
  readonly rng: Rng;
  /** SHA-256 of the agreed session description, 32 bytes. */
  readonly sid: Uint8Array;
  /** Bulk operations. */
  readonly kernels: Kernels;
  /** The global key of a stock; a fresh one by default. */
  readonly delta?: Blocks;
  /** Strict by default. */
  readonly checks?: Checks;
  /** Drops every event by default. */
  readonly observe?: Observe;
}

/**
 * A party with its global key Δ. lsb(Δ) is 1 for g* (the lowest garbler) and 0 for all others, so that
 * lsb(⊕_i Δ_i) = 1; a party that lies about it only makes the checks fail.
 *
 * @throws {RangeError} if the parameters do not fit each other or the channel.
 */
export function createParty(options: PartyOptions): Party {
  const { parameters, channel, rng, sid, kernels } = options;
  checkParameters(parameters);
  if (channel.parties !== parameters.parties) {
    throw new RangeError(`Cannot create a party: the channel has ${channel.parties} parties`);
  }
  if (sid.length !== SID_BYTES) {
    throw new RangeError(`Cannot create a party: sid has ${sid.length} bytes`);
  }
  const lsb = channel.self === lowestGarbler(parameters) ? 1 : 0;
  const delta = options.delta ?? freshDelta(rng, lsb);
  if (delta.length !== BLOCK_BYTES || ((delta[0] as number) & 1) !== lsb) {
    throw new RangeError("Cannot create a party: its global key is that of another role");
  }
  const stoppable = new StoppableChannel(channel);
  const stop = (error: unknown): void => stoppable.stop(error);
  return {
    self: channel.self,
    parameters,
    channel: stoppable,
    rng,
    delta,
    sid,
    kernels,
    checks: stoppingChecks(options.checks ?? strictChecks(), stop),
    order: new Order(),
    echo: new Echo(parameters.parties),
    ledger: new Ledger(),
    secrets: new Secrets(),
    stop,
    observe: options.observe ?? observeNothing,
  };
}

function freshDelta(rng: Rng, lsb: number): Blocks {
  const delta = rng.fork("global key").fill(new Uint8Array(BLOCK_BYTES));
  delta[0] = ((delta[0] as number) & 0xfe) | lsb;
  return delta;
}

function checkParameters(parameters: Parameters): void {
  const { parties, evaluator, outputParties, k, chunk } = parameters;
  const isParty = (j: number): boolean => Number.isInteger(j) && j >= 0 && j < parties;
  const fail = (what: string): never => {
    throw new RangeError(`Cannot use the session parameters: ${what}`);
  };
  if (!Number.isInteger(parties) || parties < 2 || parties > PARTIES_MAX) {
    fail(`${parties} parties, not 2 to ${PARTIES_MAX}`);
  }
  if (!isParty(evaluator)) fail(`evaluator ${evaluator} is no party`);
  const ascending = outputParties.every((j, at) => isParty(j) && j > (outputParties[at - 1] ?? -1));
  if (!ascending) fail("output parties are not an ascending list of parties");
  if (!CHUNK_BITS.includes(k)) fail(`k = ${k}, not 1, 2, 4 or 8`);
  if (!Number.isInteger(chunk) || chunk < 1) fail(`a chunk of ${chunk} AND gates`);
}

/** The other parties' numbers, ascending. */
export function others(party: Party): number[] {
  const all = Array.from({ length: party.parameters.parties }, (_, j) => j);
  return all.filter((j) => j !== party.self);
}

/** The garbler g* whose label tells the evaluator the masked value. */
export function lowestGarbler(parameters: Parameters): number {
  return parameters.evaluator === 0 ? 1 : 0;
}

/** The garblers, ascending. */
export function garblers(parameters: Parameters): number[] {
  const all = Array.from({ length: parameters.parties }, (_, j) => j);
  return all.filter((j) => j !== parameters.evaluator);
}
