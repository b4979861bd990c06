/** Evaluation of a run of gates (protocol, "Evaluation"; sources as in garble.ts). Letters as there. */
import { TWEAK_SIDE } from "../constants.ts";
import { bitBytes, clearPadding, setBit } from "../../base/mod.ts";
import type { EvaluateRun } from "../kernels.ts";
import { needBits, needGates } from "../shapes.ts";
import { type GateWords, gateWords } from "./garble.ts";
import { crossBlock, GateHash, tableBlocks } from "./gate_hash.ts";
import { bitMask, blockWords } from "./words.ts";

const AND = 1;
const NOT = 2;
const NO_OFFSET = new Int32Array(4);

/** What the evaluator has of one garbler. */
interface Garbler {
  readonly party: number;
  readonly labels: Int32Array;
  readonly macs: GateWords;
  readonly tables: Int32Array;
  readonly outLabels: Int32Array;
  /** H(La) ⊕ H(Lb) of the gate at hand, for all receivers. */
  readonly hashes: Int32Array;
}

/** What the gates of one run share. The garblers stand in order of rank. */
interface Evaluation {
  readonly hash: GateHash;
  readonly garblers: readonly Garbler[];
  readonly tableWords: number;
  /** Scratch for the hash of one label. */
  readonly hashes: Int32Array;
}

function prepare(args: EvaluateRun): Evaluation {
  const { ands } = args;
  const hash = new GateHash(args);
  const registers = needGates(args);
  needBits(args.z, 8 * registers);
  const garblers = args.garblers.map((party): Garbler => {
    const labels = args.labels[party];
    const macs = args.macs[party];
    const tables = args.tables[party];
    const outLabels = args.outLabels[party];
    if (
      labels === undefined || macs === undefined || tables === undefined || outLabels === undefined
    ) {
      throw new RangeError(`Cannot evaluate: an array of garbler ${party} is absent`);
    }
    return {
      party,
      labels: blockWords(labels, registers),
      macs: gateWords(macs, ands),
      tables: blockWords(tables, tableBlocks(args) * ands),
      outLabels: blockWords(outLabels, ands),
      hashes: new Int32Array(hash.words),
    };
  });
  return {
    hash,
    garblers,
    tableWords: 4 * tableBlocks(args),
    hashes: new Int32Array(hash.words),
  };
}

/** `Kernels.evaluate`. */
export function evaluate(args: EvaluateRun): void {
  const { z, ands } = args;
  const lsb = needBits(args.lsb, ands);
  const outZ = needBits(args.outZ, ands);
  const run = prepare(args);
  const first = run.garblers[0] as Garbler;
  let m = 0;
  for (let gate = args.from; gate < args.to; gate++) {
    const a = args.a[gate] as number;
    const b = args.b[gate] as number;
    const out = args.out[gate] as number;
    const op = args.op[gate] as number;
    if (op === AND) {
      run.hash.gate(args.index + m);
      evaluateAnd(run, m, { a, b, za: z[a] as number, zb: z[b] as number });
      for (const { labels, outLabels } of run.garblers) copyBlock(labels, out, outLabels, m);
      const value = ((first.outLabels[4 * m] as number) ^ bitMask(lsb, m)) & 1;
      z[out] = value;
      setBit(outZ, m, value);
      m++;
    } else if (op === NOT) {
      for (const { labels } of run.garblers) copyBlock(labels, out, labels, a);
      z[out] = (z[a] as number) ^ 1;
    } else {
      for (const { labels } of run.garblers) xorBlock(labels, out, a, b);
      z[out] = (z[a] as number) ^ (z[b] as number);
    }
  }
  run.hash.wipe();
  for (const { hashes } of [run, ...run.garblers]) hashes.fill(0);
  clearPadding(outZ.subarray(0, bitBytes(ands)), ands);
}

function copyBlock(out: Int32Array, at: number, source: Int32Array, from: number): void {
  for (let w = 0; w < 4; w++) out[4 * at + w] = source[4 * from + w] as number;
}

function xorBlock(labels: Int32Array, out: number, a: number, b: number): void {
  for (let w = 0; w < 4; w++) {
    labels[4 * out + w] = (labels[4 * a + w] as number) ^ (labels[4 * b + w] as number);
  }
}

/** Operand registers of a gate and their masked values, 0 or 1. */
interface Operands {
  readonly a: number;
  readonly b: number;
  readonly za: number;
  readonly zb: number;
}

/** L_γ^j of the run's m-th AND gate for every garbler j, to `outLabels`. */
function evaluateAnd(run: Evaluation, m: number, { a, b, za, zb }: Operands): void {
  const { hash, hashes, garblers } = run;
  for (const { labels, party, hashes: sum } of garblers) {
    hash.into(sum, 0, labels, 4 * a, NO_OFFSET, TWEAK_SIDE.ALPHA, party);
    hash.into(hashes, 0, labels, 4 * b, NO_OFFSET, TWEAK_SIDE.BETA, party);
    for (let w = 0; w < sum.length; w++) sum[w] = (sum[w] as number) ^ (hashes[w] as number);
  }
  const table = m * run.tableWords;
  const maskA = -za;
  const maskB = -zb;
  for (let j = 0; j < garblers.length; j++) {
    const { labels, macs, tables, outLabels, hashes: own } = garblers[j] as Garbler;
    for (let w = 0; w < 4; w++) {
      const i = 4 * m + w;
      const g1 = (tables[table + 4 + w] as number) ^ (labels[4 * a + w] as number);
      outLabels[i] = (own[4 * j + w] as number) ^ (macs.c[i] as number) ^
        (maskA & ((tables[table + w] as number) ^ (macs.beta[i] as number))) ^
        (maskB & (g1 ^ (macs.alpha[i] as number)));
    }
    for (let o = 0; o < garblers.length; o++) {
      if (o !== j) addCross(outLabels, m, garblers[o] as Garbler, o, j, table, maskA, maskB);
    }
  }
}

/** Adds the part of L_γ^j that garbler o's labels and table give (o and j are ranks). */
function addCross(
  outLabels: Int32Array,
  m: number,
  other: Garbler,
  o: number,
  j: number,
  table: number,
  maskA: number,
  maskB: number,
): void {
  const { tables, hashes } = other;
  const cross = table + 4 * crossBlock(o, j);
  for (let w = 0; w < 4; w++) {
    outLabels[4 * m + w] = (outLabels[4 * m + w] as number) ^ (hashes[4 * j + w] as number) ^
      (tables[cross + w] as number) ^
      (maskA & (tables[cross + 4 + w] as number)) ^
      (maskB & (tables[cross + 8 + w] as number));
  }
}
