/** A number for each of the wires that are live: memory follows their count, not that of all wires. */
import { SparseMap } from "./sparse_map.ts";

/** Nodes of a page, a power of two. */
const PAGE_BITS = 11;
const PAGE_NODES = 1 << PAGE_BITS;
/** A page with fewer live wires is given up: at most 64 bytes for each of them. */
const LIVE_MIN = PAGE_NODES / 16;

/**
 * A map from wires to numbers (not 0) below 2^32. Wires are added in order, negations after their node; they
 * stand in pages, those with even and those with odd numbers apart, as most negations are never made. What
 * is left of a page when few of its wires live stands in a map of single wires.
 */
export class LiveWires {
  /** Pages of even wires and of odd ones. A page ends with its number of live wires. */
  readonly #values: (Page | undefined)[] = [];
  readonly #negations: (Page | undefined)[] = [];
  readonly #unused: Page[] = [];
  readonly #others = new SparseMap();
  #made = 0;

  /** Most bytes that were taken so far. */
  get bytes(): number {
    return this.#made * 4 * (PAGE_NODES + 1) + this.#others.bytes;
  }

  /** The number of the wire, or 0. */
  get(wire: number): number {
    const page = this.#pagesOf(wire)[wire >>> (PAGE_BITS + 1)];
    const value = page === undefined ? 0 : page[(wire >>> 1) & (PAGE_NODES - 1)] as number;
    return value !== 0 ? value : this.#others.get(wire);
  }

  /** Sets the number of a wire that has none. */
  add(wire: number, value: number): void {
    const pages = this.#pagesOf(wire);
    const number = wire >>> (PAGE_BITS + 1);
    const page = pages[number] ?? (number >= pages.length ? this.#begin(pages, number) : undefined);
    if (page === undefined) this.#others.add(wire, value);
    else {
      page[(wire >>> 1) & (PAGE_NODES - 1)] = value;
      page[PAGE_NODES] = (page[PAGE_NODES] as number) + 1;
    }
  }

  /** Removes the wire and returns its number, or 0. */
  take(wire: number): number {
    const pages = this.#pagesOf(wire);
    const number = wire >>> (PAGE_BITS + 1);
    const page = pages[number];
    const at = (wire >>> 1) & (PAGE_NODES - 1);
    if (page === undefined || page[at] === 0) return this.#others.take(wire);
    const value = page[at] as number;
    page[at] = 0;
    const live = (page[PAGE_NODES] as number) - 1;
    page[PAGE_NODES] = live;
    if (live < LIVE_MIN && number < pages.length - 1) this.#end(pages, number);
    return value;
  }

  #pagesOf(wire: number): (Page | undefined)[] {
    return (wire & 1) === 0 ? this.#values : this.#negations;
  }

  /** Makes the page of a number for which there was none. */
  #begin(pages: (Page | undefined)[], number: number): Page {
    const last = pages.length - 1;
    if (pages[last] !== undefined && (pages[last][PAGE_NODES] as number) < LIVE_MIN) {
      this.#end(pages, last);
    }
    while (pages.length < number) pages.push(undefined);
    const unused = this.#unused.pop();
    if (unused === undefined) this.#made++;
    const page = unused ?? new Uint32Array(PAGE_NODES + 1);
    pages.push(page);
    return page;
  }

  /** Gives up a page. */
  #end(pages: (Page | undefined)[], number: number): void {
    const page = pages[number] as Page;
    const low = pages === this.#negations ? 1 : 0;
    for (let at = 0; at < PAGE_NODES && page[PAGE_NODES] !== 0; at++) {
      const value = page[at] as number;
      if (value === 0) continue;
      page[at] = 0;
      page[PAGE_NODES] = (page[PAGE_NODES] as number) - 1;
      this.#others.add(2 * (number * PAGE_NODES + at) + low, value);
    }
    pages[number] = undefined;
    this.#unused.push(page);
  }
}

type Page = Uint32Array<ArrayBuffer>;
