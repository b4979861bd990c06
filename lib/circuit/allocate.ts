/** From packed gates to gates over registers: the walk forward, which each reader of a circuit repeats. */
import { FIRST_INPUT_REGISTER, OP, type Segment, SEGMENT_GATES } from "./circuit.ts";
import { BLOCK_GATES, BlockCodec, type MarkedBlock } from "./gate_block.ts";
import { LiveWires } from "./live_wires.ts";
import { DEAD, firstGateNode, gatesOf, NEGATION, type PackedGates, SECOND, VALUE } from "./uses.ts";

/** Gates that an XOR or AND gate may bring with it: the negations of its operands. */
const BROUGHT = 2;

/** Gates whose uses are marked, with what the circuit ends in. */
export interface MarkedGates extends PackedGates {
  /** What is used of each input bit, see `markUses()`. */
  readonly inputUses: Uint8Array;
  /** The output bits as wires. */
  readonly outputs: readonly number[];
}

/**
 * One walk. A gate appears in the order of its node, a NOT directly before the first gate that needs it. A
 * register is free again after its last use, so that a result may stand in the register of an operand.
 */
export class Allocation {
  readonly #gates: MarkedGates;
  readonly #registerOf = new LiveWires();
  readonly #free: number[] = [];
  readonly #segment: SegmentWriter;
  #registers: number;

  /** Gives each input bit its register. */
  constructor(gates: MarkedGates) {
    this.#gates = gates;
    const inputs = firstGateNode(gates.inputs) - 1;
    this.#registers = FIRST_INPUT_REGISTER + inputs;
    this.#segment = new SegmentWriter(2 * (inputs + gates.gates));
    gates.inputUses.forEach((uses, input) => {
      if (uses !== 0) this.#registerOf.add(2 * (input + 1), FIRST_INPUT_REGISTER + input);
      else this.#free.push(FIRST_INPUT_REGISTER + input);
    });
    this.#free.reverse();
  }

  /** Number of registers so far, the two constants included. */
  get registers(): number {
    return this.#registers;
  }

  /** Bytes of what grows with the wires that are live at once. */
  get bytes(): number {
    return this.#registerOf.bytes + this.#registers * 8;
  }

  /** All segments. */
  *segments(): Generator<Segment> {
    const { inputs, blocks, outputs } = this.#gates;
    const codec = new BlockCodec();
    for (const [number, bytes] of blocks.entries()) {
      const firstNode = firstGateNode(inputs) + number * BLOCK_GATES;
      const block = codec.unpack(bytes, firstNode, gatesOf(this.#gates, number));
      for (let gate = 0; gate < block.count;) {
        gate = this.#fill(block, gate);
        if (this.#segment.isFull) yield this.#segment.take();
      }
    }
    const values = new Set(outputs);
    for (const wire of outputs) {
      if ((wire & 1) === 0 || wire === 1) continue;
      this.#negate(wire, values.has(wire ^ 1) ? VALUE : 0);
      if (this.#segment.isFull) yield this.#segment.take();
    }
    if (!this.#segment.isEmpty) yield this.#segment.take();
  }

  /** Register of each output bit, after all segments. */
  outputs(): Uint32Array {
    return Uint32Array.from(
      this.#gates.outputs,
      (wire) => wire < 2 ? wire : this.#registerOf.get(wire),
    );
  }

  /** Takes gates of the block from `from` on until the segment is full, and returns the next one. */
  #fill({ count, firstNode, a, b, marks }: MarkedBlock, from: number): number {
    const segment = this.#segment;
    let gate = from;
    for (; gate < count && !segment.isFull; gate++) {
      const mark = marks[gate] as number;
      if ((mark & DEAD) !== 0) continue;
      const x = a[gate] as number;
      const y = b[gate] as number;
      if ((x & 1) === 1) this.#negate(x, mark);
      if ((y & 1) === 1) this.#negate(y, mark >>> SECOND);
      const second = this.#use(y, mark >>> SECOND);
      const first = this.#use(x, mark);
      const to = this.#free.pop() ?? this.#registers++;
      this.#registerOf.add((firstNode + gate) * 2, to);
      segment.add(x < y ? OP.AND : OP.XOR, first, second, to);
    }
    return gate;
  }

  /** The register of an operand, which is free from now on if it is not used later. */
  #use(wire: number, later: number): number {
    const negated = wire & 1;
    // A negation that is still to come reads the value.
    const isUsed = (later & (VALUE << negated)) !== 0 ||
      (negated === 0 && (later & NEGATION) !== 0 && this.#registerOf.get(wire ^ 1) === 0);
    if (isUsed) return this.#registerOf.get(wire);
    const register = this.#registerOf.take(wire);
    this.#free.push(register);
    return register;
  }

  /** Makes the NOT gate of a negated wire unless it has been made; `later` tells of the node's uses. */
  #negate(wire: number, later: number): void {
    if (this.#registerOf.get(wire) !== 0) return;
    const register = this.#use(wire ^ 1, later & VALUE);
    const to = this.#free.pop() ?? this.#registers++;
    this.#registerOf.add(wire, to);
    this.#segment.add(OP.NOT, register, register, to);
  }
}

/** The segment that is being filled. It takes a few gates more than it yields at once. */
class SegmentWriter {
  readonly #op: Uint8Array<ArrayBuffer>;
  readonly #a: Uint32Array<ArrayBuffer>;
  readonly #b: Uint32Array<ArrayBuffer>;
  readonly #out: Uint32Array<ArrayBuffer>;
  #count = 0;

  /** For a circuit of at most so many gates. */
  constructor(gatesMax: number) {
    const length = Math.min(SEGMENT_GATES, gatesMax) + BROUGHT;
    this.#op = new Uint8Array(length);
    this.#a = new Uint32Array(length);
    this.#b = new Uint32Array(length);
    this.#out = new Uint32Array(length);
  }

  get isFull(): boolean {
    return this.#count >= SEGMENT_GATES;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(kind: number, a: number, b: number, out: number): void {
    const at = this.#count++;
    this.#op[at] = kind;
    this.#a[at] = a;
    this.#b[at] = b;
    this.#out[at] = out;
  }

  /** The gates of a segment; those that are too many stay for the next one. */
  take(): Segment {
    const count = Math.min(this.#count, SEGMENT_GATES);
    const [op, a, b, out] = [this.#op, this.#a, this.#b, this.#out];
    const more = this.#count - count;
    let ands = 0;
    for (let gate = 0; gate < count; gate++) if (op[gate] === OP.AND) ands++;
    const segment = {
      ...{ count, ands, op: op.slice(0, count) },
      ...{ a: a.slice(0, count), b: b.slice(0, count), out: out.slice(0, count) },
    };
    for (const array of [op, a, b, out]) array.copyWithin(0, count, count + more);
    this.#count = more;
    return segment;
  }
}
