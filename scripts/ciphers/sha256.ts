/**
 * The compression function of SHA-256 (FIPS 180-4, section 6.2.2) over a builder. Additions take 31 ANDs,
 * Ch and Maj one AND a bit.
 */
import { add, type Builder, FALSE, TRUE, type Wire, type Word } from "../../lib/circuit/mod.ts";

/** Words of the state. */
const STATE_WORDS = 8;
/** Words of a block. */
const BLOCK_WORDS = 16;
/** Rounds, and words of the message schedule. */
const ROUNDS = 64;
const WORD_BITS = 32;

/** The initial state, FIPS 180-4, section 5.3.3. */
export const INITIAL_STATE: readonly number[] = firstPrimes(STATE_WORDS).map((prime) =>
  fraction(Math.sqrt(prime))
);

/**
 * The state after a block.
 *
 * @param block 512 wires: 16 words of 32 bits, most significant bit first.
 * @param state 256 wires: 8 words.
 */
export function compress(b: Builder, block: Word, state: Word): Wire[] {
  const schedule = expand(b, cut(block, BLOCK_WORDS));
  const constants = firstPrimes(ROUNDS).map((prime) => fraction(Math.cbrt(prime)));
  const before = cut(state, STATE_WORDS);
  let words = before;
  for (const [round, word] of schedule.entries()) {
    const constant = constantWord(constants[round] as number);
    words = step(b, words, sum(b, constant, word));
  }
  return words.flatMap((word, i) => sum(b, word, before[i] as Word));
}

function cut(wires: Word, count: number): Word[] {
  return Array.from({ length: count }, (_, i) => wires.slice(i * WORD_BITS, (i + 1) * WORD_BITS));
}

function sum(b: Builder, ...words: readonly Word[]): Word {
  return words.reduce((total, word) => add(b, total, word).word);
}

/** One round; `input` is the round's constant plus its word of the schedule. */
function step(b: Builder, words: readonly Word[], input: Word): Word[] {
  const [a, b1, c, d, e, f, g, h] = words as [Word, Word, Word, Word, Word, Word, Word, Word];
  const choice = e.map((wire, i) => b.mux(wire, f[i] as Wire, g[i] as Wire));
  const t1 = sum(b, h, xors(b, rotate(e, 6), rotate(e, 11), rotate(e, 25)), choice, input);
  const majority = a.map((wire, i) => majorityOf(b, wire, b1[i] as Wire, c[i] as Wire));
  const t2 = sum(b, xors(b, rotate(a, 2), rotate(a, 13), rotate(a, 22)), majority);
  return [sum(b, t1, t2), a, b1, c, sum(b, d, t1), e, f, g];
}

function expand(b: Builder, block: readonly Word[]): Word[] {
  const words = [...block];
  for (let t = BLOCK_WORDS; t < ROUNDS; t++) {
    const at = (back: number): Word => words[t - back] as Word;
    const low = xors(b, rotate(at(15), 7), rotate(at(15), 18), shift(at(15), 3));
    const high = xors(b, rotate(at(2), 17), rotate(at(2), 19), shift(at(2), 10));
    words.push(sum(b, high, at(7), low, at(16)));
  }
  return words;
}

function xors(b: Builder, ...words: readonly Word[]): Word {
  return words.reduce((x, y) => x.map((wire, i) => b.xor(wire, y[i] as Wire)));
}

/** Rotation to the right; the top bit stands first. */
function rotate(word: Word, by: number): Word {
  return [...word.slice(-by), ...word.slice(0, -by)];
}

function shift(word: Word, by: number): Word {
  return [...new Array<Wire>(by).fill(FALSE), ...word.slice(0, -by)];
}

function majorityOf(b: Builder, x: Wire, y: Wire, z: Wire): Wire {
  return b.xor(x, b.and(b.xor(x, y), b.xor(x, z)));
}

function constantWord(value: number): Word {
  return Array.from(
    { length: WORD_BITS },
    (_, i) => ((value >>> (WORD_BITS - 1 - i)) & 1) === 1 ? TRUE : FALSE,
  );
}

/** The first 32 bits of the fractional part: exact, since the roots have 21 bits to spare in a double. */
function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** WORD_BITS);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}
