/**
 * What a session would cost, from the circuit and the public parameters alone.
 *
 * Source: the table of bytes in docs/PROTOCOL.md, sections "Set-up" and "Rounds and bytes".
 */
import { bitBytes } from "../base/mod.ts";
import type { CircuitHeader } from "../circuit/mod.ts";
import { batchBits, type BatchShape, batchShape, chunksOf, type Parameters } from "../mpc/mod.ts";

/** What one party's part costs. */
export interface PartyEstimate {
  /** Bytes of all messages that the party sends; the connection adds a few in a hundred. */
  readonly sentBytes: number;
  /** Most bytes of memory that the process takes, about. */
  readonly memoryBytes: number;
}

/** What the formulas are over. */
interface Site {
  readonly header: CircuitHeader;
  readonly parameters: Parameters;
  readonly self: number;
}

/** Bytes of a process that computes next to nothing. */
const PROCESS_BYTES = 150_000_000;
/**
 * What is kept while a chunk is prepared, over its state at rest: copies on the way, and what is not yet
 * collected. Measured: 2.6 to 3.3 for 2 and 3 parties and 68,000 to 338,000 AND gates.
 */
const COPIES = 3;
/** Walks over the circuit at once: masks, tables and masked values. */
const WALKS = 3;
/** Bytes of a walk for each register: which wires stand where. */
const WALK_BYTES = 40;
/** Bytes of a joint coin from one party to another: commitment and opening. */
const COIN_BYTES = 96;
/** Bytes of a hash, as in each comparison. */
const HASH_BYTES = 32;
/** Proofs of the consistency of Δ, from one party to another, without the part that grows with n. */
const DELTA_BYTES = 2592 + 32 + 37 + 1920;
/** Shares that this proof uses up. */
const DELTA_SHARES = 40;

/** The estimate for each party of a session. */
export function estimate(header: CircuitHeader, parameters: Parameters): PartyEstimate[] {
  return Array.from({ length: parameters.parties }, (_, self) => {
    const site = { header, parameters, self };
    return { sentBytes: sentBytes(site), memoryBytes: memoryBytes(site) };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function sentBytes(site: Site): number {
  const { header, parameters } = site;
  const { parties, evaluator, outputParties } = parameters;
  const others = parties - 1;
  const chunks = [...chunksOf(header, parameters.chunk)];
  const comparison = parties > 2 ? HASH_BYTES * others : 0;
  const outputs = outputParties.filter((party) => party !== site.self).length;
  return setUpBytes(site) + inputBytes(site) +
    sum(chunks.map(({ ands, number }) => chunkBytes(site, ands, number === 0))) +
    (site.self === evaluator ? others : 0) + comparison +
    outputs * (bitBytes(header.outputs.length) + HASH_BYTES);
}

/** Base OTs, trees, reversal, their checks and coins, with every other party. */
function setUpBytes({ parameters, self }: Site): number {
  const { parties, k } = parameters;
  const trees = k === 1 ? 0 : 4128;
  const below = self;
  const above = parties - 1 - self;
  // Why the last two: x̃ goes to all parties, and so does the part of the coin.
  return above * (8192 + trees + COIN_BYTES) +
    below * (4096 + trees + 4096 / k + HASH_BYTES + 16 + COIN_BYTES);
}

/** Authenticated bits, `count` of them, towards all other parties. */
function bitsBytes({ parameters }: Site, count: number): number {
  const rows = Math.ceil(count / 128) * 128 + 128;
  return (parameters.parties - 1) * (rows * 16 / parameters.k + 48 + COIN_BYTES);
}

function inputBytes({ header, parameters, self }: Site): number {
  const { parties, evaluator } = parameters;
  const others = parties - 1;
  const all = sum(header.inputs);
  const own = header.inputs[self] ?? 0;
  const masks = sum(
    header.inputs.map((bits, i) => i === self || bits === 0 ? 0 : bitBytes(bits) + HASH_BYTES),
  );
  return masks + others * bitBytes(own) + (parties > 2 ? HASH_BYTES * others : 0) +
    (self === evaluator ? 0 : 16 * all);
}

/** One chunk of `ands` AND gates: its material, its tables and its checks. */
function chunkBytes(site: Site, ands: number, first: boolean): number {
  const { parties, evaluator } = site.parameters;
  const others = parties - 1;
  const checked = first && parties > 2;
  const spare = (first ? sum(site.header.inputs) : 0) + (checked ? DELTA_SHARES : 0);
  const delta = checked ? others * (DELTA_BYTES + 640 * others) : 0;
  if (ands === 0) return bitsBytes(site, spare) + delta;
  const shape = batchShape(ands);
  const { size, buckets } = shape;
  const products = size * buckets;
  const vCheck = parties === 2 ? 96 : others * (HASH_BYTES + 128 + HASH_BYTES + 4 * 34);
  const material = bitsBytes(site, batchBits(shape) + spare) + delta +
    others * (8 * products + bitBytes(products) + 2 * COIN_BYTES) +
    others * (size * bitBytes(ands) + HASH_BYTES) + vCheck;
  const rest = site.self === evaluator
    ? others * (bitBytes(ands) + 48)
    : 16 * (3 * parties - 4) * ands + 16 + bitBytes(ands) / others;
  return material + rest;
}

/** The walks over the circuit, the state of its registers, and the widest chunk. */
function memoryBytes({ header, parameters, self }: Site): number {
  const { parties, evaluator, chunk } = parameters;
  const others = parties - 1;
  const register = 32 * others + 2 + (self === evaluator ? 16 * others : 16);
  const ands = Math.min(header.ands, chunk);
  const shape: BatchShape | undefined = ands === 0 ? undefined : batchShape(ands);
  const widest = shape === undefined ? 0 : batchBits(shape) * 32 * others;
  const walks = WALKS * WALK_BYTES * header.registers;
  return PROCESS_BYTES + walks + COPIES * (header.registers * register + widest);
}
