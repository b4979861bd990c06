/**
 * The demands on the arguments of kernels, for every implementation alike. A violation is the caller's
 * mistake: RangeError.
 */
import { BLOCK_BYTES, COIN_BYTES, HALF_BYTES, KAPPA, SALT_BYTES } from "./constants.ts";
import { type Blocks, cotGroups, type CotSeeds, type GateRun } from "./kernels.ts";

/** Groups of a PRG stream: the block counter has 32 bits, a group has four blocks. */
const GROUPS_MAX = 2 ** 30;
const NOT = 2;

/** `bytes`, if it holds `count` words of 32 bits. @throws {RangeError} if too short or not aligned. */
export function needWords<T extends Uint8Array>(bytes: T, count: number): T {
  if (bytes.length < 4 * count) {
    throw new RangeError(`Cannot use an array of ${bytes.length} bytes: ${4 * count} are needed`);
  }
  if (bytes.byteOffset % 4 !== 0) {
    throw new RangeError(`Cannot use an array at byte ${bytes.byteOffset} of its buffer: no word`);
  }
  return bytes;
}

/** `bytes`, if it holds `count` blocks. @throws {RangeError} as {@linkcode needWords}. */
export function needBlocks<T extends Uint8Array>(bytes: T, count: number): T {
  return needWords(bytes, count * (BLOCK_BYTES / 4));
}

/** Room for `count` blocks: the first ones of `into`, or fresh. @throws {RangeError} as {@linkcode needWords}. */
export function roomForBlocks(into: Blocks | undefined, count: number): Blocks {
  const bytes = BLOCK_BYTES * count;
  return into === undefined ? new Uint8Array(bytes) : needBlocks(into, count).subarray(0, bytes);
}

/** `bytes`, if it holds `count` halves. @throws {RangeError} as {@linkcode needWords}. */
export function needHalves<T extends Uint8Array>(bytes: T, count: number): T {
  return needWords(bytes, count * (HALF_BYTES / 4));
}

/** `bits`, if it holds `count` packed bits. @throws {RangeError} if it does not. */
export function needBits<T extends Uint8Array>(bits: T, count: number): T {
  if (bits.length * 8 < count) {
    throw new RangeError(`Cannot use an array of ${bits.length * 8} bits: ${count} are needed`);
  }
  return bits;
}

/** `rows`, if it is a multiple of 128. @throws {RangeError} if it is not. */
export function needRows(rows: number): number {
  if (rows % 128 !== 0) throw new RangeError(`Cannot use ${rows} rows: no multiple of 128`);
  return rows;
}

/** `count` public indices below `end`. @throws {RangeError} if there are fewer, or one is not below. */
export function needPlaces(from: Uint32Array, count: number, end: number): void {
  if (from.length < count) throw new RangeError("Cannot XOR: there are too few indices");
  let highest = 0;
  for (let m = 0; m < count; m++) highest = Math.max(highest, from[m] as number);
  if (count > 0 && highest >= end) throw new RangeError("Cannot XOR: an index is out of range");
}

/** `salt`, if it has the right length. @throws {RangeError} if it has not. */
export function needSalt(salt: Uint8Array): Uint8Array {
  if (salt.length === SALT_BYTES) return salt;
  throw new RangeError(`Cannot hash: the salt has ${salt.length} bytes, not ${SALT_BYTES}`);
}

/** `coin`, if it has the right length. @throws {RangeError} if it has not. */
export function needCoin(coin: Uint8Array): Uint8Array {
  if (coin.length === COIN_BYTES) return coin;
  throw new RangeError(`Cannot hash: the coin has ${coin.length} bytes, not ${COIN_BYTES}`);
}

/** `seed`, if it has 16 or 32 bytes and its stream has `groups` groups from `group` on. */
export function needSeed(seed: Uint8Array, group: number, groups: number): Uint8Array {
  if (seed.length !== 16 && seed.length !== 32) {
    throw new RangeError(`Cannot seed a PRG with ${seed.length} bytes`);
  }
  needGroups(group, groups);
  return seed;
}

function needGroups(group: number, groups: number): void {
  if (group >= 0 && group + groups <= GROUPS_MAX) return;
  throw new RangeError(`Cannot read a PRG stream at group ${group}: it ends before`);
}

/** The leaf seeds of a batch of `rows` rows from PRG group `group` on. @throws {RangeError} if malformed. */
export function needSeeds<T extends CotSeeds>(batch: T, rows: number, group: number): Uint8Array {
  const { k, seeds } = batch;
  if (k !== 1 && k !== 2 && k !== 4 && k !== 8) {
    throw new RangeError(`Cannot extend OTs: k is ${k}, not 1, 2, 4 or 8`);
  }
  needRows(rows);
  needGroups(group, cotGroups(rows));
  return needBlocks(seeds, (KAPPA / k) << k);
}

/**
 * One more than the highest register that the gates of a run use.
 *
 * @throws {RangeError} if the arrays of gates are too short, or the run has not `ands` AND gates.
 */
export function needGates(run: GateRun): number {
  const { from, to, op, a, b, out } = run;
  if (from < 0 || from > to || Math.min(op.length, a.length, b.length, out.length) < to) {
    throw new RangeError(`Cannot use the gates ${from} … ${to - 1}: an array is too short`);
  }
  let highest = -1;
  let ands = 0;
  for (let gate = from; gate < to; gate++) {
    const code = op[gate] as number;
    const first = a[gate] as number;
    const second = code === NOT ? first : b[gate] as number;
    highest = Math.max(highest, first, second, out[gate] as number);
    ands += code & 1;
  }
  if (ands === run.ands) return highest + 1;
  throw new RangeError(`Cannot use a run of ${ands} AND gates as one of ${run.ands}`);
}
