/**
 * Construction of circuits: a graph of XOR and AND nodes with constant folding, free negation and
 * sharing of equal gates. What comes out obeys the invariant of {@linkcode Segment}.
 *
 * Representation. A wire is `2·node + negated`. Node 0 is the constant false, the input bits
 * follow, then the gates in the order of their creation. An XOR node has plain operands (its
 * negations move to the result) and stores the larger one first; an AND node stores the smaller one
 * first, so that the order tells the kind and no array of kinds is needed.
 *
 * Memory. Gates are packed block by block (`gate_block.ts`). The operands of the last
 * {@linkcode FOLDING_GATES} are at hand; a wire of an older gate folds no more than an input bit does.
 */
import { LimitError } from "../base/mod.ts";
import { BLOCK_GATES, BlockCodec } from "./gate_block.ts";
import { GATES_MAX } from "./limits.ts";
import { PackedCircuit } from "./packed.ts";
import { SharedGates } from "./shared_gates.ts";

/** A wire of a {@linkcode Builder}: an opaque number. Negations are wires of their own. */
export type Wire = number;
/** The wires of a value, most significant bit first. */
export type Word = readonly Wire[];

/** The constant false. */
export const FALSE: Wire = 0;
/** The constant true. */
export const TRUE: Wire = 1;

/** No wire. */
const NONE = -1;

/** Buckets of five gates in which equal gates are looked for, unless the caller says otherwise. */
export const SHARING_BUCKETS = 1 << 16;

/** Gates whose operands are known for folding: a power of two, at least a block of gates. */
const FOLDING_GATES = 1 << 22;

/** Calls of the builder for each gate of the limit; most fold or find a shared gate. */
const OPERATIONS_PER_GATE = 32;

/** Operations between two calls of `tick`, a power of two. */
const OPERATIONS_PER_TICK = 1 << 16;

/** What a circuit starts from. */
export interface BuilderOptions {
  /** Input bits by party. */
  readonly inputs: readonly number[];
  /**
   * Most gates (XOR and AND) that may be built, shared ones counted once. Operations that fold are
   * bounded too, at 32 times as many, so that the work is.
   */
  readonly gatesMax?: number;
  /**
   * Bound of the memory for finding equal gates: buckets of five gates and 64 bytes, a power of two.
   * A gate that is forgotten may be built a second time, so the circuit depends on this number.
   */
  readonly sharingBuckets?: number;
  /** Called every {@linkcode OPERATIONS_PER_TICK} operations, and in `build()`; what it throws leaves the builder. */
  readonly tick?: (() => void) | undefined;
}

/** Builds one circuit gate by gate. */
export class Builder {
  /** Input bits by party. */
  readonly inputs: readonly number[];
  readonly #nodesMax: number;
  readonly #gatesMax: number;
  readonly #firstInput: readonly number[];
  readonly #firstGate: number;
  readonly #shared: SharedGates;
  readonly #codec = new BlockCodec();
  readonly #blocks: Uint8Array[] = [];
  /** Operands of the last gates; gate g, counted from 0, stands at g modulo the length. */
  #a = new Uint32Array(1 << 10);
  #b = new Uint32Array(1 << 10);
  /** First node of which the operands are known. */
  #oldest: number;
  #nodes: number;
  #ands = 0;
  #operations = 0;
  readonly #tick: (() => void) | undefined;
  #built = false;

  /** Starts with the input bits and no gate. */
  constructor(options: BuilderOptions) {
    const first: number[] = [];
    let node = 1;
    for (const bits of options.inputs) {
      first.push(node);
      node += bits;
    }
    this.inputs = [...options.inputs];
    this.#firstInput = first;
    this.#gatesMax = options.gatesMax ?? GATES_MAX;
    this.#tick = options.tick;
    this.#nodesMax = node + this.#gatesMax;
    if (this.#nodesMax >= 2 ** 30) throw new RangeError("Cannot build: more than 2^30 nodes");
    this.#nodes = node;
    this.#firstGate = node;
    this.#oldest = node;
    this.#shared = new SharedGates(options.sharingBuckets ?? SHARING_BUCKETS);
  }

  /** Number of gates so far, dead ones included. */
  get gates(): number {
    return this.#nodes - this.#firstGate;
  }

  /** Number of AND gates so far, dead ones included. */
  get ands(): number {
    return this.#ands;
  }

  /** Input bit `bit` of `party`. */
  input(party: number, bit: number): Wire {
    const first = this.#firstInput[party];
    if (first === undefined || bit < 0 || bit >= (this.inputs[party] ?? 0)) {
      throw new RangeError(`Cannot read input bit ${bit} of party ${party}: there is none`);
    }
    return (first + bit) * 2;
  }

  /** NOT x. Costs nothing. */
  not(x: Wire): Wire {
    return x ^ 1;
  }

  /** x XOR y. */
  xor(x: Wire, y: Wire): Wire {
    this.#count();
    const negated = (x ^ y) & 1;
    const low = (x < y ? x : y) & ~1;
    const high = (x < y ? y : x) & ~1;
    if (low === high) return negated;
    if (low === FALSE) return high ^ negated;
    const p = this.#first(high);
    const q = this.#second(high);
    if (p > q) {
      if (low === p) return q ^ negated;
      if (low === q) return p ^ negated;
      const r = this.#first(low);
      const s = this.#second(low);
      if (r > s) {
        if (r === p) return this.xor(s, q) ^ negated;
        if (r === q) return this.xor(s, p) ^ negated;
        if (s === p) return this.xor(r, q) ^ negated;
        if (s === q) return this.xor(r, p) ^ negated;
      }
    }
    return this.#gate(high, low) ^ negated;
  }

  /** x AND y. */
  and(x: Wire, y: Wire): Wire {
    this.#count();
    if (x === y) return x;
    if ((x ^ y) === 1) return FALSE;
    const low = x < y ? x : y;
    const high = x < y ? y : x;
    if (low === FALSE) return FALSE;
    if (low === TRUE) return high;
    const absorbed = this.#absorb(high, low);
    if (absorbed !== NONE) return absorbed;
    const other = this.#absorb(low, high);
    return other !== NONE ? other : this.#gate(low, high);
  }

  /** x OR y. */
  or(x: Wire, y: Wire): Wire {
    return this.and(x ^ 1, y ^ 1) ^ 1;
  }

  /** `select ? x : y`. One AND unless something folds. */
  mux(select: Wire, x: Wire, y: Wire): Wire {
    this.#count();
    if (x === y || select === TRUE) return x;
    if (select === FALSE) return y;
    if (x === FALSE) return this.and(select ^ 1, y);
    if (y === FALSE) return this.and(select, x);
    if (x === TRUE) return this.or(select, y);
    if (y === TRUE) return this.or(select ^ 1, x);
    return this.xor(y, this.and(select, this.xor(x, y)));
  }

  /** An operand that all the wires share, each the result of an AND gate or false; else true. */
  commonFactor(wires: Word): Wire {
    const first = wires.find((wire) => wire !== FALSE);
    if (first === undefined || !this.isAnd(first)) return TRUE;
    for (const factor of [this.#first(first), this.#second(first)]) {
      if (wires.every((wire) => wire === FALSE || this.#hasFactor(wire, factor))) return factor;
    }
    return TRUE;
  }

  /** What an AND gate with the operand `factor` joins with it; false for false. */
  cofactor(wire: Wire, factor: Wire): Wire {
    if (wire === FALSE) return FALSE;
    const a = this.#first(wire);
    return a === factor ? this.#second(wire) : a;
  }

  /** Whether the wire is the result of an AND gate. Says no if that gate is long ago. */
  isAnd(wire: Wire): boolean {
    return (wire & 1) === 0 && this.#first(wire) < this.#second(wire);
  }

  #hasFactor(wire: Wire, factor: Wire): boolean {
    if (!this.isAnd(wire)) return false;
    return this.#first(wire) === factor || this.#second(wire) === factor;
  }

  /** Removes the gates that no output needs and assigns registers. The builder has to go afterwards. */
  build(outputs: Word): PackedCircuit {
    if (this.#built) throw new TypeError("Cannot build the circuit: it was built before");
    this.#built = true;
    if (this.gates % BLOCK_GATES > 0) this.#pack();
    const packed = { inputs: this.inputs, gates: this.gates, blocks: this.#blocks };
    [this.#a, this.#b] = [new Uint32Array(0), new Uint32Array(0)];
    return new PackedCircuit(packed, outputs, this.#tick);
  }

  /** The first operand of the gate behind a wire; equals the second if it is none, or long ago. */
  #first(wire: Wire): Wire {
    const node = wire >>> 1;
    if (node < this.#oldest) return FALSE;
    return this.#a[(node - this.#firstGate) & (this.#a.length - 1)] as Wire;
  }

  /** The second operand of the gate behind a wire. */
  #second(wire: Wire): Wire {
    const node = wire >>> 1;
    if (node < this.#oldest) return FALSE;
    return this.#b[(node - this.#firstGate) & (this.#a.length - 1)] as Wire;
  }

  #count(): void {
    if (++this.#operations > this.#gatesMax * OPERATIONS_PER_GATE) {
      throw this.#limitError(`${this.#gatesMax * OPERATIONS_PER_GATE} gate operations`);
    }
    if (this.#operations % OPERATIONS_PER_TICK === 0) this.#tick?.();
  }

  #limitError(what: string): LimitError {
    return new LimitError(
      `Cannot build the circuit: it needs more than ${what} (limit "gates": ${this.#gatesMax})`,
      { hint: "Shorten the loops or the arrays of the program, or raise the limit" },
    );
  }

  /** `x AND y` when the gate behind `x` has `y` or its negation as an operand, else {@linkcode NONE}. */
  #absorb(x: Wire, y: Wire): Wire {
    const a = this.#first(x);
    const b = this.#second(x);
    if (a === b) return NONE;
    const isY = (a >>> 1) === (y >>> 1);
    if (!isY && (b >>> 1) !== (y >>> 1)) return NONE;
    const own = isY ? a : b;
    const other = isY ? b : a;
    // Where y holds, y's own operand is true if it is y and false if it is NOT y.
    if (a > b) return this.and(y, other ^ (own === y ? 1 : 0) ^ (x & 1));
    if (own === y) return (x & 1) === 0 ? x : this.and(y, other ^ 1);
    return (x & 1) === 0 ? FALSE : y;
  }

  /** The node with these operands, new or shared. */
  #gate(a: Wire, b: Wire): Wire {
    const next = this.#nodes;
    const node = this.#shared.findOrAdd(a, b, next);
    if (node === next) this.#append(a, b);
    return node * 2;
  }

  #append(a: Wire, b: Wire): void {
    const node = this.#nodes;
    if (node >= this.#nodesMax) throw this.#limitError(`${this.#gatesMax} gates`);
    const gate = node - this.#firstGate;
    if (gate === this.#a.length && gate < FOLDING_GATES) {
      this.#a = grown(this.#a);
      this.#b = grown(this.#b);
    } else if (gate >= FOLDING_GATES) this.#oldest++;
    const at = gate & (this.#a.length - 1);
    this.#a[at] = a;
    this.#b[at] = b;
    this.#nodes++;
    if (a < b) this.#ands++;
    if ((gate + 1) % BLOCK_GATES === 0) this.#pack();
  }

  /** Packs the gates since the last block. */
  #pack(): void {
    const first = this.#blocks.length * BLOCK_GATES;
    const count = this.gates - first;
    const at = first & (this.#a.length - 1);
    this.#blocks.push(this.#codec.pack({
      ...{ count, firstNode: this.#firstGate + first },
      a: this.#a.subarray(at, at + count),
      b: this.#b.subarray(at, at + count),
    }));
  }
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(array.length * 2);
  copy.set(array);
  return copy;
}
