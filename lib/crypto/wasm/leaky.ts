/** Leaky ANDs. */
import { BLOCK_BYTES, HALF_BYTES } from "../constants.ts";
import type { Halves, LeakyKeySide, LeakyMacSide } from "../kernels.ts";
import { needBits, needBlocks, needHalves, needSalt } from "../shapes.ts";
import { tweakWord } from "../ts/tweaked_hash.ts";
import { forPieces, PIECE } from "./arena.ts";
import type { KernelArena } from "./module.ts";

/** `Kernels.leakyKeySide`. */
export function leakyKeySide(arena: KernelArena, args: LeakyKeySide): Halves {
  const { count, index, keys, phi, s } = args;
  const word = tweakWord(args.tweak);
  needSalt(args.salt);
  needBlocks(keys, count);
  needBlocks(args.delta, 1);
  for (const halves of [phi, s]) needHalves(halves, count);
  const u = new Uint8Array(HALF_BYTES * count);
  arena.use(() => {
    const salt = arena.hold(args.salt);
    const delta = arena.hold(args.delta.subarray(0, BLOCK_BYTES));
    const size = Math.min(count, PIECE);
    const from = arena.take(BLOCK_BYTES * size);
    const p = arena.take(HALF_BYTES * size);
    const q = arena.take(HALF_BYTES * size);
    const out = arena.take(HALF_BYTES * size);
    forPieces(count, (first, length) => {
      const bytes = HALF_BYTES * length;
      arena.write(from, keys, BLOCK_BYTES * first, BLOCK_BYTES * length);
      arena.write(p, phi, HALF_BYTES * first, bytes);
      arena.write(q, s, HALF_BYTES * first, bytes);
      const at = BigInt(index + first);
      arena.wasm.leakyKeySide(out, q, from, p, length, delta, salt, word, at);
      arena.read(out, u, HALF_BYTES * first, bytes);
      arena.read(q, s, HALF_BYTES * first, bytes);
    });
  });
  return u;
}

/** `Kernels.leakyMacSide`. */
export function leakyMacSide(arena: KernelArena, args: LeakyMacSide): void {
  const { count, index, macs, x, u, s } = args;
  const word = tweakWord(args.tweak);
  needSalt(args.salt);
  needBlocks(macs, count);
  needBits(x, count);
  for (const halves of [u, s]) needHalves(halves, count);
  arena.use(() => {
    const salt = arena.hold(args.salt);
    const size = Math.min(count, PIECE);
    const from = arena.take(BLOCK_BYTES * size);
    const p = arena.take(HALF_BYTES * size);
    const q = arena.take(HALF_BYTES * size);
    const bits = arena.take(PIECE / 8);
    forPieces(count, (first, length) => {
      const bytes = HALF_BYTES * length;
      arena.write(from, macs, BLOCK_BYTES * first, BLOCK_BYTES * length);
      arena.write(bits, x, first / 8, Math.ceil(length / 8));
      arena.write(p, u, HALF_BYTES * first, bytes);
      arena.write(q, s, HALF_BYTES * first, bytes);
      arena.wasm.leakyMacSide(q, from, bits, p, length, salt, word, BigInt(index + first));
      arena.read(q, s, HALF_BYTES * first, bytes);
    });
  });
}
