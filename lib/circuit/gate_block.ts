/**
 * Blocks of gates in few bytes. A circuit is long because loops repeat a short program, so its gates are
 * packed as repetitions: operands have names that are the same in each (`operand_code.ts`).
 *
 * A block is a sequence of: number of literal gates and those gates, then number of gates that repeat
 * earlier ones of the block and how far back (0: as far as the last time). A literal is its marks with
 * the kinds of the operands' names, and the two names. Worst case: about 10 bytes a gate.
 */
import { KIND_BITS, OperandCode } from "./operand_code.ts";
import { VarintReader, VarintWriter } from "./varint.ts";

/** Gates of a block; the last one of a circuit is shorter. */
export const BLOCK_GATES = 1 << 18;

/** Bits of a mark; above them stand the kinds of the names of both operands. */
export const MARK_BITS = 5;
const KIND = (1 << KIND_BITS) - 1;

/** Fewest gates of a repetition, and fewest if it goes as far back as the last one. */
const REPEATED_MIN = 3;
const REPEATED_AGAIN_MIN = 2;
/** Entries of the table of where gates were seen. */
const SEEN = 1 << 14;

/** Some consecutive gates. */
export interface GateBlock {
  /** Number of gates. */
  readonly count: number;
  /** Node of the first gate. */
  readonly firstNode: number;
  /** Operands as wires, see `builder.ts`; the order tells AND from XOR. */
  readonly a: Uint32Array;
  readonly b: Uint32Array;
}

/** Gates with what is known of each. */
export interface MarkedBlock extends GateBlock {
  /** The lowest {@linkcode MARK_BITS} bits are the mark of the gate; those above mean nothing here. */
  readonly marks: Uint16Array;
}

/** Packs and unpacks blocks of gates, in memory that it uses again. */
export class BlockCodec {
  readonly #code = new OperandCode();
  readonly #writer = new VarintWriter();
  /** The block as it is packed: names, and marks with kinds. */
  #a = new Uint32Array(0);
  #b = new Uint32Array(0);
  #marks = new Uint16Array(0);
  /** The block as it was unpacked. */
  #wiresA = new Uint32Array(0);
  #wiresB = new Uint32Array(0);
  #seen = new Int32Array(0);

  /** Packs a block, all marks 0. */
  pack(block: GateBlock): Uint8Array<ArrayBuffer> {
    this.#toNames(block);
    return this.#compress(block.count);
  }

  /** Packs the block that was unpacked last, with other marks, one for each gate. */
  packAgain(marks: Uint8Array): Uint8Array<ArrayBuffer> {
    marks.forEach((mark, gate) => {
      this.#marks[gate] = (this.#marks[gate] as number) >>> MARK_BITS << MARK_BITS | mark;
    });
    return this.#compress(marks.length);
  }

  #compress(count: number): Uint8Array<ArrayBuffer> {
    this.#seen = this.#seen.length === 0 ? new Int32Array(SEEN) : this.#seen.fill(0);
    let back = 0;
    let literals = 0;
    for (let gate = 0; gate < count;) {
      const again = back === 0 ? 0 : this.#repeated(gate, back, count);
      if (again >= REPEATED_AGAIN_MIN) {
        this.#writeRun({ from: literals, to: gate, repeated: again, back: 0 });
        gate += again;
        literals = gate;
        continue;
      }
      const at = this.#lookUp(gate, count);
      const repeated = at < 0 ? 0 : this.#repeated(gate, gate - at, count);
      if (repeated >= REPEATED_MIN) {
        back = gate - at;
        this.#writeRun({ from: literals, to: gate, repeated, back });
        gate += repeated;
        literals = gate;
      } else gate++;
    }
    if (literals < count) this.#writeRun({ from: literals, to: count, repeated: 0, back: 0 });
    return this.#writer.take();
  }

  /** Unpacks what `pack()` made of a block of `count` gates; valid until the next call. */
  unpack(bytes: Uint8Array, firstNode: number, count: number): MarkedBlock {
    this.#reserve(count);
    const [a, b, marks] = [this.#a, this.#b, this.#marks];
    const reader = new VarintReader(bytes);
    let back = 0;
    for (let gate = 0; gate < count;) {
      for (let literals = reader.read(); literals > 0; literals--, gate++) {
        marks[gate] = reader.read();
        a[gate] = reader.read();
        b[gate] = reader.read();
      }
      if (gate === count) break;
      const repeated = reader.read();
      const distance = reader.read();
      if (distance > 0) back = distance;
      for (const end = gate + repeated; gate < end; gate++) {
        marks[gate] = marks[gate - back] as number;
        a[gate] = a[gate - back] as number;
        b[gate] = b[gate - back] as number;
      }
    }
    this.#toWires(firstNode, count);
    return { count, firstNode, a: this.#wiresA, b: this.#wiresB, marks };
  }

  #toNames({ count, firstNode, a, b }: GateBlock): void {
    this.#reserve(count);
    const code = this.#code;
    code.reset();
    for (let gate = 0; gate < count; gate++) {
      const wire = (firstNode + gate) * 2;
      this.#a[gate] = code.name(a[gate] as number, wire);
      const kind = code.kind;
      this.#b[gate] = code.name(b[gate] as number, wire);
      this.#marks[gate] = ((code.kind << KIND_BITS) | kind) << MARK_BITS;
    }
  }

  #toWires(firstNode: number, count: number): void {
    if (this.#wiresA.length < this.#a.length) {
      this.#wiresA = new Uint32Array(this.#a.length);
      this.#wiresB = new Uint32Array(this.#a.length);
    }
    const code = this.#code;
    code.reset();
    for (let gate = 0; gate < count; gate++) {
      const wire = (firstNode + gate) * 2;
      const kinds = (this.#marks[gate] as number) >>> MARK_BITS;
      this.#wiresA[gate] = code.operand(this.#a[gate] as number, kinds & KIND, wire);
      this.#wiresB[gate] = code.operand(this.#b[gate] as number, kinds >>> KIND_BITS, wire);
    }
  }

  #reserve(count: number): void {
    if (this.#a.length >= count) return;
    const length = Math.min(BLOCK_GATES, Math.max(count, 2 * this.#a.length));
    this.#a = new Uint32Array(length);
    this.#b = new Uint32Array(length);
    this.#marks = new Uint16Array(length);
  }

  /** How many gates from `gate` on equal those `back` before. */
  #repeated(gate: number, back: number, count: number): number {
    const [a, b, marks] = [this.#a, this.#b, this.#marks];
    let at = gate;
    while (
      at < count && a[at] === a[at - back] && b[at] === b[at - back] &&
      marks[at] === marks[at - back]
    ) at++;
    return at - gate;
  }

  /** Where the gate and the next one were seen before, or -1; from now on it is here. */
  #lookUp(gate: number, count: number): number {
    if (gate + 1 >= count) return -1;
    let h = Math.imul(this.#a[gate] as number, 0x9e3779b1);
    h = Math.imul(h ^ (this.#b[gate] as number), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15) ^ (this.#a[gate + 1] as number), 0x2c1b3c6d);
    const slot = (h >>> 16) & (SEEN - 1);
    const at = (this.#seen[slot] as number) - 1;
    this.#seen[slot] = gate + 1;
    return at;
  }

  #writeRun(run: {
    readonly from: number;
    readonly to: number;
    readonly repeated: number;
    readonly back: number;
  }): void {
    const writer = this.#writer;
    writer.write(run.to - run.from);
    for (let gate = run.from; gate < run.to; gate++) {
      writer.write(this.#marks[gate] as number);
      writer.write(this.#a[gate] as number);
      writer.write(this.#b[gate] as number);
    }
    if (run.repeated === 0) return;
    writer.write(run.repeated);
    writer.write(run.back);
  }
}
