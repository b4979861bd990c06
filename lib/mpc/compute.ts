/** One computation as its caller sees it: from links to the other parties, or a stock, to the output bits. */
import { MpcError } from "../base/mod.ts";
import type { CircuitSource } from "../circuit/mod.ts";
import type { Bits, Kernels, Rng } from "../crypto/mod.ts";
import type { Observe } from "../observability/mod.ts";
import { bitsFromLinks } from "./abit.ts";
import type { Channel } from "./channel.ts";
import type { Checks } from "./checks.ts";
import { freshMaterial } from "./material_source.ts";
import { createParty, type Parameters, type Party } from "./party.ts";
import { inPhase } from "./phase.ts";
import { runMpc } from "./run.ts";
import { setUp, wipeLinks } from "./setup.ts";
import { onlineSalt, onlineSid, requireFit, type Stock, storedMaterial } from "./stock.ts";

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
  return await guarded(party, async () => {
    const links = await inPhase(party, "setup", () => setUp(party));
    try {
      const { ands } = circuit.header;
      party.observe({ kind: "progress", phase: "setup", done: ands, total: ands });
      const { salt } = links;
      const material = freshMaterial(party, { bits: bitsFromLinks(party, links), salt });
      return await runMpc(party, { material, salt }, circuit, input);
    } finally {
      wipeLinks(links);
    }
  });
}

/**
 * The same with a stock in place of set-up and material. The stock must have been taken (recorded as used)
 * before. Its Δ is wiped at the end.
 *
 * @param options `sid` is the hash of the description, as always; the protocol runs under {@linkcode onlineSid}.
 * @throws {AgreementError} or {LimitError} if the stock does not fit, see {@linkcode requireFit}.
 */
export async function computeWithStock(
  options: ComputeOptions,
  stock: Stock,
  circuit: CircuitSource,
  input: Bits,
): Promise<Bits | undefined> {
  const { delta, terms } = stock;
  const sid = onlineSid(terms.sid, options.sid);
  const party = createParty({ ...options, sid, delta });
  return await guarded(party, async () => {
    requireFit(terms, party.parameters, circuit.header);
    const salt = onlineSalt(stock, sid);
    return await runMpc(party, { material: storedMaterial(party, stock), salt }, circuit, input);
  });
}

/**
 * Runs `work` of a party. If it fails the others are told, and nothing is sent afterwards. Δ and what `party.secrets`
 * keeps are wiped in every case.
 */
export async function guarded<T>(party: Party, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    party.stop(error);
    const reason = error instanceof MpcError ? error.message : "an unexpected failure";
    // Why: what went wrong first is the news, not that the others could not be told.
    await party.channel.abort(reason).catch(() => {});
    throw error;
  } finally {
    party.delta.fill(0);
    party.secrets.wipe();
  }
}
