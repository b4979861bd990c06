/** Correlated OT. */
import { BLOCK_BYTES, KAPPA, PRG_GROUP_BYTES } from "../constants.ts";
import type { Blocks, CotReceive, CotSend } from "../kernels.ts";
import { needBits, needSeeds, needWords, roomForBlocks } from "../shapes.ts";
import { forPieces } from "./arena.ts";
import type { KernelArena } from "./module.ts";

/** Rows worked on at a time: four PRG groups, so that the many columns of d move in pieces of a kilobyte. */
const PIECE_ROWS = 8192;
const GROUP_ROWS = 8 * PRG_GROUP_BYTES;
/** Distance of the pieces of two columns of d: no power of two, and room for whole groups. */
const STRIDE = PIECE_ROWS / 8 + 64;

interface Areas {
  readonly seeds: number;
  readonly d: number;
  readonly rows: number;
  readonly slots: number;
  readonly columns: number;
}

function areas(arena: KernelArena, k: number, seeds: Uint8Array, rows: number): Areas {
  return {
    seeds: arena.hold(seeds.subarray(0, (KAPPA / k) * BLOCK_BYTES << k)),
    d: arena.take((KAPPA / k) * STRIDE),
    rows: arena.take(BLOCK_BYTES * Math.min(rows, PIECE_ROWS)),
    slots: arena.take(PRG_GROUP_BYTES << k),
    columns: arena.take(KAPPA * PRG_GROUP_BYTES),
  };
}

/** `Kernels.cotReceive`. */
export function cotReceive(
  arena: KernelArena,
  args: CotReceive,
): { readonly d: Uint8Array<ArrayBuffer>; readonly macs: Blocks } {
  const { k, rows, group } = args;
  const seeds = needSeeds(args, rows, group);
  needWords(args.x, rows / 32);
  const d = new Uint8Array((KAPPA / k) * (rows / 8));
  const macs = roomForBlocks(args.into, rows);
  arena.use(() => {
    const at = areas(arena, k, seeds, rows);
    const x = arena.take(STRIDE);
    forPieces(rows, (first, length) => {
      arena.write(x, args.x, first / 8, length / 8);
      const { rows: to, d: corrections, seeds, slots, columns } = at;
      const number = group + first / GROUP_ROWS;
      arena.wasm.cotReceive(to, corrections, STRIDE, x, seeds, k, number, length, slots, columns);
      for (let c = 0; c < KAPPA / k; c++) {
        arena.read(at.d + c * STRIDE, d, (c * rows + first) / 8, length / 8);
      }
      arena.read(at.rows, macs, BLOCK_BYTES * first, BLOCK_BYTES * length);
    }, PIECE_ROWS);
  });
  return { d, macs };
}

/** `Kernels.cotSend`. */
export function cotSend(arena: KernelArena, args: CotSend): Blocks {
  const { k, rows, group, delta } = args;
  const seeds = needSeeds(args, rows, group);
  needWords(args.d, (KAPPA / k) * (rows / 32));
  needBits(delta, KAPPA);
  const keys = roomForBlocks(args.into, rows);
  arena.use(() => {
    const at = areas(arena, k, seeds, rows);
    const key = arena.hold(delta.subarray(0, BLOCK_BYTES));
    arena.wasm.cotPuncture(at.seeds, key, k);
    forPieces(rows, (first, length) => {
      for (let c = 0; c < KAPPA / k; c++) {
        arena.write(at.d + c * STRIDE, args.d, (c * rows + first) / 8, length / 8);
      }
      const { rows: to, d, seeds, slots, columns } = at;
      const number = group + first / GROUP_ROWS;
      arena.wasm.cotSend(to, d, STRIDE, key, seeds, k, number, length, slots, columns);
      arena.read(at.rows, keys, BLOCK_BYTES * first, BLOCK_BYTES * length);
    }, PIECE_ROWS);
  });
  return keys;
}
