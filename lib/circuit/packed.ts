/** Circuits in packed form: what the builder makes, however large they are. */
import { Allocation, type MarkedGates } from "./allocate.ts";
import type { CircuitHeader, CircuitSource, Segment } from "./circuit.ts";
import { CircuitHasher } from "./digest.ts";
import { markUses, type PackedGates } from "./uses.ts";

/** Bytes of what a circuit keeps, so that it can be seen what they grow with. */
export interface CircuitMemory {
  /** The packed gates: all that grows with the circuit, and not with what is live at once. */
  readonly packed: number;
  /** Marks of the gates that are needed, while the circuit is built. */
  readonly marks: number;
  /** Registers of the live wires, in each walk. */
  readonly walk: number;
}

/**
 * A circuit whose segments are made anew in each walk, so that what is in memory is the packed gates and,
 * for each walk, what is live at once.
 */
export class PackedCircuit implements CircuitSource {
  /** Found by a walk over the gates. */
  readonly header: CircuitHeader;
  /** Most memory that was taken. */
  readonly memory: CircuitMemory;
  readonly #gates: MarkedGates;

  /** Takes the gates over: their blocks are marked in place. `tick` is called for each block. */
  constructor(packed: PackedGates, outputs: readonly number[], tick?: () => void) {
    const { inputUses, bytes } = markUses(packed, outputs, tick);
    this.#gates = { ...packed, inputUses, outputs };
    const allocation = new Allocation(this.#gates);
    const hasher = new CircuitHasher();
    let [gates, ands] = [0, 0];
    for (const segment of allocation.segments()) {
      tick?.();
      hasher.add(segment);
      gates += segment.count;
      ands += segment.ands;
    }
    const { registers } = allocation;
    const facts = { inputs: packed.inputs, outputs: allocation.outputs(), ands, gates, registers };
    this.header = { ...facts, digest: hasher.digest(facts) };
    const length = packed.blocks.reduce((sum, block) => sum + block.length, 0);
    this.memory = { packed: length, marks: bytes, walk: allocation.bytes };
  }

  segments(): Iterable<Segment> {
    return new Allocation(this.#gates).segments();
  }
}
