/** Products as columns of bits of equal weight, and their reduction to one bit a column. */
import { type Builder, FALSE, type Wire, type Word } from "../builder.ts";
import { addCarry, subtract } from "./add.ts";

/** Fewest bits of both factors for which Karatsuba's three products need fewer ANDs than four. */
const KARATSUBA_BITS = 16;

/**
 * Sums the columns (least significant first) with full adders of one AND, half adders where two bits
 * are left. Returns one wire a column; carries out of the last column are dropped.
 */
export function sumColumns(b: Builder, columns: readonly Wire[][]): Wire[] {
  let carries: Wire[] = [];
  return columns.map((column) => {
    const bits = [...column, ...carries].filter((wire) => wire !== FALSE);
    carries = [];
    let at = 0;
    while (bits.length - at > 1) {
      const x = bits[at++] as Wire;
      const y = bits[at++] as Wire;
      const z = at < bits.length ? bits[at++] as Wire : FALSE;
      const xz = b.xor(x, z);
      bits.push(b.xor(xz, y));
      carries.push(b.xor(z, b.and(xz, b.xor(y, z))));
    }
    return bits[at] ?? FALSE;
  });
}

/**
 * x · y exactly, as |x| + |y| bits, least significant first throughout. 2·n² − n ANDs for n-bit
 * factors, fewer from {@linkcode KARATSUBA_BITS} on. Constant zeros on top of a factor cost nothing.
 */
export function fullProduct(b: Builder, x: Word, y: Word): Wire[] {
  const [p, q] = [trim(x), trim(y)];
  const bits = Math.max(p.length, q.length);
  const karatsubaPays = Math.min(p.length, q.length) >= KARATSUBA_BITS && bits % 2 === 0 &&
    p.length === q.length;
  const product = karatsubaPays ? karatsuba(b, p, q) : schoolbook(b, p, q);
  return [...product, ...new Array<Wire>(x.length + y.length - product.length).fill(FALSE)];
}

/** Without the constant zeros on top. */
function trim(x: Word): Word {
  let length = x.length;
  while (length > 0 && x[length - 1] === FALSE) length--;
  return x.slice(0, length);
}

function schoolbook(b: Builder, x: Word, y: Word): Wire[] {
  const columns = Array.from({ length: x.length + y.length }, (): Wire[] => []);
  x.forEach((xi, i) => y.forEach((yj, j) => columns[i + j]?.push(b.and(xi, yj))));
  return sumColumns(b, columns);
}

/** x² exactly, as 2·|x| bits, least significant first: equal products x_i·x_j are taken once. */
export function fullSquare(b: Builder, x: Word): Wire[] {
  const columns = Array.from({ length: 2 * x.length }, (): Wire[] => []);
  x.forEach((xi, i) => {
    columns[2 * i]?.push(xi);
    for (let j = 0; j < i; j++) columns[i + j + 1]?.push(b.and(xi, x[j] as Wire));
  });
  return sumColumns(b, columns);
}

/**
 * Karatsuba and Ofman (1962): x1·y0 + x0·y1 = (x0 + x1)·(y0 + y1) − x0·y0 − x1·y1. The sums have one
 * bit more than the halves; its products are masked additions.
 */
function karatsuba(b: Builder, x: Word, y: Word): Wire[] {
  const h = x.length / 2;
  const low = fullProduct(b, x.slice(0, h), y.slice(0, h));
  const high = fullProduct(b, x.slice(h), y.slice(h));
  const sums = [x, y].map((z) => plus(b, z.slice(0, h), z.slice(h)));
  const [p, q] = sums as [Wire[], Wire[]];
  const [pTop, qTop] = [p[h] as Wire, q[h] as Wire];
  const columns = Array.from({ length: 2 * h + 2 }, (): Wire[] => []);
  fullProduct(b, p.slice(0, h), q.slice(0, h)).forEach((wire, i) => columns[i]?.push(wire));
  for (let i = 0; i < h; i++) {
    columns[h + i]?.push(b.and(pTop, q[i] as Wire), b.and(qTop, p[i] as Wire));
  }
  columns[2 * h]?.push(b.and(pTop, qTop));
  const zeros: Wire[] = [FALSE, FALSE];
  let middle = sumColumns(b, columns);
  for (const part of [low, high]) {
    middle = lsbFirst(subtract(b, [...middle].reverse(), [...part, ...zeros].reverse()).word);
  }
  const upper = [...low.slice(h), ...high];
  const wide = [...middle, ...new Array<Wire>(upper.length - middle.length).fill(FALSE)];
  return [
    ...low.slice(0, h),
    ...lsbFirst(addCarry(b, upper.reverse(), wide.reverse(), FALSE).word),
  ];
}

/** x + y with the carry as one bit more, least significant first. */
function plus(b: Builder, x: Word, y: Word): Wire[] {
  const { word, carry } = addCarry(b, [...x].reverse(), [...y].reverse(), FALSE);
  return [...lsbFirst(word), carry];
}

function lsbFirst(word: Wire[]): Wire[] {
  return word.reverse();
}
