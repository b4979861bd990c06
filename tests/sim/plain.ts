/** What the shares of all parties stand for. */
import { getBit } from "../../lib/base/mod.ts";
import type { Shares } from "../../lib/mpc/mod.ts";

/** The shared bits ⊕_i x^i. */
export function reveal(all: readonly Shares[]): number[] {
  const count = all[0]?.count ?? 0;
  return Array.from({ length: count }, (_, m) => {
    return all.reduce((sum, { bits }) => sum ^ getBit(bits, m), 0);
  });
}

/** Packed bits as numbers. */
export function unpack(bits: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, m) => getBit(bits, m));
}
