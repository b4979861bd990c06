/**
 * Construction of circuits: a graph of XOR and AND nodes with constant folding, free negation and
 * sharing of equal gates. What comes out obeys the invariant of {@linkcode Segment}.
 *
 * Representation. A wire is `2·node + negated`. Node 0 is the constant false, the input bits
 * follow, then the gates in the order of their creation. An XOR node has plain operands (its
 * negations move to the result) and stores the larger one first; an AND node stores the smaller one
 * first, so that the order tells the kind and no array of kinds is needed.
 */
import { LimitError } from "../base/mod.ts";
import { allocate } from "./allocate.ts";
import type { Graph } from "./graph.ts";
import type { MemoryCircuit } from "./memory.ts";
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

/** Most gates of one circuit unless the caller says otherwise. */
export const GATES_MAX = 1 << 25;

/** Buckets of five gates in which equal gates are looked for, unless the caller says otherwise. */
export const SHARING_BUCKETS = 1 << 16;

/** Calls of the builder for each gate of the limit; most fold or find a shared gate. */
const OPERATIONS_PER_GATE = 32;

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
}

/** Builds one circuit gate by gate. */
export class Builder {
  /** Input bits by party. */
  readonly inputs: readonly number[];
  readonly #nodesMax: number;
  readonly #gatesMax: number;
  readonly #firstInput: readonly number[];
  #a: Uint32Array<ArrayBuffer>;
  #b: Uint32Array<ArrayBuffer>;
  #nodes: number;
  #ands = 0;
  #operations = 0;
  readonly #firstGate: number;
  readonly #shared: SharedGates;

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
    this.#nodesMax = node + this.#gatesMax;
    if (this.#nodesMax >= 2 ** 30) throw new RangeError("Cannot build: more than 2^30 nodes");
    this.#nodes = node;
    this.#firstGate = node;
    this.#shared = new SharedGates(options.sharingBuckets ?? SHARING_BUCKETS);
    this.#a = new Uint32Array(Math.max(1 << 10, node * 2));
    this.#b = new Uint32Array(this.#a.length);
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
    const p = this.#a[high >>> 1] as number;
    const q = this.#b[high >>> 1] as number;
    if (p > q) {
      if (low === p) return q ^ negated;
      if (low === q) return p ^ negated;
      const r = this.#a[low >>> 1] as number;
      const s = this.#b[low >>> 1] as number;
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
    for (const factor of [this.#a[first >>> 1] as Wire, this.#b[first >>> 1] as Wire]) {
      if (wires.every((wire) => wire === FALSE || this.#hasFactor(wire, factor))) return factor;
    }
    return TRUE;
  }

  /** What an AND gate with the operand `factor` joins with it; false for false. */
  cofactor(wire: Wire, factor: Wire): Wire {
    if (wire === FALSE) return FALSE;
    const a = this.#a[wire >>> 1] as Wire;
    return a === factor ? this.#b[wire >>> 1] as Wire : a;
  }

  /** Whether the wire is the result of an AND gate. */
  isAnd(wire: Wire): boolean {
    return (wire & 1) === 0 && (this.#a[wire >>> 1] as Wire) < (this.#b[wire >>> 1] as Wire);
  }

  #hasFactor(wire: Wire, factor: Wire): boolean {
    if (!this.isAnd(wire)) return false;
    return this.#a[wire >>> 1] === factor || this.#b[wire >>> 1] === factor;
  }

  /** Removes the gates that no output needs and assigns registers. The builder stays usable. */
  build(outputs: Word): MemoryCircuit {
    const graph: Graph = {
      inputs: this.inputs,
      nodes: this.#nodes,
      a: this.#a.subarray(0, this.#nodes),
      b: this.#b.subarray(0, this.#nodes),
    };
    return allocate(graph, outputs);
  }

  #count(): void {
    if (++this.#operations > this.#gatesMax * OPERATIONS_PER_GATE) {
      throw this.#limitError(`${this.#gatesMax * OPERATIONS_PER_GATE} gate operations`);
    }
  }

  #limitError(what: string): LimitError {
    return new LimitError(
      `Cannot build the circuit: it needs more than ${what} (limit "gates": ${this.#gatesMax})`,
      { hint: "Shorten the loops or the arrays of the program, or raise the limit" },
    );
  }

  /** `x AND y` when the gate behind `x` has `y` or its negation as an operand, else {@linkcode NONE}. */
  #absorb(x: Wire, y: Wire): Wire {
    const node = x >>> 1;
    const a = this.#a[node] as number;
    const b = this.#b[node] as number;
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
    const known = this.#shared.find(a, b);
    if (known !== 0) return known * 2;
    const node = this.#append(a, b);
    this.#shared.add(a, b, node);
    return node * 2;
  }

  #append(a: Wire, b: Wire): number {
    const node = this.#nodes;
    if (node >= this.#nodesMax) throw this.#limitError(`${this.#gatesMax} gates`);
    if (node === this.#a.length) {
      this.#a = grown(this.#a);
      this.#b = grown(this.#b);
    }
    this.#a[node] = a;
    this.#b[node] = b;
    this.#nodes++;
    if (a < b) this.#ands++;
    return node;
  }
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(array.length * 2);
  copy.set(array);
  return copy;
}
