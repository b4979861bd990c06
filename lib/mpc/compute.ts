/** One computation as its caller sees it: from links to the other parties to the output bits. */
import { MpcError } from "../base/mod.ts";
import type { CircuitSource } from "../circuit/mod.ts";
import type { Bits, Kernels, Rng } from "../crypto/mod.ts";
import type { Observe } from "../observability/mod.ts";
import { bitsFromLinks } from "./abit.ts";
import type { Channel } from "./channel.ts";
import type { Checks } from "./checks.ts";
import { freshMaterial } from "./material_source.ts";
import { createParty, type Parameters } from "./party.ts";
import { runMpc } from "./run.ts";
import { type Links, setUp, wipeLinks } from "./setup.ts";

/** What a computation gets from outside. */
export interface ComputeOptions {
  /** Links to all other parties; says which party we are. */
  readonly channel: Channel;
  /** The platform's source in production, a seeded one in tests. */
  readonly rng: Rng;
  /** SHA-256 of the agreed session description, 32 bytes. */
  readonly sid: Uint8Array;
  /** The same for all parties, and part of what `sid` stands for. */
  readonly parameters: Parameters;
  /** Bulk operations. */
  readonly kernels: Kernels;
  /** Gets the progress; drops it by default. */
  readonly observe?: Observe;
  /** Strict by default. */
  readonly checks?: Checks;
}

/**
 * A computation from the set-up to the output. On any failure the others are told, nothing is sent
 * afterwards, and the error is thrown again. Secrets are wiped in every case.
 *
 * @param input own input bits, packed.
 * @returns the output bits, packed; undefined for a party without output.
 * @throws {MpcError} see {@linkcode runMpc}.
 */
export async function compute(
  options: ComputeOptions,
  circuit: CircuitSource,
  input: Bits,
): Promise<Bits | undefined> {
  const party = createParty(options);
  let links: Links | undefined;
  try {
    links = await setUp(party);
    const { ands } = circuit.header;
    party.observe({ kind: "progress", phase: "setup", done: ands, total: ands });
    const { salt } = links;
    const material = freshMaterial(party, { bits: bitsFromLinks(party, links), salt });
    return await runMpc(party, { material, salt }, circuit, input);
  } catch (error) {
    const reason = error instanceof MpcError ? error.message : "an unexpected failure";
    // Why: what went wrong first is the news, not that the others could not be told.
    await party.channel.abort(reason).catch(() => {});
    throw error;
  } finally {
    party.delta.fill(0);
    if (links !== undefined) wipeLinks(links);
  }
}
