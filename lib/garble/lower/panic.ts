/**
 * The record of the first panic. A panic stops nothing; each place that can panic adds its condition.
 *
 * Construction. `panicked` is the OR of all conditions so far, so that `new ^ old` tells whether a
 * place is the first: one AND a place, and one more inside a branch for the path condition. A field of
 * the record is the XOR of these marks over the places whose constant has that bit; at most one mark
 * is 1. No panic is ever lost, and without a panic every bit is 0.
 */
import { type Builder, constantWord, FALSE, type Wire } from "../../circuit/mod.ts";
import type { Extent } from "../source.ts";

/** Codes of the panic reasons, as the record holds them. */
export const PANIC_REASONS = { Overflow: 1, DivByZero: 2, OutOfBounds: 3 } as const;

/** Why a program panicked. */
export type PanicReason = keyof typeof PANIC_REASONS;

/** Bits of the record: has panicked, then reason and start and end position of 32 bits each. */
export const PANIC_BITS = 161;

/** A place that can panic: the record holds reason and position, the span serves to draw it. */
export interface PanicPlace extends Extent {
  /** Why. */
  readonly reason: PanicReason;
}

interface Place extends PanicPlace {
  /** Whether the first panic happened here. */
  first: Wire;
}

/** Collects the places that can panic, in order of evaluation. */
export class PanicRecorder {
  readonly #builder: Builder;
  readonly #seen = new Set<Wire>();
  /** By reason and position; loops and calls come to a place again. Insertion order is used only. */
  readonly #places = new Map<string, Place>();
  #panicked: Wire = FALSE;

  constructor(builder: Builder) {
    this.#builder = builder;
  }

  /** Whether the program panicked so far. */
  get panicked(): Wire {
    return this.#panicked;
  }

  /** Adds a place that panics if `condition` and `path`, the condition of being executed, hold. */
  record(condition: Wire, path: Wire, at: PanicPlace): void {
    const b = this.#builder;
    // What was recorded before is part of `panicked`; recording it again would change nothing.
    if (condition === FALSE || this.#seen.has(condition)) return;
    const here = b.and(condition, path);
    if (here === FALSE || this.#seen.has(here)) return;
    this.#seen.add(here);
    const after = b.or(this.#panicked, here);
    const { startLine, startCol, endLine, endCol } = at.position;
    const key = [at.reason, startLine, startCol, endLine, endCol].join(" ");
    const place = this.#places.get(key) ?? { ...at, first: FALSE };
    place.first = b.xor(place.first, b.xor(after, this.#panicked));
    this.#places.set(key, place);
    this.#panicked = after;
  }

  /** The places in order of their first evaluation; several of one reason and position are one. */
  places(): PanicPlace[] {
    return [...this.#places.values()].map(({ reason, position, span }) => ({
      reason,
      position,
      span,
    }));
  }

  /** The record: 161 wires. */
  wires(): Wire[] {
    const b = this.#builder;
    const fields = new Array<Wire>(PANIC_BITS - 1).fill(FALSE);
    for (const { reason, position, first } of this.#places.values()) {
      const { startLine, startCol, endLine, endCol } = position;
      [PANIC_REASONS[reason], startLine, startCol, endLine, endCol].forEach((value, field) => {
        constantWord(BigInt(value), 32).forEach((bit, i) => {
          const at = field * 32 + i;
          if (bit !== FALSE) fields[at] = b.xor(fields[at] as Wire, first);
        });
      });
    }
    return [this.#panicked, ...fields];
  }
}
