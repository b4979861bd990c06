/** Base OTs apart from the rest of a set-up, so that they are run once for many tests. */
import { type Party, type PeerStrings, peerStrings } from "../../lib/mpc/mod.ts";

/** Strings by peer; the own entry is undefined. */
export type BaseStrings = readonly (PeerStrings | undefined)[];

/** Runs the base OTs with every peer at once. */
export async function baseStrings(party: Party): Promise<BaseStrings> {
  const all = Array.from({ length: party.parameters.parties }, (_, peer) => peer);
  return await Promise.all(
    all.map((peer) => peer === party.self ? undefined : peerStrings(party, peer)),
  );
}
