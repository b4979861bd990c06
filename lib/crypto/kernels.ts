/**
 * The kernels: whole-batch operations on which nearly all processor time is spent. `lib/mpc` gets an
 * implementation passed in and never computes on single blocks in a loop of its own.
 *
 * Conventions. A block is 16 bytes, little-endian, bit 0 is bit 0 of byte 0. `Blocks` are `count`
 * blocks in one array. `Bits` are packed, least significant bit first. `Halves` are low halves of
 * blocks (bytes 0 … 7), 8 bytes each. All arrays start at a multiple of 16 bytes in their buffer and
 * are read only unless the name ends in `Into` or the comment says so; they may be longer than needed,
 * the rest is ignored. Returned arrays are fresh, but for views of `into`; padding bits in them are 0. Arrays
 * that a kernel writes overlap no other argument. No kernel keeps state or branches or indexes on secret bits.
 * An array that is too short or not aligned is the caller's mistake: RangeError.
 *
 * Sources: SoftSpoken OT (Roy, eprint 2022/192), WRK17 (eprint 2017/189), KRRW18 (eprint 2018/578),
 * half gates (eprint 2014/756).
 */
import { PRG_GROUP_BYTES } from "./constants.ts";
import type { Curve } from "./curve.ts";

/** `count` blocks of 16 bytes. */
export type Blocks = Uint8Array<ArrayBuffer>;
/** Packed bits. */
export type Bits = Uint8Array<ArrayBuffer>;
/** Low halves of blocks, 8 bytes each. */
export type Halves = Uint8Array<ArrayBuffer>;

/**
 * Tweak of one call of the hash, without call number and index (protocol, "symmetric primitives").
 *
 * The 16 bytes: domain (1) ‖ side (1) ‖ sender (1) ‖ receiver (1) ‖ call number (4) ‖ index (8), all
 * little-endian, are the ChaCha state words 12 … 15: w12 = domain | side << 8 | sender << 16 |
 * receiver << 24, w13 = call number, w14 and w15 = low and high half of the index (< 2^53).
 */
export interface TweakDomain {
  /** 1 base-OT reversal, 2 leaky AND, 3 garbling. */
  readonly domain: number;
  /** 0 or 1; side of a gate for garbling. */
  readonly side: number;
  /** Party that made the value. */
  readonly sender: number;
  /** Party that it is for, or 0. */
  readonly receiver: number;
}

/**
 * Seeds of one direction of correlated OT between two parties (SoftSpoken, k bits a chunk). The stream
 * of a seed is the PRG in domain `PRG_DOMAIN.COT`; bit m of a batch's stream is bit m % 2048 of PRG
 * group `group` + ⌊m / 2048⌋.
 */
export interface CotSeeds {
  /** 1, 2, 4 or 8. */
  readonly k: number;
  /**
   * 128/k chunks × 2^k leaf seeds, 16 bytes each: leaf y of chunk c is block c·2^k + y. The key holder's
   * missing leaves (y = δ_c, bits c·k … c·k + k − 1 of delta) may hold anything; they do not matter.
   */
  readonly seeds: Blocks;
}

/** Arguments of {@linkcode Kernels.cotReceive}. */
export interface CotReceive extends CotSeeds {
  /** Number of rows, a multiple of 128: ℓ + 128 with the sacrificed rows last. */
  readonly rows: number;
  /** First PRG group of this batch. A batch uses `cotGroups(rows)` groups of each stream. */
  readonly group: number;
  /** The choice bits, `rows` of them. */
  readonly x: Bits;
  /** Where the MACs go; a fresh array without it. */
  readonly into?: Blocks;
}

/** Arguments of {@linkcode Kernels.cotSend}. */
export interface CotSend extends CotSeeds {
  /** As in {@linkcode CotReceive}. */
  readonly rows: number;
  /** As in {@linkcode CotReceive}. */
  readonly group: number;
  /** The key holder's global key, one block. */
  readonly delta: Blocks;
  /** The corrections received: 128/k columns of `rows` bits, d_0 first. */
  readonly d: Uint8Array;
  /** Where the keys go; a fresh array without it. */
  readonly into?: Blocks;
}

/** PRG groups (256 bytes, 2048 bits) that a batch of `rows` rows takes from each stream. */
export function cotGroups(rows: number): number {
  return Math.ceil(rows / (PRG_GROUP_BYTES * 8));
}

/** One party's shares, as the kernels read them: own bits, MACs held, keys held, by other party. */
export interface ShareArrays {
  /** Own bits. */
  readonly bits: Bits;
  /** MACs on the own bits by key holder; the entry of the party itself is empty. */
  readonly macs: readonly Blocks[];
  /** Keys for the bits of each other party; the entry of the party itself is empty. */
  readonly keys: readonly Blocks[];
}

/** Arguments of {@linkcode Kernels.leakyKeySide} (towards one party). */
export interface LeakyKeySide {
  /** Number of products. */
  readonly count: number;
  /** Session salt, 16 bytes. */
  readonly salt: Uint8Array;
  /** Domain leaky AND, sender = the key holder i, receiver = the MAC holder j. Call number 0. */
  readonly tweak: TweakDomain;
  /** Tweak index of element 0; element m has `index + m`. */
  readonly index: number;
  /** Own global key, one block. */
  readonly delta: Blocks;
  /** K_i[x^j]. */
  readonly keys: Blocks;
  /** ⌊Φ_i⌋. */
  readonly phi: Halves;
  /** ⌊S_i⌋, changed in place: B_{i,j} is added. */
  readonly s: Halves;
}

/** Arguments of {@linkcode Kernels.leakyMacSide} (from one party). */
export interface LeakyMacSide {
  /** Number of products. */
  readonly count: number;
  /** Session salt, 16 bytes. */
  readonly salt: Uint8Array;
  /** The tweak that the key holder used: sender = key holder, receiver = this party. */
  readonly tweak: TweakDomain;
  /** The index that the key holder used. */
  readonly index: number;
  /** M_j[x^i]: MACs on the own bits x under the other party's key. */
  readonly macs: Blocks;
  /** Own bits x. */
  readonly x: Bits;
  /** U received from the other party. */
  readonly u: Halves;
  /** ⌊S_i⌋, changed in place: A_{i,j} is added. */
  readonly s: Halves;
}

/**
 * A run of gates, as a slice of a segment. The gates are done in order; a gate may overwrite a register
 * that it reads.
 *
 * The hash H_o(L, side) of a label L of garbler j for the m-th AND gate and receiver o: the block
 * function with tweak (domain garbling, side, sender j, receiver 0, call ⌊rank/4⌋, index `index` + m),
 * of whose 64 bytes block rank mod 4 is taken, where rank is the position of o in `garblers`. A call
 * serves four receivers.
 */
export interface GateRun {
  /** First gate of the run. */
  readonly from: number;
  /** One past the last gate of the run. */
  readonly to: number;
  /** Operations of the segment: 0 XOR, 1 AND, 2 NOT. */
  readonly op: Uint8Array;
  /** Registers of the first operands. */
  readonly a: Uint32Array;
  /** Registers of the second operands. */
  readonly b: Uint32Array;
  /** Registers of the results. */
  readonly out: Uint32Array;
  /** AND gates of this run. */
  readonly ands: number;
  /** Tweak index of the run's first AND; it counts through the whole session. */
  readonly index: number;
  /** Session salt, 16 bytes. */
  readonly salt: Uint8Array;
  /** Number of parties. */
  readonly parties: number;
  /** The evaluator. */
  readonly evaluator: number;
  /** All other parties in ascending order. */
  readonly garblers: readonly number[];
}

/**
 * Blocks that belong to the AND gates of a run, in gate order: for m of `ands`, block m is that of
 * the run's m-th AND gate.
 */
export interface GateBlocks {
  /** For λ_α of each AND gate. */
  readonly alpha: Blocks;
  /** For λ_β. */
  readonly beta: Blocks;
  /** For c = λ_αβ ⊕ λ_γ. */
  readonly c: Blocks;
}

/** Arguments of {@linkcode Kernels.garble}. */
export interface GarbleRun extends GateRun {
  /** The garbler that calls. */
  readonly self: number;
  /** Its global key, one block. */
  readonly delta: Blocks;
  /** 0-labels by register; read and written. */
  readonly labels: Blocks;
  /** B^self of λ_α, λ_β, c: the garbler's shares of s·Δ. */
  readonly shares: GateBlocks;
  /**
   * MACs by party: `macs[o]` holds M_o on this garbler's own bits of λ_α, λ_β, c, for every other
   * garbler o; other entries are absent.
   */
  readonly macs: readonly (GateBlocks | undefined)[];
  /**
   * Out: 3n − 4 blocks a gate, gate by gate: G0, G1, then C0, C1, C2 for each other garbler in
   * ascending order.
   */
  readonly tables: Blocks;
  /** Out: L_γ,0 of each AND gate. */
  readonly outLabels: Blocks;
}

/** Arguments of {@linkcode Kernels.evaluate}. */
export interface EvaluateRun extends GateRun {
  /**
   * Active labels by garbler (indexed by party; the evaluator's entry is empty), by register; read and
   * written.
   */
  readonly labels: readonly Blocks[];
  /** Masked values by register, one byte each (0 or 1); read and written. */
  readonly z: Uint8Array;
  /** `macs[j]` holds M_j on the evaluator's own bits of λ_α, λ_β, c, for every garbler j. */
  readonly macs: readonly (GateBlocks | undefined)[];
  /** Tables by garbler (indexed by party), in the layout that {@linkcode GarbleRun} writes. */
  readonly tables: readonly Blocks[];
  /** lsb(L_γ,0) of the lowest garbler for each AND gate. */
  readonly lsb: Bits;
  /** Out: masked values of the AND gates, in gate order. */
  readonly outZ: Bits;
  /** Out: L_γ^j of each AND gate by garbler (indexed by party). */
  readonly outLabels: readonly Blocks[];
}

/** The kernel interface. Every implementation passes `tests/contract/kernels.ts` with equal bytes. */
export interface Kernels {
  /** Name for logs and benchmarks. */
  readonly name: string;
  /** The group of base OT. */
  readonly curve: Curve;
  /** Bytes of memory that the operations hold between calls, outside of the heap of JavaScript. */
  memoryBytes(): number;

  /**
   * PRG: fills `out` (any length) from the ChaCha8 stream of `seed` (16 bytes, or a coin of 32) in
   * `domain`, from 256-byte group `group` (< 2^30) on. Group g holds ChaCha blocks 4g … 4g+3
   * interleaved: word w of block b stands at byte 16·w + 4·b. Key = seed, with 16 zero bytes after a
   * seed of 16; nonce = domain (4 bytes, little-endian) ‖ 8 zero bytes; counter from 0.
   */
  prgInto(out: Uint8Array, seed: Uint8Array, domain: number, group: number): void;

  /** The first 32 bytes of the PRG of each of `count` seeds (16 bytes) in `domain`, from group 0. */
  expand(seeds: Blocks, count: number, domain: number): Uint8Array<ArrayBuffer>;

  /**
   * Tweakable hash of `count` blocks with tweak index `index + m`: the first 16 bytes of the
   * 12-round ChaCha block function, key = block ‖ salt, counter and nonce = tweak.
   */
  hash(salt: Uint8Array, tweak: TweakDomain, index: number, blocks: Blocks, count: number): Blocks;

  /**
   * Transposes 128 columns of `rows` bits (rows a multiple of 128) to `rows` blocks: bit m of column c
   * (bit m % 8 of byte c·rows/8 + ⌊m/8⌋) becomes bit c of block m.
   */
  transpose(columns: Uint8Array, rows: number): Blocks;

  /** COT, MAC holder: the corrections d (128/k columns of `rows` bits) and the rows of v (MACs). */
  cotReceive(args: CotReceive): { readonly d: Uint8Array<ArrayBuffer>; readonly macs: Blocks };

  /** COT, key holder: the rows of q (keys). */
  cotSend(args: CotSend): Blocks;

  /**
   * The linear hash R of the COT check, of each of the 128 columns of `rows` blocks at once (rows a
   * multiple of 128): 128 blocks, block c that of the bits c of all blocks, under the 32-byte coin.
   *
   * 1. Sums: S_m = 0 for m < 2048. For each row i < rows − 128 and each d < 8, S_{256·d + y} ^= block i,
   *    where y is byte 8·i + d of the PRG of the coin in domain `PRG_DOMAIN.BUCKETS` from group 0.
   * 2. Column c of the sums is a string of 2048 bits, bit m = bit c of S_m; B_t (t < 16) is its block of
   *    bits 128·t … 128·t + 127.
   * 3. r = bytes 0 … 15 of the PRG of the coin in domain `PRG_DOMAIN.POLYNOMIAL`, group 0. h = 0; for
   *    t = 0 … 15: h = (h ⊕ B_t)·r in GF(2^128). (**Why** the last block is multiplied, too: an error in
   *    the last rows could cancel it otherwise.)
   * 4. R = h ⊕ (bit c of block rows − 128 + i as bit i).
   */
  columnHash(coin: Uint8Array, blocks: Blocks, rows: number): Blocks;

  /** R of one column of `rows` packed bits: one block, equal to `columnHash` of that column. */
  bitsHash(coin: Uint8Array, bits: Bits, rows: number): Blocks;

  /**
   * MAC sum: an F_2-linear, 2^-64-almost-universal hash of `count` blocks to one block under the
   * 32-byte coin: the sums S_m of {@linkcode Kernels.columnHash} over all `count` blocks, and with the
   * same r: h = 0; for m = 0 … 2047: h = (h ⊕ S_m)·r. For a fixed Δ, macSum(bits·Δ) = Δ·macSum of the
   * bits as blocks 0 or 1.
   */
  macSum(coin: Uint8Array, blocks: Blocks, count: number): Blocks;

  /** {@linkcode Kernels.macSum} of `count` halves, each zero-extended to a block. */
  macSumHalves(coin: Uint8Array, halves: Halves, count: number): Blocks;

  /** The MACs that `count` claimed bits must have, K ⊕ bit·Δ; `into` is where they go. */
  expectedMacs(keys: Blocks, bits: Bits, delta: Blocks, count: number, into?: Blocks): Blocks;

  /** Share of s·Δ with MACs, low half: ⌊s^i·Δ_i ⊕ ⊕_{k≠i} (K_i[s^k] ⊕ M_k[s^i])⌋ (Φ_i; part of T_i). */
  crossShare(shares: ShareArrays, delta: Blocks, count: number): Halves;

  /** Garbler's share of s·Δ: s^i·Δ_i ⊕ ⊕_{k≠i} K_i[s^k] (B^i[s]). */
  keyShare(shares: ShareArrays, delta: Blocks, count: number): Blocks;

  /** Leaky AND towards one party: returns U and adds B to `s`. */
  leakyKeySide(args: LeakyKeySide): Halves;

  /** Leaky AND from one party: adds A to `s`. */
  leakyMacSide(args: LeakyMacSide): void;

  /**
   * For each m < count: if `bits` is absent or bit m is 1, out[m] ^= blocks[from ? from[m] : m]. `from`
   * is public.
   */
  xorBlocksInto(out: Blocks, blocks: Blocks, count: number, from?: Uint32Array, bits?: Bits): void;

  /** The same on packed bits (bucket combination of bits). Bits of `out` beyond `count` do not change. */
  xorBitsInto(out: Bits, source: Bits, count: number, from?: Uint32Array, bits?: Bits): void;

  /** out[m] ^= bit m ? delta : 0. */
  xorDeltaInto(out: Blocks, bits: Bits, delta: Blocks, count: number): void;

  /** Garbles one run of gates (half gates for n parties). */
  garble(args: GarbleRun): void;

  /** Evaluates one run of gates. */
  evaluate(args: EvaluateRun): void;
}
