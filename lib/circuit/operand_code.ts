/**
 * How packed gates name their operands, so that a program's loop looks the same each time around: an operand
 * made shortly before by its distance, others by their place relative to one of the last few of that
 * kind. The rows that a loop walks through lie anywhere, but their bits are evenly spaced.
 */

/** Operands nearer than this (in wires) are named by their distance. */
const LOCAL_WIRES = 256;
/** Operands nearer than this to a recent one are named relative to it. */
const NEAR_WIRES = 4096;
/** Recent operands. */
const RECENT = 4;

// Kinds of names: relative to the recent operand of this rank, or by the distance from the gate.
const LOCAL = RECENT;
const FAR = RECENT + 1;

/** Bits that hold the kind of a name. */
export const KIND_BITS = 3;

/** Translates the operands of a block, gate by gate in order, either way. */
export class OperandCode {
  /** The kind of the name that `name()` gave last. */
  kind = 0;
  /** Wires named before as far ones, the last one first. */
  readonly #recent = new Int32Array(RECENT);

  /** Starts a block. */
  reset(): void {
    this.#recent.fill(0);
  }

  /** The name, below 2^32, of an operand of the gate with wire `gate`; its kind is in `kind`. */
  name(operand: number, gate: number): number {
    if (gate - operand < LOCAL_WIRES) {
      this.kind = LOCAL;
      return gate - operand;
    }
    const recent = this.#recent;
    let rank = 0;
    let nearest = NEAR_WIRES;
    for (let i = 0; i < RECENT; i++) {
      const distance = Math.abs(operand - (recent[i] as number));
      if (distance < nearest) [nearest, rank] = [distance, i];
    }
    if (nearest === NEAR_WIRES) {
      this.kind = FAR;
      this.#toFront(operand, RECENT - 1);
      return gate - operand;
    }
    const difference = operand - (recent[rank] as number);
    this.kind = rank;
    this.#toFront(operand, rank);
    return (difference << 1) ^ (difference >> 31);
  }

  /** The inverse of `name()`. */
  operand(name: number, kind: number, gate: number): number {
    if (kind === LOCAL) return gate - name;
    if (kind === FAR) {
      this.#toFront(gate - name, RECENT - 1);
      return gate - name;
    }
    const operand = (this.#recent[kind] as number) + ((name >>> 1) ^ -(name & 1));
    this.#toFront(operand, kind);
    return operand;
  }

  /** Puts the operand before all others, in place of that of this rank. */
  #toFront(operand: number, rank: number): void {
    const recent = this.#recent;
    for (let i = rank; i > 0; i--) recent[i] = recent[i - 1] as number;
    recent[0] = operand;
  }
}
