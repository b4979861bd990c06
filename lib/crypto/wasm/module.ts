/** The WebAssembly module of the kernels: its functions as TypeScript sees them. */
import type { Arena, MemoryExports } from "./arena.ts";

/**
 * What the module exports; the comments stand in the sources (`as/`). Numbers are addresses in its memory
 * unless their names say otherwise; `index` is a tweak index, `word` the first word of a tweak.
 */
export interface Exports extends MemoryExports {
  readonly work: WebAssembly.Global;
  expand(out: number, seeds: number, count: number, domain: number): void;
  prg(out: number, seed: number, wide: number, domain: number, first: number, groups: number): void;
  hash(
    out: number,
    blocks: number,
    count: number,
    salt: number,
    word: number,
    index: bigint,
  ): void;
  transpose(out: number, columns: number, stride: number, rows: number): void;
  cotReceive(
    macs: number,
    d: number,
    stride: number,
    x: number,
    seeds: number,
    k: number,
    group: number,
    rows: number,
    slots: number,
    columns: number,
  ): void;
  cotPuncture(seeds: number, delta: number, k: number): void;
  cotSend(
    keys: number,
    d: number,
    stride: number,
    delta: number,
    seeds: number,
    k: number,
    group: number,
    rows: number,
    slots: number,
    columns: number,
  ): void;
  sumBlocks(sums: number, buckets: number, blocks: number, count: number): void;
  sumHalves(sums: number, buckets: number, halves: number, count: number): void;
  sumBits(parities: number, buckets: number, bits: number, count: number): void;
  finishColumns(out: number, sums: number, last: number, r: number, work: number): void;
  finishBits(out: number, parities: number, last: number, r: number): void;
  finishSum(out: number, sums: number, r: number, work: number): void;
  addAll(out: number, blocks: number, bytes: number): void;
  addChosen(out: number, blocks: number, bits: number, count: number): void;
  addPlaced(out: number, blocks: number, from: number, bits: number, count: number): void;
  addScaled(out: number, bits: number, delta: number, count: number): void;
  addLowHalves(out: number, blocks: number, count: number): void;
  addScaledHalves(out: number, bits: number, delta: number, count: number): void;
  leakyKeySide(
    u: number,
    s: number,
    keys: number,
    phi: number,
    count: number,
    delta: number,
    salt: number,
    word: number,
    index: bigint,
  ): void;
  leakyMacSide(
    s: number,
    macs: number,
    x: number,
    u: number,
    count: number,
    salt: number,
    word: number,
    index: bigint,
  ): void;
  garbleRun(
    labels: number,
    blocks: number,
    delta: number,
    salt: number,
    garblers: number,
    self: number,
    rank: number,
  ): void;
  garbleGates(
    gates: number,
    op: number,
    a: number,
    b: number,
    out: number,
    index: bigint,
    tables: number,
    outLabels: number,
  ): void;
  evaluateRun(records: number, garblers: number, values: number, salt: number): void;
  evaluateGates(
    gates: number,
    op: number,
    a: number,
    b: number,
    out: number,
    index: bigint,
    first: number,
    lsb: number,
    outZ: number,
  ): void;
}

/** The memory of the kernels. */
export type KernelArena = Arena<Exports>;

/** A fresh instance with a memory of its own. */
export function instantiate<E extends MemoryExports>(binary: Uint8Array<ArrayBuffer>): E {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(binary));
  return instance.exports as unknown as E;
}
