/**
 * The ideal functionality of authenticated bits: a dealer that knows all global keys. For tests of what
 * stands above the bits; it never ships.
 */
import { seededRng, typescriptKernels } from "../../lib/crypto/mod.ts";
import type { Blocks } from "../../lib/crypto/mod.ts";
import { clearPadding, utf8 } from "../../lib/base/mod.ts";
import type { AuthenticatedBits, Party, Shares } from "../../lib/mpc/mod.ts";

/** Domain of the PRG that the dealer's keys come from: none of the protocol's. */
const DEALER_DOMAIN = 0xdea1;

/** Shares of all parties for one batch, from `seed`; an invariant of shares.ts by construction. */
function deal(parties: readonly Party[], count: number, seed: string): Shares[] {
  const kernels = typescriptKernels;
  const rng = seededRng(utf8(seed));
  const bits = parties.map(() => {
    const own = rng.fill(new Uint8Array((count + 7) >>> 3));
    clearPadding(own, count);
    return own;
  });
  const empty = (): Blocks[] => parties.map(() => new Uint8Array(0));
  const shares = bits.map((own) => ({ count, bits: own, macs: empty(), keys: empty() }));
  for (const [i, holder] of shares.entries()) {
    for (const [j, other] of shares.entries()) {
      if (i === j) continue;
      const keys = new Uint8Array(16 * count);
      kernels.prgInto(keys, rng.fill(new Uint8Array(16)), DEALER_DOMAIN, 0);
      const { delta } = parties[i] as Party;
      holder.keys[j] = keys;
      other.macs[i] = kernels.expectedMacs(keys, other.bits, delta, count);
    }
  }
  return shares;
}

/**
 * A source of authenticated bits for each of `parties` (all parties of a session, in order). Records the
 * facts that a real source would record.
 */
export function dealer(parties: readonly Party[], seed = "dealer"): AuthenticatedBits[] {
  const batches = new Map<number, Shares[]>();
  return parties.map((party, self) => {
    let taken = 0;
    return {
      take(count, chunk): Promise<Shares> {
        const batch = taken++;
        const shares = batches.get(batch) ?? deal(parties, count, `${seed}/${batch}`);
        batches.set(batch, shares);
        const own = shares[self] as Shares;
        if (own.count !== count) {
          throw new RangeError("Cannot deal: parties ask for different counts");
        }
        for (const fact of ["tree check", "delta consistency"] as const) party.order.passed(fact);
        party.order.passed("COT check", chunk);
        return Promise.resolve(own);
      },
    };
  });
}
