/** PRG, tweakable hash and transposition. */
import { BLOCK_BYTES, EXPANDED_BYTES, PRG_GROUP_BYTES } from "../constants.ts";
import type { Blocks, TweakDomain } from "../kernels.ts";
import { needBlocks, needRows, needSalt, needSeed, needWords } from "../shapes.ts";
import { tweakWord } from "../ts/tweaked_hash.ts";
import { forPieces, PIECE } from "./arena.ts";
import type { KernelArena } from "./module.ts";

/** PRG groups made at a time: 16 KB. */
const PIECE_GROUPS = 64;
/** Bytes of a piece of a column. The columns stand 64 bytes further apart: a power of two would be slow. */
const COLUMN_BYTES = PIECE / 8;
const STRIDE = COLUMN_BYTES + 64;

/** `Kernels.prgInto`. */
export function prgInto(
  arena: KernelArena,
  out: Uint8Array,
  seed: Uint8Array,
  domain: number,
  group: number,
): void {
  const groups = Math.ceil(out.length / PRG_GROUP_BYTES);
  needSeed(seed, group, groups);
  arena.use(() => {
    const from = arena.hold(seed);
    const at = arena.take(Math.min(groups, PIECE_GROUPS) * PRG_GROUP_BYTES);
    forPieces(groups, (first, length) => {
      arena.wasm.prg(at, from, seed.length === 32 ? 1 : 0, domain, group + first, length);
      const to = first * PRG_GROUP_BYTES;
      arena.read(at, out, to, Math.min(length * PRG_GROUP_BYTES, out.length - to));
    }, PIECE_GROUPS);
  });
}

/** `Kernels.expand`. */
export function expand(
  arena: KernelArena,
  seeds: Blocks,
  count: number,
  domain: number,
): Uint8Array<ArrayBuffer> {
  needBlocks(seeds, count);
  const out = new Uint8Array(EXPANDED_BYTES * count);
  arena.use(() => {
    const size = Math.min(count, PIECE);
    const from = arena.take(BLOCK_BYTES * size);
    const at = arena.take(EXPANDED_BYTES * size);
    forPieces(count, (first, length) => {
      arena.write(from, seeds, BLOCK_BYTES * first, BLOCK_BYTES * length);
      arena.wasm.expand(at, from, length, domain);
      arena.read(at, out, EXPANDED_BYTES * first, EXPANDED_BYTES * length);
    });
  });
  return out;
}

/** `Kernels.hash`. */
export function hash(
  arena: KernelArena,
  salt: Uint8Array,
  tweak: TweakDomain,
  index: number,
  blocks: Blocks,
  count: number,
): Blocks {
  needSalt(salt);
  needBlocks(blocks, count);
  const out = new Uint8Array(BLOCK_BYTES * count);
  arena.use(() => {
    const salted = arena.hold(salt);
    const at = arena.take(BLOCK_BYTES * Math.min(count, PIECE));
    forPieces(count, (first, length) => {
      const bytes = BLOCK_BYTES * length;
      arena.write(at, blocks, BLOCK_BYTES * first, bytes);
      arena.wasm.hash(at, at, length, salted, tweakWord(tweak), BigInt(index + first));
      arena.read(at, out, BLOCK_BYTES * first, bytes);
    });
  });
  return out;
}

/** `Kernels.transpose`. */
export function transpose(arena: KernelArena, columns: Uint8Array, rows: number): Blocks {
  needWords(columns, 4 * needRows(rows));
  const out = new Uint8Array(BLOCK_BYTES * rows);
  arena.use(() => {
    const from = arena.take(128 * STRIDE);
    const at = arena.take(BLOCK_BYTES * Math.min(rows, PIECE));
    forPieces(rows, (first, length) => {
      for (let c = 0; c < 128; c++) {
        arena.write(from + c * STRIDE, columns, (c * rows + first) / 8, length / 8);
      }
      arena.wasm.transpose(at, from, STRIDE, length);
      arena.read(at, out, BLOCK_BYTES * first, BLOCK_BYTES * length);
    });
  });
  return out;
}
