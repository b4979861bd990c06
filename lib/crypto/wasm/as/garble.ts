/**
 * Garbling of gates in order. Sources: half gates (Zahur, Rosulek, Evans, eprint 2014/756, figure 2); the
 * multi-party form of YWZ20 (eprint 2019/1104). Letters as in the protocol, "Garbling".
 */
import { chacha12, chacha12First, lane0, lane1, lane2, lane3, setConstants, setKeys, setSplat } from "./chacha.ts";
import { AND, crossBlock, NOT, setGate, SIDE_BETA, TWEAK_GARBLING } from "./gates.ts";
import { OUT, STATE } from "./layout.ts";

/** 0-labels by register. */
let labels: usize = 0;
/** Pointers to the blocks of λ_α, λ_β, c for the receiver of each rank, in this order; own shares at `rank`. */
let blocks: usize = 0;
let delta: usize = 0;
let garblers: u32 = 0;
let rank: u32 = 0;

/** What all gates of a run share; `self` is the party's number, `own` its rank. */
export function garbleRun(
  labels_: usize, blocks_: usize, delta_: usize, salt: usize, garblers_: u32, self: u32, own: u32,
): void {
  labels = labels_; blocks = blocks_; delta = delta_; garblers = garblers_; rank = own;
  setConstants();
  setSplat(8, salt);
  const alpha = TWEAK_GARBLING | (self << 16), beta = alpha | SIDE_BETA;
  v128.store(STATE, i32x4(alpha, alpha, beta, beta), 192);
  v128.store(STATE, i32x4.splat(0), 208);
}

/** Garbles `gates` gates, whose first AND is number `first` of `blocks` and has tweak index `index`. */
export function garbleGates(
  gates: u32, op: usize, a: usize, b: usize, out: usize, index: u64, tables: usize, outLabels: usize,
): void {
  const d = v128.load(delta), tableBytes: usize = 16 * (3 * garblers - 1);
  let at: usize = 0;
  for (let g: u32 = 0; g < gates; g++, a += 4, b += 4, out += 4) {
    const code: u32 = load<u8>(op + g);
    const la = v128.load(labels + ((<usize>load<u32>(a)) << 4));
    const to = labels + ((<usize>load<u32>(out)) << 4);
    if (code == AND) {
      const lb = v128.load(labels + ((<usize>load<u32>(b)) << 4));
      setKeys(la, v128.xor(la, d), lb, v128.xor(lb, d));
      setGate(index);
      if (garblers == 1) {
        chacha12First(OUT);
        own(OUT, la, at, tables, outLabels);
      } else garbleAnd(la, at, tables, outLabels);
      v128.store(to, v128.load(outLabels + at));
      index++; at += 16; tables += tableBytes;
    } else {
      // NOT: the 0-label of the negated wire is the 1-label.
      const lb = code == NOT ? d : v128.load(labels + ((<usize>load<u32>(b)) << 4));
      v128.store(to, v128.xor(la, lb));
    }
  }
}

/** Block pointer number `i` (0 α, 1 β, 2 c) of the receiver of rank `r`. */
@inline
function blockOf(r: u32, i: u32): usize { return load<u32>(blocks + ((3 * r + i) << 2)); }

/** G0, G1 and L_γ,0 from the four hashes at `h` for this garbler itself. */
@inline
function own(h: usize, la: v128, at: usize, table: usize, outLabels: usize): void {
  const x0 = v128.load(h), x1 = v128.load(h, 16), x2 = v128.load(h, 32), x3 = v128.load(h, 48);
  const a0 = lane0(x0, x1, x2, x3), a1 = lane1(x0, x1, x2, x3), b0 = lane2(x0, x1, x2, x3), b1 = lane3(x0, x1, x2, x3);
  v128.store(table, v128.xor(v128.xor(a0, a1), v128.load(blockOf(rank, 1) + at)));
  v128.store(table, v128.xor(v128.xor(b0, b1), v128.xor(la, v128.load(blockOf(rank, 0) + at))), 16);
  v128.store(outLabels + at, v128.xor(v128.xor(a0, b0), v128.load(blockOf(rank, 2) + at)));
}

/** C0, C1, C2 from the four hashes at `h` for the garbler of rank `r`. */
@inline
function cross(h: usize, r: u32, at: usize, table: usize): void {
  const x0 = v128.load(h), x1 = v128.load(h, 16), x2 = v128.load(h, 32), x3 = v128.load(h, 48);
  const a0 = lane0(x0, x1, x2, x3), a1 = lane1(x0, x1, x2, x3), b0 = lane2(x0, x1, x2, x3), b1 = lane3(x0, x1, x2, x3);
  const to = table + (crossBlock(rank, r) << 4);
  v128.store(to, v128.xor(v128.xor(a0, b0), v128.load(blockOf(r, 2) + at)));
  v128.store(to, v128.xor(v128.xor(a0, a1), v128.load(blockOf(r, 1) + at)), 16);
  v128.store(to, v128.xor(v128.xor(b0, b1), v128.load(blockOf(r, 0) + at)), 32);
}

/** One AND gate with the keys in the state: a call of the hash for every four garblers. */
function garbleAnd(la: v128, at: usize, table: usize, outLabels: usize): void {
  for (let r: u32 = 0; r < garblers; r++) {
    if ((r & 3) == 0) {
      v128.store(STATE, i32x4.splat(r >> 2), 208);
      chacha12(OUT);
    }
    const h = OUT + ((r & 3) << 6);
    if (r == rank) own(h, la, at, table, outLabels);
    else cross(h, r, at, table);
  }
}
