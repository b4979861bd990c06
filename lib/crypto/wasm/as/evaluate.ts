/**
 * Evaluation of gates in order (protocol, "Evaluation"; sources as in garble.ts). The garblers stand in
 * order of rank. Masked values are public to the evaluator, yet choose by masks only.
 */
import { chacha12, chacha12First, lane0, lane1, lane2, lane3, setConstants, setKeys, setSplat } from "./chacha.ts";
import { AND, crossBlock, NOT, setGate, SIDE_BETA, TWEAK_GARBLING } from "./gates.ts";
import { OUT, STATE } from "./layout.ts";

/** Pointers by garbler: labels, λ_α, λ_β, c, tables, outLabels, and the first tweak word of side α. */
const LABELS: u32 = 0, ALPHA: u32 = 4, BETA: u32 = 8, C: u32 = 12, TABLES: u32 = 16, OUT_LABELS: u32 = 20, TWEAK: u32 = 24;
const RECORD: u32 = 28;

let records: usize = 0;
let garblers: u32 = 0;
/** Masked values by register, one byte each. */
let values: usize = 0;
/** lsb(L_γ,0) of garbler 0, and the masked values of AND gates; packed. */
let lsb: usize = 0;
let outZ: usize = 0;
/** For one garbler: a gate that waits for another one to share the call. Its number, or -1. */
let waiting: i32 = -1;
let waitingA: u32 = 0;
let waitingB: u32 = 0;
let waitingOut: u32 = 0;

@inline
function field(j: u32, at: u32): usize { return load<u32>(records + j * RECORD + at); }
@inline
function label(j: u32, register: u32): v128 { return v128.load(field(j, LABELS) + (<usize>register << 4)); }
@inline
function maskOf(register: u32): v128 { return i32x4.splat(-<i32>load<u8>(values + register)); }
@inline
function addTo(at: usize, x: v128): void { v128.store(at, v128.xor(v128.load(at), x)); }
/** The sum of the output blocks number `block` of the lanes 0 and 1. */
@inline
function sum01(block: u32): v128 {
  const h = OUT + (block << 6);
  const x0 = v128.load(h), x1 = v128.load(h, 16), x2 = v128.load(h, 32), x3 = v128.load(h, 48);
  return v128.xor(lane0(x0, x1, x2, x3), lane1(x0, x1, x2, x3));
}
/** The sum of the output blocks number `block` of the lanes 2 and 3. */
@inline
function sum23(block: u32): v128 {
  const h = OUT + (block << 6);
  const x0 = v128.load(h), x1 = v128.load(h, 16), x2 = v128.load(h, 32), x3 = v128.load(h, 48);
  return v128.xor(lane2(x0, x1, x2, x3), lane3(x0, x1, x2, x3));
}

/** What all gates of a run share. */
export function evaluateRun(records_: usize, garblers_: u32, values_: usize, salt: usize): void {
  records = records_; garblers = garblers_; values = values_; waiting = -1;
  setConstants();
  setSplat(8, salt);
  v128.store(STATE, i32x4.splat(0), 208);
}

/**
 * Evaluates `gates` gates, the first AND of which has tweak index `index` and is number `first` in the
 * packed `lsb` and `outZ` and number 0 in the other arrays.
 */
export function evaluateGates(
  gates: u32, op: usize, a: usize, b: usize, out: usize, index: u64, first: u32, lsb_: usize, outZ_: usize,
): void {
  lsb = lsb_; outZ = outZ_;
  let m: u32 = 0;
  for (let g: u32 = 0; g < gates; g++, a += 4, b += 4, out += 4) {
    const code: u32 = load<u8>(op + g);
    const ra = load<u32>(a), rb = load<u32>(b), to = load<u32>(out);
    if (code == AND) {
      if (garblers == 1) {
        if (waiting >= 0 && touches(ra, rb, to)) flush(index, first);
        if (waiting < 0) wait(m, ra, rb, to);
        else pair(m, ra, rb, to, index, first);
      } else evaluateAnd(m, ra, rb, to, index + m, first);
      m++;
    } else {
      if (waiting >= 0 && touches(ra, code == NOT ? ra : rb, to)) flush(index, first);
      if (code == NOT) invert(ra, to);
      else add(ra, rb, to);
    }
  }
  if (waiting >= 0) flush(index, first);
}

/** The negated wire keeps its active label. */
function invert(a: u32, out: u32): void {
  for (let j: u32 = 0; j < garblers; j++) v128.store(field(j, LABELS) + (<usize>out << 4), label(j, a));
  store<u8>(values + out, load<u8>(values + a) ^ 1);
}

function add(a: u32, b: u32, out: u32): void {
  for (let j: u32 = 0; j < garblers; j++) {
    v128.store(field(j, LABELS) + (<usize>out << 4), v128.xor(label(j, a), label(j, b)));
  }
  store<u8>(values + out, load<u8>(values + a) ^ load<u8>(values + b));
}

/** Whether a gate must come after the waiting one: it reads or writes its result. */
@inline
function touches(a: u32, b: u32, out: u32): bool {
  return a == waitingOut || b == waitingOut || out == waitingOut || out == waitingA || out == waitingB;
}

function wait(m: u32, a: u32, b: u32, out: u32): void {
  waiting = m; waitingA = a; waitingB = b; waitingOut = out;
}

/** The part of L_γ^j that is the garbler's own: without the hashes. */
@inline
function ownPart(j: u32, m: u32, la: v128, maskA: v128, maskB: v128): v128 {
  const at = <usize>m << 4, table = field(j, TABLES) + <usize>m * (16 * (3 * garblers - 1));
  const g0 = v128.xor(v128.load(table), v128.load(field(j, BETA) + at));
  const g1 = v128.xor(v128.xor(v128.load(table, 16), la), v128.load(field(j, ALPHA) + at));
  return v128.xor(v128.load(field(j, C) + at), v128.xor(v128.and(maskA, g0), v128.and(maskB, g1)));
}

/** Writes L_γ^j and, for the lowest garbler, z_γ. */
@inline
function result(j: u32, m: u32, out: u32, value: v128, first: u32): void {
  v128.store(field(j, OUT_LABELS) + (<usize>m << 4), value);
  v128.store(field(j, LABELS) + (<usize>out << 4), value);
  if (j > 0) return;
  const n = first + m, at = n >> 3, shift = n & 7;
  const z = (<u32>i32x4.extract_lane(value, 0) ^ (<u32>load<u8>(lsb + at) >> shift)) & 1;
  store<u8>(outZ + at, <u8>((<u32>load<u8>(outZ + at) & ~(<u32>1 << shift)) | (z << shift)));
  store<u8>(values + out, <u8>z);
}

/** The waiting gate alone. */
function flush(index: u64, first: u32): void {
  const m = waiting as u32, la = label(0, waitingA), lb = label(0, waitingB), tweak = <i32>field(0, TWEAK);
  waiting = -1;
  setKeys(la, lb, la, lb);
  v128.store(STATE, i32x4(tweak, tweak | SIDE_BETA, tweak, tweak | SIDE_BETA), 192);
  setGate(index + m);
  chacha12First(OUT);
  const own = ownPart(0, m, la, maskOf(waitingA), maskOf(waitingB));
  result(0, m, waitingOut, v128.xor(own, sum01(0)), first);
}

/** The waiting gate and the m-th one, which is independent of it. */
function pair(m: u32, a: u32, b: u32, out: u32, index: u64, first: u32): void {
  const w = waiting as u32, tweak = <i32>field(0, TWEAK);
  const la = label(0, waitingA), lb = label(0, waitingB), ma = label(0, a), mb = label(0, b);
  waiting = -1;
  setKeys(la, lb, ma, mb);
  v128.store(STATE, i32x4(tweak, tweak | SIDE_BETA, tweak, tweak | SIDE_BETA), 192);
  const i0 = index + w, i1 = index + m;
  v128.store(STATE, i32x4(i0 as u32, i0 as u32, i1 as u32, i1 as u32), 224);
  v128.store(STATE, i32x4((i0 >> 32) as u32, (i0 >> 32) as u32, (i1 >> 32) as u32, (i1 >> 32) as u32), 240);
  chacha12First(OUT);
  const own0 = ownPart(0, w, la, maskOf(waitingA), maskOf(waitingB));
  const own1 = ownPart(0, m, ma, maskOf(a), maskOf(b));
  result(0, w, waitingOut, v128.xor(own0, sum01(0)), first);
  result(0, m, out, v128.xor(own1, sum23(0)), first);
}

/** One AND gate of two or more garblers, two of them in each call of the hash. */
function evaluateAnd(m: u32, a: u32, b: u32, out: u32, index: u64, first: u32): void {
  const maskA = maskOf(a), maskB = maskOf(b), at = <usize>m << 4;
  for (let j: u32 = 0; j < garblers; j++) {
    v128.store(field(j, OUT_LABELS) + at, ownPart(j, m, label(j, a), maskA, maskB));
  }
  setGate(index);
  for (let j: u32 = 0; j < garblers; j += 2) {
    const other = min(j + 1, garblers - 1);
    setKeys(label(j, a), label(j, b), label(other, a), label(other, b));
    const t0 = <i32>field(j, TWEAK), t1 = <i32>field(other, TWEAK);
    v128.store(STATE, i32x4(t0, t0 | SIDE_BETA, t1, t1 | SIDE_BETA), 192);
    for (let call: u32 = 0; call << 2 < garblers; call++) {
      v128.store(STATE, i32x4.splat(call), 208);
      chacha12(OUT);
      for (let r = call << 2; r < min(garblers, (call << 2) + 4); r++) {
        const to = field(r, OUT_LABELS) + at;
        addTo(to, sum01(r & 3));
        if (r != j) crossPart(to, j, r, m, maskA, maskB);
        if (other == j) continue;
        addTo(to, sum23(r & 3));
        if (r != other) crossPart(to, other, r, m, maskA, maskB);
      }
    }
  }
  for (let j: u32 = 0; j < garblers; j++) result(j, m, out, v128.load(field(j, OUT_LABELS) + at), first);
}

/** Adds what garbler o's table has for the garbler of rank `r`. */
@inline
function crossPart(to: usize, o: u32, r: u32, m: u32, maskA: v128, maskB: v128): void {
  const table = field(o, TABLES) + <usize>m * (16 * (3 * garblers - 1)) + (crossBlock(o, r) << 4);
  addTo(to, v128.xor(
    v128.load(table),
    v128.xor(v128.and(maskA, v128.load(table, 16)), v128.and(maskB, v128.load(table, 32))),
  ));
}
