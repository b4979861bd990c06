/** Which gates are needed, and what is used later: the walk back from the outputs. */
import { BLOCK_GATES, BlockCodec, type GateBlock } from "./gate_block.ts";
import { sumOf } from "./file_problem.ts";

/** Of a node: its value is used later; the negation of it is. */
export const VALUE = 1;
export const NEGATION = 2;
/** The mark of a gate: these two for its first operand, and shifted by this for the second. */
export const SECOND = 2;
/** The mark of a gate that nobody needs. */
export const DEAD = 1 << 4;

/** Gates as the builder made them, packed. */
export interface PackedGates {
  /** Input bits by party; they are the nodes from 1 on. */
  readonly inputs: readonly number[];
  /** Number of gates. */
  readonly gates: number;
  /** Blocks of {@linkcode BLOCK_GATES} gates, the last one shorter. */
  readonly blocks: Uint8Array[];
}

/** Number of the first gate's node. */
export function firstGateNode(inputs: readonly number[]): number {
  return 1 + sumOf(inputs);
}

/** Number of gates of a block. */
export function gatesOf({ gates }: PackedGates, block: number): number {
  return Math.min(BLOCK_GATES, gates - block * BLOCK_GATES);
}

/**
 * Marks each gate with what is used of its operands later, and those that no output needs as dead, in
 * place. Outputs are used for ever.
 *
 * @returns for each input bit {@linkcode VALUE} and {@linkcode NEGATION}, 0 if it is never used; and the
 * most bytes that the marks of nodes took
 */
export function markUses(
  packed: PackedGates,
  outputs: readonly number[],
  tick?: () => void,
): { readonly inputUses: Uint8Array; readonly bytes: number } {
  const { blocks, inputs, gates } = packed;
  const first = firstGateNode(inputs);
  const codec = new BlockCodec();
  const uses = new Uses(first + gates);
  for (const wire of outputs) uses.add(wire);
  for (let number = blocks.length - 1; number >= 0; number--) {
    tick?.();
    const from = first + number * BLOCK_GATES;
    const block = codec.unpack(blocks[number] as Uint8Array, from, gatesOf(packed, number));
    blocks[number] = codec.packAgain(markBlock(block, uses));
    uses.forgetFrom(from);
  }
  const inputUses = Uint8Array.from({ length: first - 1 }, (_, input) => uses.of(input + 1));
  return { inputUses, bytes: uses.bytes };
}

function markBlock({ count, firstNode, a, b }: GateBlock, uses: Uses): Uint8Array {
  const marks = new Uint8Array(count);
  for (let gate = count - 1; gate >= 0; gate--) {
    if (uses.of(firstNode + gate) === 0) marks[gate] = DEAD;
    else {
      const x = a[gate] as number;
      const y = b[gate] as number;
      marks[gate] = uses.add(x) | (uses.add(y) << SECOND);
    }
  }
  return marks;
}

/** Nodes of a page, a power of two; four share a byte. */
const PAGE_BITS = 14;
const PAGE_NODES = 1 << PAGE_BITS;

/** Two bits for each node, in pages that exist from the first use of a node to where the page starts. */
class Uses {
  readonly #pages: (Uint8Array | undefined)[];
  #count = 0;
  #countMax = 0;

  constructor(nodes: number) {
    this.#pages = new Array<undefined>(Math.ceil(nodes / PAGE_NODES)).fill(undefined);
  }

  /** Most bytes that were taken. */
  get bytes(): number {
    return this.#countMax * PAGE_NODES / 4;
  }

  of(node: number): number {
    const page = this.#pages[node >>> PAGE_BITS];
    if (page === undefined) return 0;
    const at = node & (PAGE_NODES - 1);
    return ((page[at >>> 2] as number) >>> (2 * (at & 3))) & (VALUE | NEGATION);
  }

  /** Adds a use of the node's value or negation, and returns what was there before. */
  add(wire: number): number {
    const node = wire >>> 1;
    const number = node >>> PAGE_BITS;
    const page = this.#pages[number] ?? this.#begin(number);
    const at = node & (PAGE_NODES - 1);
    const before = page[at >>> 2] as number;
    page[at >>> 2] = before | ((VALUE << (wire & 1)) << (2 * (at & 3)));
    return (before >>> (2 * (at & 3))) & (VALUE | NEGATION);
  }

  /** Gives back the pages that hold no node before `node`. */
  forgetFrom(node: number): void {
    const from = Math.ceil(node / PAGE_NODES);
    while (this.#pages.length > from) {
      if (this.#pages.pop() !== undefined) this.#count--;
    }
  }

  #begin(number: number): Uint8Array {
    this.#countMax = Math.max(this.#countMax, ++this.#count);
    return this.#pages[number] = new Uint8Array(PAGE_NODES / 4);
  }
}
