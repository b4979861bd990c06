/**
 * The kernels: whole-batch operations on which nearly all processor time is spent. `lib/mpc` gets an
 * implementation passed in and never computes on single blocks in a loop of its own.
 *
 * Conventions. A block is 16 bytes, little-endian, bit 0 is bit 0 of byte 0. `Blocks` are `count`
 * blocks in one array. `Bits` are packed, least significant bit first. `Halves` are low halves of
 * blocks (bytes 0 … 7), 8 bytes each. All arrays start at a multiple of 16 bytes in their buffer and
 * are read only unless the name ends in `Into` or the comment says so. No kernel keeps state or
 * branches or indexes on secret bits.
 *
 * Sources: SoftSpoken OT (Roy, eprint 2022/192), WRK17 (eprint 2017/189), KRRW18 (eprint 2018/578),
 * half gates (eprint 2014/756).
 */

/** `count` blocks of 16 bytes. */
export type Blocks = Uint8Array<ArrayBuffer>;
/** Packed bits. */
export type Bits = Uint8Array<ArrayBuffer>;
/** Low halves of blocks, 8 bytes each. */
export type Halves = Uint8Array<ArrayBuffer>;

/** Bytes of one step of a PRG stream: four interleaved ChaCha blocks. */
export const PRG_GROUP_BYTES = 256;

/** Tweak of one call of the hash, without the index (see `tweak` in docs/PROTOCOL.md). */
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

/** Seeds of one direction of correlated OT between two parties (SoftSpoken, k bits a chunk). */
export interface CotSeeds {
  /** 1, 2, 4 or 8. */
  readonly k: number;
  /** 128/k chunks × 2^k leaf seeds, 16 bytes each. The key holder's missing leaves are zero. */
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
}

/** Arguments of {@linkcode Kernels.cotSend}. */
export interface CotSend extends CotSeeds {
  readonly rows: number;
  readonly group: number;
  /** The key holder's global key, one block. */
  readonly delta: Blocks;
  /** The corrections received: 128/k columns of `rows` bits. */
  readonly d: Uint8Array;
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
  readonly count: number;
  /** 16 bytes, see docs/PROTOCOL.md. */
  readonly salt: Uint8Array;
  readonly tweak: TweakDomain;
  /** Tweak index of element 0; element m has `index + m`. */
  readonly index: number;
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
  readonly count: number;
  readonly salt: Uint8Array;
  readonly tweak: TweakDomain;
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

/** A run of gates, as a slice of a segment. */
export interface GateRun {
  /** First gate of the segment, and one past the last. */
  readonly from: number;
  readonly to: number;
  readonly op: Uint8Array;
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly out: Uint32Array;
  /** AND gates of this run. */
  readonly ands: number;
  /** Tweak index of the run's first AND; it counts through the whole session. */
  readonly index: number;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** Number of parties, evaluator, and the garblers in ascending order. */
  readonly parties: number;
  readonly evaluator: number;
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
  readonly delta: Blocks;
  /** 0-labels by register; read and written. */
  readonly labels: Blocks;
  /** B^self of λ_α, λ_β, c: the garbler's shares of s·Δ. */
  readonly shares: GateBlocks;
  /** MACs M_o by party o, for every other garbler; other entries are absent. */
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
  /** Active labels by garbler (indexed by party; the evaluator's entry is empty), by register. */
  readonly labels: readonly Blocks[];
  /** Masked values by register, one byte each (0 or 1); read and written. */
  readonly z: Uint8Array;
  /** The evaluator's MACs M_j of λ_α, λ_β, c by garbler j. */
  readonly macs: readonly (GateBlocks | undefined)[];
  /** Tables by garbler, in the layout that {@linkcode GarbleRun} writes. */
  readonly tables: readonly Blocks[];
  /** lsb(L_γ,0) of the lowest garbler for each AND gate. */
  readonly lsb: Bits;
  /** Out: masked values of the AND gates, in gate order. */
  readonly outZ: Bits;
  /** Out: L_γ^j of each AND gate by garbler. */
  readonly outLabels: readonly Blocks[];
}

/** The kernel interface. Every implementation passes `tests/contract/kernels.ts` with equal bytes. */
export interface Kernels {
  /** Name for logs and benchmarks. */
  readonly name: string;

  /**
   * PRG: fills `out` from the ChaCha8 stream of `seed` (16 bytes) in `domain`, from 256-byte group
   * `group` on. Group g holds ChaCha blocks 4g … 4g+3 interleaved: word w of block b stands at byte
   * 16·w + 4·b. Key = seed ‖ 16 zero bytes; nonce = domain ‖ 8 zero bytes; counter from 0.
   */
  prgInto(out: Uint8Array, seed: Uint8Array, domain: number, group: number): void;

  /**
   * Tweakable hash of `count` blocks with tweak index `index + m`: the first 16 bytes of the
   * 12-round ChaCha block function, key = block ‖ salt, counter and nonce = tweak.
   */
  hash(salt: Uint8Array, tweak: TweakDomain, index: number, blocks: Blocks, count: number): Blocks;

  /** Transposes 128 columns of `rows` bits (rows a multiple of 128) to `rows` blocks. */
  transpose(columns: Uint8Array, rows: number): Blocks;

  /** COT, MAC holder: the corrections d (128/k columns of `rows` bits) and the rows of v (MACs). */
  cotReceive(args: CotReceive): { readonly d: Uint8Array<ArrayBuffer>; readonly macs: Blocks };

  /** COT, key holder: the rows of q (keys). */
  cotSend(args: CotSend): Blocks;

  /**
   * The linear hash R of the COT check, of each of the 128 columns of `rows` blocks at once:
   * 128 blocks, R(first rows − 128 bits) ⊕ (last 128 bits), under the 32-byte coin.
   */
  columnHash(coin: Uint8Array, blocks: Blocks, rows: number): Blocks;

  /** R of one column of `rows` packed bits: one block, equal to `columnHash` of that column. */
  bitsHash(coin: Uint8Array, bits: Bits, rows: number): Blocks;

  /**
   * MAC sum: an F_2-linear, 2^-64-almost-universal hash of `count` blocks to one block under the
   * 32-byte coin (256 buckets in each of 8 arrays, then Horner over GF(2^128)).
   */
  macSum(coin: Uint8Array, blocks: Blocks, count: number): Blocks;

  /** {@linkcode Kernels.macSum} of `count` halves, each zero-extended to a block. */
  macSumHalves(coin: Uint8Array, halves: Halves, count: number): Blocks;

  /** The MACs that `count` claimed bits must have: K ⊕ bit·Δ. */
  expectedMacs(keys: Blocks, bits: Bits, delta: Blocks, count: number): Blocks;

  /** Share of s·Δ with MACs, low half: ⌊s^i·Δ_i ⊕ ⊕_{k≠i} (K_i[s^k] ⊕ M_k[s^i])⌋ (Φ_i; part of T_i). */
  crossShare(shares: ShareArrays, delta: Blocks, count: number): Halves;

  /** Garbler's share of s·Δ: s^i·Δ_i ⊕ ⊕_{k≠i} K_i[s^k] (B^i[s]). */
  keyShare(shares: ShareArrays, delta: Blocks, count: number): Blocks;

  /** Leaky AND towards one party: returns U and adds B to `s`. */
  leakyKeySide(args: LeakyKeySide): Halves;

  /** Leaky AND from one party: adds A to `s`. */
  leakyMacSide(args: LeakyMacSide): void;

  /** For each m: if `bits` is absent or bit m is 1, out[m] ^= blocks[from ? from[m] : m]. */
  xorBlocksInto(out: Blocks, blocks: Blocks, count: number, from?: Uint32Array, bits?: Bits): void;

  /** The same on packed bits (bucket combination of bits). */
  xorBitsInto(out: Bits, source: Bits, count: number, from?: Uint32Array, bits?: Bits): void;

  /** out[m] ^= bit m ? delta : 0. */
  xorDeltaInto(out: Blocks, bits: Bits, delta: Blocks, count: number): void;

  /** Garbles one run of gates (half gates for n parties). */
  garble(args: GarbleRun): void;

  /** Evaluates one run of gates. */
  evaluate(args: EvaluateRun): void;
}
