/** Kernels that remember what they were asked: a view into a party's secrets, for assertions. */
import type { Bits, Kernels } from "../../lib/crypto/mod.ts";
import { PRG_DOMAIN } from "../../lib/crypto/mod.ts";
import { copyShares, type Shares } from "../../lib/mpc/mod.ts";

/** Secrets of one party, copied when a kernel got them. Those of the first chunk. */
export interface Notes {
  /** x of all leaky products. */
  x?: Bits;
  /** ⟨λ_β⟩ of the AND gates. */
  beta?: Shares;
  /** A garbler's ⟨λ_α⟩, ⟨λ_β⟩, ⟨c⟩ of the first run of gates. */
  readonly garbled: Shares[];
  /** The coin of the permutation. */
  permutation?: Uint8Array;
  /** V. */
  v?: Uint8Array;
}

/** `kernels`, remembering. */
export function spyOn(kernels: Kernels, notes: Notes): Kernels {
  return {
    ...kernels,
    leakyMacSide: (args) => {
      notes.x ??= args.x.slice();
      kernels.leakyMacSide(args);
    },
    crossShare: (shares, delta, count) => {
      notes.beta ??= copyShares({ ...shares, count }, count);
      return kernels.crossShare(shares, delta, count);
    },
    keyShare: (shares, delta, count) => {
      if (notes.garbled.length < 3) notes.garbled.push(copyShares({ ...shares, count }, count));
      return kernels.keyShare(shares, delta, count);
    },
    macSumHalves: (coin, halves, count) => {
      const v = kernels.macSumHalves(coin, halves, count);
      notes.v ??= v.slice();
      return v;
    },
    prgInto: (out, seed, domain, group) => {
      if (domain === PRG_DOMAIN.PERMUTATION) notes.permutation ??= seed.slice();
      kernels.prgInto(out, seed, domain, group);
    },
  };
}
