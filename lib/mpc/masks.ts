/**
 * Masks λ of all wires, as authenticated shares by register.
 *
 * Source: docs/PROTOCOL.md, section "Masks"; WRK17 (eprint 2017/189), figure 4, steps 1 and 4.
 * An input wire and the output wire of an AND gate have fresh masks; λ of an XOR is the sum of its
 * operands' masks; NOT keeps λ (the masked value flips instead). No messages.
 *
 * Assumes: every gate's operands are earlier wires and no constant (lib/circuit folds them away).
 */
import { clearPadding, getBit, setBit } from "../base/mod.ts";
import type { Blocks } from "../crypto/mod.ts";
import { FIRST_INPUT_REGISTER, OP } from "../circuit/mod.ts";
import type { Run } from "./chunks.ts";
import { blankShares, type Room, type Shares, zeroShares } from "./shares.ts";

/** One party's part of the masks of all live wires. */
export interface Masks {
  /** Number of registers. */
  readonly registers: number;
  /** Own share of λ by register, one byte each (0 or 1). */
  readonly bits: Uint8Array<ArrayBuffer>;
  /** MACs on it by key holder, a block a register; the entry of the party itself is empty. */
  readonly macs: readonly Blocks[];
  /** Keys for each other party's share. */
  readonly keys: readonly Blocks[];
}

/** Masks of the operands of some AND gates, in gate order. */
export interface OperandMasks {
  /** λ_α. */
  readonly alpha: Shares;
  /** λ_β. */
  readonly beta: Shares;
}

/** Who holds the masks of how many registers. */
export interface MaskOwner {
  /** Number of the party. */
  readonly self: number;
  /** Number of parties. */
  readonly parties: number;
  /** Number of registers of the circuit. */
  readonly registers: number;
}

/** The masks before the first gate: `inputs` stand in the input registers, in order. */
export function inputMasks(owner: MaskOwner, inputs: Shares): Masks {
  const { self, parties, registers } = owner;
  const bits = new Uint8Array(registers);
  for (let m = 0; m < inputs.count; m++) bits[FIRST_INPUT_REGISTER + m] = getBit(inputs.bits, m);
  const blocks = (source: readonly Blocks[]): Blocks[] =>
    Array.from({ length: parties }, (_, j) => {
      if (j === self) return new Uint8Array(0);
      const all = new Uint8Array(16 * registers);
      all.set((source[j] as Blocks).subarray(0, 16 * inputs.count), 16 * FIRST_INPUT_REGISTER);
      return all;
    });
  return { registers, bits, macs: blocks(inputs.macs), keys: blocks(inputs.keys) };
}

/**
 * Walks the runs of a chunk: the m-th AND gate gets mask `gamma[m]`, and the masks of its operands
 * are collected in arrays of `room`. `masks` is changed in place and belongs to the end of the chunk afterwards.
 *
 * @throws {RangeError} if the runs do not hold exactly `gamma.count` AND gates.
 */
export function walkMasks(
  masks: Masks,
  runs: Iterable<Run>,
  gamma: Shares,
  room?: Room,
): OperandMasks {
  const parties = masks.macs.length;
  const self = masks.macs.findIndex((blocks) => blocks.length === 0);
  const alpha = blankShares(gamma.count, self, parties, room);
  const beta = blankShares(gamma.count, self, parties, room);
  const passes: BlockPass[] = [];
  for (let j = 0; j < parties; j++) {
    if (j === self) continue;
    passes.push(blockPass(masks.macs, gamma.macs, alpha.macs, beta.macs, j));
    passes.push(blockPass(masks.keys, gamma.keys, alpha.keys, beta.keys, j));
  }
  let first = 0;
  for (const run of runs) {
    if (first + run.ands > gamma.count) throw new RangeError("Cannot walk masks: too many gates");
    walkBits(masks.bits, run, { gamma: gamma.bits, alpha: alpha.bits, beta: beta.bits }, first);
    for (const pass of passes) walkBlocks(pass, run, first);
    first += run.ands;
  }
  if (first !== gamma.count) throw new RangeError("Cannot walk masks: gates are missing");
  return { alpha, beta };
}

/** The masks of `registers`, in order, as shares. */
export function gatherMasks(masks: Masks, registers: Uint32Array): Shares {
  const parties = masks.macs.length;
  const self = masks.macs.findIndex((blocks) => blocks.length === 0);
  const shares = zeroShares(registers.length, self, parties);
  registers.forEach((register, m) => {
    setBit(shares.bits, m, masks.bits[register] as number);
    for (let j = 0; j < parties; j++) {
      if (j === self) continue;
      const from = 16 * register;
      shares.macs[j]?.set((masks.macs[j] as Blocks).subarray(from, from + 16), 16 * m);
      shares.keys[j]?.set((masks.keys[j] as Blocks).subarray(from, from + 16), 16 * m);
    }
  });
  clearPadding(shares.bits, registers.length);
  return shares;
}

/** Overwrites the masks with zeros. */
export function wipeMasks(masks: Masks): void {
  masks.bits.fill(0);
  for (const blocks of [...masks.macs, ...masks.keys]) blocks.fill(0);
}

/** One array of blocks by register, with the arrays by AND gate that belong to it, as words. */
interface BlockPass {
  readonly state: Uint32Array;
  readonly gamma: Uint32Array;
  readonly alpha: Uint32Array;
  readonly beta: Uint32Array;
}

function blockPass(
  state: readonly Blocks[],
  gamma: readonly Blocks[],
  alpha: readonly Blocks[],
  beta: readonly Blocks[],
  j: number,
): BlockPass {
  const words = (arrays: readonly Blocks[]): Uint32Array => {
    const blocks = arrays[j] as Blocks;
    return new Uint32Array(blocks.buffer, blocks.byteOffset, blocks.length >>> 2);
  };
  return { state: words(state), gamma: words(gamma), alpha: words(alpha), beta: words(beta) };
}

function walkBits(
  state: Uint8Array,
  run: Run,
  gates: { readonly gamma: Uint8Array; readonly alpha: Uint8Array; readonly beta: Uint8Array },
  first: number,
): void {
  const { op, a, b, out } = run.segment;
  let m = first;
  for (let gate = run.from; gate < run.to; gate++) {
    const x = state[a[gate] as number] as number;
    const y = state[b[gate] as number] as number;
    const to = out[gate] as number;
    if (op[gate] === OP.XOR) state[to] = x ^ y;
    else if (op[gate] === OP.NOT) state[to] = x;
    else {
      setBit(gates.alpha, m, x);
      setBit(gates.beta, m, y);
      state[to] = getBit(gates.gamma, m++);
    }
  }
}

/** The hot loop: one array of blocks, four words each. Branches on the public circuit only. */
function walkBlocks(pass: BlockPass, run: Run, first: number): void {
  const { op, a, b, out } = run.segment;
  const { state, gamma, alpha, beta } = pass;
  let m = 4 * first;
  for (let gate = run.from; gate < run.to; gate++) {
    const x = 4 * (a[gate] as number);
    const y = 4 * (b[gate] as number);
    const to = 4 * (out[gate] as number);
    if (op[gate] === OP.XOR) {
      state[to] = (state[x] as number) ^ (state[y] as number);
      state[to + 1] = (state[x + 1] as number) ^ (state[y + 1] as number);
      state[to + 2] = (state[x + 2] as number) ^ (state[y + 2] as number);
      state[to + 3] = (state[x + 3] as number) ^ (state[y + 3] as number);
    } else if (op[gate] === OP.NOT) {
      state[to] = state[x] as number;
      state[to + 1] = state[x + 1] as number;
      state[to + 2] = state[x + 2] as number;
      state[to + 3] = state[x + 3] as number;
    } else {
      for (let w = 0; w < 4; w++) {
        alpha[m + w] = state[x + w] as number;
        beta[m + w] = state[y + w] as number;
        state[to + w] = gamma[m + w] as number;
      }
      m += 4;
    }
  }
}
