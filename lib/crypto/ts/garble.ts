/**
 * Garbling of a run of gates. Sources: half gates (Zahur, Rosulek, Evans, eprint 2014/756, figure 2); the
 * multi-party form of YWZ20 (eprint 2019/1104) with this project's table of 3n − 4 blocks (protocol,
 * "Garbling"). Letters as there.
 */
import { TWEAK_SIDE } from "../constants.ts";
import type { GarbleRun, GateBlocks } from "../kernels.ts";
import { needGates } from "../shapes.ts";
import { crossBlock, GateHash, tableBlocks } from "./gate_hash.ts";
import { blockWords } from "./words.ts";

const AND = 1;
const NOT = 2;
const NO_OFFSET = new Int32Array(4);

/** {@linkcode GateBlocks} as words. */
export interface GateWords {
  /** For λ_α. */
  readonly alpha: Int32Array;
  /** For λ_β. */
  readonly beta: Int32Array;
  /** For c. */
  readonly c: Int32Array;
}

/** The words of `blocks` for `ands` gates. */
export function gateWords(blocks: GateBlocks, ands: number): GateWords {
  return {
    alpha: blockWords(blocks.alpha, ands),
    beta: blockWords(blocks.beta, ands),
    c: blockWords(blocks.c, ands),
  };
}

/** What the gates of one run share. */
interface Garbling {
  readonly hash: GateHash;
  readonly self: number;
  /** Position of `self` among the garblers. */
  readonly rank: number;
  readonly delta: Int32Array;
  readonly labels: Int32Array;
  readonly shares: GateWords;
  /** The other garblers: rank and MACs under their keys. */
  readonly others: readonly { readonly rank: number; readonly macs: GateWords }[];
  readonly tables: Int32Array;
  readonly tableWords: number;
  readonly outLabels: Int32Array;
  /** Hashes of L_α,0, L_α,1, L_β,0, L_β,1, one after the other. */
  readonly hashes: Int32Array;
}

function prepare(args: GarbleRun): Garbling {
  const { self, garblers, ands } = args;
  const hash = new GateHash(args);
  const others: { rank: number; macs: GateWords }[] = [];
  garblers.forEach((o, rank) => {
    if (o === self) return;
    const macs = args.macs[o];
    if (macs === undefined) throw new RangeError(`Cannot garble: MACs of garbler ${o} are absent`);
    others.push({ rank, macs: gateWords(macs, ands) });
  });
  return {
    hash,
    self,
    rank: garblers.indexOf(self),
    delta: blockWords(args.delta, 1),
    labels: blockWords(args.labels, needGates(args)),
    shares: gateWords(args.shares, ands),
    others,
    tables: blockWords(args.tables, tableBlocks(args) * ands),
    tableWords: 4 * tableBlocks(args),
    outLabels: blockWords(args.outLabels, ands),
    hashes: new Int32Array(4 * hash.words),
  };
}

/** `Kernels.garble`. */
export function garble(args: GarbleRun): void {
  const run = prepare(args);
  const { labels, delta } = run;
  let m = 0;
  for (let gate = args.from; gate < args.to; gate++) {
    const a = 4 * (args.a[gate] as number);
    const b = 4 * (args.b[gate] as number);
    const out = 4 * (args.out[gate] as number);
    const op = args.op[gate] as number;
    if (op === AND) {
      run.hash.gate(args.index + m);
      garbleAnd(run, m, a, b);
      for (let w = 0; w < 4; w++) labels[out + w] = run.outLabels[4 * m + w] as number;
      m++;
    } else {
      // NOT: the 0-label of the negated wire is the 1-label. Word by word, so that out may be a or b.
      const other = op === NOT ? delta : labels;
      const from = op === NOT ? 0 : b;
      for (let w = 0; w < 4; w++) {
        labels[out + w] = (labels[a + w] as number) ^ (other[from + w] as number);
      }
    }
  }
  run.hash.wipe();
  run.hashes.fill(0);
}

/** Table and 0-label of the run's m-th AND gate with operands at the words `a` and `b` of the labels. */
function garbleAnd(run: Garbling, m: number, a: number, b: number): void {
  const { hash, hashes, labels, delta, self, shares, tables, outLabels } = run;
  const size = hash.words;
  hash.into(hashes, 0, labels, a, NO_OFFSET, TWEAK_SIDE.ALPHA, self);
  hash.into(hashes, size, labels, a, delta, TWEAK_SIDE.ALPHA, self);
  hash.into(hashes, 2 * size, labels, b, NO_OFFSET, TWEAK_SIDE.BETA, self);
  hash.into(hashes, 3 * size, labels, b, delta, TWEAK_SIDE.BETA, self);

  const table = m * run.tableWords;
  const own = 4 * run.rank;
  for (let w = 0; w < 4; w++) {
    const a0 = hashes[own + w] as number;
    const a1 = hashes[size + own + w] as number;
    const b0 = hashes[2 * size + own + w] as number;
    const b1 = hashes[3 * size + own + w] as number;
    const i = 4 * m + w;
    tables[table + w] = a0 ^ a1 ^ (shares.beta[i] as number);
    tables[table + 4 + w] = b0 ^ b1 ^ (shares.alpha[i] as number) ^ (labels[a + w] as number);
    outLabels[i] = a0 ^ b0 ^ (shares.c[i] as number);
  }
  for (const { rank, macs } of run.others) {
    const cross = table + 4 * crossBlock(run.rank, rank);
    const block = 4 * rank;
    for (let w = 0; w < 4; w++) {
      const a0 = hashes[block + w] as number;
      const a1 = hashes[size + block + w] as number;
      const b0 = hashes[2 * size + block + w] as number;
      const b1 = hashes[3 * size + block + w] as number;
      const i = 4 * m + w;
      tables[cross + w] = a0 ^ b0 ^ (macs.c[i] as number);
      tables[cross + 4 + w] = a0 ^ a1 ^ (macs.beta[i] as number);
      tables[cross + 8 + w] = b0 ^ b1 ^ (macs.alpha[i] as number);
    }
  }
}
