/**
 * Cuts a circuit into chunks (what is prepared, garbled and checked at once) and runs (what one
 * message of tables holds, and one kernel call works on).
 *
 * Source: docs/PROTOCOL.md, section "Chunks". Both cuts follow from the circuit and the public
 * parameters alone, so that all parties agree on them without a message.
 */
import { type CircuitHeader, type CircuitSource, OP, type Segment } from "../circuit/mod.ts";

/**
 * Most AND gates of a run. Tables of 2,048 gates stay in the second-level cache, which makes the
 * evaluator two to three times faster; a multiple of 128 keeps slices of bits byte-aligned.
 */
export const RUN_ANDS = 2048;

/** Some consecutive gates of one segment. */
export interface Run {
  /** Where the gates stand. */
  readonly segment: Segment;
  /** First gate in the segment. */
  readonly from: number;
  /** One past the last gate. */
  readonly to: number;
  /** AND gates among them, at most {@linkcode RUN_ANDS}; 0 for a stretch of free gates. */
  readonly ands: number;
  /** AND gates of the circuit before this run. */
  readonly firstAnd: number;
  /** Chunk that the run belongs to. */
  readonly chunk: number;
}

/** AND gates `first` … `first + ands − 1` of the circuit. */
export interface Chunk {
  /** Number of the chunk, from 0. */
  readonly number: number;
  /** AND gates of the circuit before the chunk. */
  readonly first: number;
  /** AND gates of the chunk; 0 only in a circuit without any. */
  readonly ands: number;
}

/** The chunks of a circuit, at least one; only that of a circuit without AND gates has none. */
export function* chunksOf(
  header: Pick<CircuitHeader, "ands">,
  chunkAnds: number,
): Generator<Chunk> {
  const count = Math.max(1, Math.ceil(header.ands / chunkAnds));
  for (let number = 0; number < count; number++) {
    const first = number * chunkAnds;
    yield { number, first, ands: Math.min(chunkAnds, header.ands - first) };
  }
}

/** All runs of a circuit in order. A cut stands right before the AND gate that is one too many. */
export function* runsOf(source: CircuitSource, chunkAnds: number): Generator<Run> {
  let total = 0;
  for (const segment of source.segments()) {
    let from = 0;
    let ands = 0;
    const cut = (to: number): Run => {
      const firstAnd = total - ands;
      const chunk = Math.floor((ands > 0 ? firstAnd : Math.max(0, total - 1)) / chunkAnds);
      return { segment, from, to, ands, firstAnd, chunk };
    };
    for (let gate = 0; gate < segment.count; gate++) {
      if (segment.op[gate] !== OP.AND) continue;
      const full = ands === RUN_ANDS || (total > 0 && total % chunkAnds === 0);
      if (full && gate > from) {
        yield cut(gate);
        from = gate;
        ands = 0;
      }
      ands++;
      total++;
    }
    yield cut(segment.count);
  }
}

/**
 * One pass over a circuit, chunk by chunk. Each pass (masks, tables, masked values) has its own, so
 * that no more than a segment of each has to be in memory.
 */
export class ChunkWalk {
  readonly #runs: Iterator<Run>;
  #ahead: Run | undefined;
  #chunk = -1;

  /** Starts before the first chunk. */
  constructor(source: CircuitSource, chunkAnds: number) {
    this.#runs = runsOf(source, chunkAnds);
  }

  /** The runs of the next chunk, to be taken to the end before the next call. */
  *next(): Generator<Run> {
    this.#chunk++;
    for (;;) {
      this.#ahead ??= this.#take();
      if (this.#ahead === undefined || this.#ahead.chunk !== this.#chunk) return;
      const run = this.#ahead;
      this.#ahead = undefined;
      yield run;
    }
  }

  #take(): Run | undefined {
    const next = this.#runs.next();
    return next.done === true ? undefined : next.value;
  }
}
