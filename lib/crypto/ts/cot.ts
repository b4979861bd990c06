/**
 * Correlated OT with small-field chunks of k bits. Source: SoftSpoken OT (Roy, eprint 2022/192), figures
 * 6 and 7 (small-field VOLE from punctured seeds, repetition code). Letters as in the protocol's section
 * "Correlated OT": r streams, u, v, w, d, q columns, c chunk, y leaf, b bit-plane.
 *
 * Both sides work through 2048 rows (one PRG group) at a time, so that 128 columns stay in the first
 * level cache.
 */
import { BLOCK_BYTES, KAPPA, PRG_DOMAIN } from "../constants.ts";
import {
  type Blocks,
  cotGroups,
  type CotReceive,
  type CotSeeds,
  type CotSend,
} from "../kernels.ts";
import { needBits, needSeeds, roomForBlocks } from "../shapes.ts";
import { GROUP_WORDS, prgGroupInto, prgState } from "./prg.ts";
import { transposeInto } from "./transpose.ts";
import { bitMask, blockWords, words } from "./words.ts";

const GROUP_ROWS = 32 * GROUP_WORDS;

/** PRG states of all leaves, leaf y of chunk c at c·2^k + y. */
function leafStates(batch: CotSeeds, rows: number, group: number): Int32Array[] {
  const { k } = batch;
  const count = (KAPPA / k) << k;
  const all = blockWords(needSeeds(batch, rows, group), count);
  return Array.from({ length: count }, (_, i) => prgState(all, 4 * i, 4, PRG_DOMAIN.COT));
}

function zero(out: Int32Array, from: number, count: number): void {
  out.fill(0, from, from + count);
}

/** out[at …] ^= source & mask for one group. */
function addGroup(out: Int32Array, at: number, source: Int32Array, mask: number): void {
  for (let w = 0; w < GROUP_WORDS; w++) {
    out[at + w] = (out[at + w] as number) ^ ((source[w] as number) & mask);
  }
}

/** `Kernels.cotReceive`. */
export function cotReceive(args: CotReceive): { d: Uint8Array<ArrayBuffer>; macs: Blocks } {
  const { k, rows, group } = args;
  const states = leafStates(args, rows, group);
  const x = words(args.x, rows / 32);
  const d = new Int32Array((KAPPA / k) * (rows / 32));
  const macs = roomForBlocks(args.into, rows);
  const to = blockWords(macs, rows);
  const columns = new Int32Array(KAPPA * GROUP_WORDS);
  const u = new Int32Array(GROUP_WORDS);
  const stream = new Int32Array(GROUP_WORDS);
  for (let g = 0; g < cotGroups(rows); g++) {
    const width = Math.min(GROUP_WORDS, rows / 32 - g * GROUP_WORDS);
    zero(columns, 0, columns.length);
    for (let c = 0; c < KAPPA / k; c++) {
      zero(u, 0, GROUP_WORDS);
      for (let y = 0; y < 1 << k; y++) {
        prgGroupInto(stream, 0, states[(c << k) + y] as Int32Array, group + g);
        addGroup(u, 0, stream, -1);
        for (let b = 0; b < k; b++) {
          if ((y >>> b) & 1) addGroup(columns, (c * k + b) * GROUP_WORDS, stream, -1);
        }
      }
      const at = c * (rows / 32) + g * GROUP_WORDS;
      for (let w = 0; w < width; w++) {
        d[at + w] = (u[w] as number) ^ (x[g * GROUP_WORDS + w] as number);
      }
    }
    transposeInto(to, g * GROUP_ROWS, columns, GROUP_WORDS, 32 * width);
  }
  for (const scratch of [columns, u, stream, ...states]) scratch.fill(0);
  return { d: new Uint8Array(d.buffer), macs };
}

/** `Kernels.cotSend`. */
// Security: δ_c is secret, so every leaf is expanded; the missing one (y = δ_c) has mask 0 in all planes.
export function cotSend(args: CotSend): Blocks {
  const { k, rows, group, delta } = args;
  const states = leafStates(args, rows, group);
  const d = words(args.d, (KAPPA / k) * (rows / 32));
  needBits(delta, 8 * BLOCK_BYTES);
  const keys = roomForBlocks(args.into, rows);
  const to = blockWords(keys, rows);
  const columns = new Int32Array(KAPPA * GROUP_WORDS);
  const stream = new Int32Array(GROUP_WORDS);
  for (let g = 0; g < cotGroups(rows); g++) {
    const width = Math.min(GROUP_WORDS, rows / 32 - g * GROUP_WORDS);
    zero(columns, 0, columns.length);
    for (let c = 0; c < KAPPA / k; c++) {
      for (let y = 0; y < 1 << k; y++) {
        prgGroupInto(stream, 0, states[(c << k) + y] as Int32Array, group + g);
        for (let b = 0; b < k; b++) {
          const mask = bitMask(delta, c * k + b) ^ -((y >>> b) & 1);
          addGroup(columns, (c * k + b) * GROUP_WORDS, stream, mask);
        }
      }
      const at = c * (rows / 32) + g * GROUP_WORDS;
      for (let b = 0; b < k; b++) {
        const mask = bitMask(delta, c * k + b);
        const column = (c * k + b) * GROUP_WORDS;
        for (let w = 0; w < width; w++) {
          columns[column + w] = (columns[column + w] as number) ^ ((d[at + w] as number) & mask);
        }
      }
    }
    transposeInto(to, g * GROUP_ROWS, columns, GROUP_WORDS, 32 * width);
  }
  for (const scratch of [columns, stream, ...states]) scratch.fill(0);
  return keys;
}
