/** Parties of one session in one process, and how each of them ended. */
import { CheatingError, MpcError, utf8 } from "../../lib/base/mod.ts";
import {
  type CotSeeds,
  KAPPA,
  type Kernels,
  type Rng,
  seededRng,
  sha256,
  typescriptKernels,
} from "../../lib/crypto/mod.ts";
import { createParty, type Parameters, type Party } from "../../lib/mpc/party.ts";
import type { Link, Links } from "../../lib/mpc/setup.ts";
import { type MemoryChannel, memoryNetwork, type MemoryOptions } from "./memory_channel.ts";

/** A party whose channel counts. */
export type TestParty = Party & { readonly channel: MemoryChannel };

/** Options of {@linkcode testParties}. */
export interface TestPartiesOptions extends MemoryOptions {
  /** SoftSpoken chunk bits, 2 by default. */
  readonly k?: number;
  /** Evaluator, 0 by default. */
  readonly evaluator?: number;
  /** Plain TypeScript by default. */
  readonly kernels?: Kernels;
  /** All randomness follows from it. */
  readonly seed?: string;
}

/** `count` parties over an in-memory network, with seeded randomness and strict checks. */
export function testParties(count: number, options: TestPartiesOptions = {}): TestParty[] {
  const parameters: Parameters = {
    parties: count,
    evaluator: options.evaluator ?? 0,
    outputParties: [0],
    k: options.k ?? 2,
    chunk: 327_680,
  };
  const seed = options.seed ?? "test";
  const kernels = options.kernels ?? typescriptKernels;
  return memoryNetwork(count, options).map((channel) => {
    const rng = seededRng(utf8(`${seed}/${channel.self}`));
    const sid = sha256(utf8(`sid/${seed}`));
    return { ...createParty({ parameters, channel, rng, sid, kernels }), channel };
  });
}

/** How one party ended. */
export type Ending<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/** Runs `role` for all parties at once; a party that fails aborts, as in a real session. */
export async function endings<T>(
  parties: readonly TestParty[],
  role: (party: TestParty) => Promise<T>,
): Promise<Ending<T>[]> {
  return await Promise.all(parties.map(async (party): Promise<Ending<T>> => {
    try {
      return { ok: true, value: await role(party) };
    } catch (error) {
      await party.channel.abort("test");
      return { ok: false, error };
    }
  }));
}

/** Runs `role` for all parties at once; fails with the first error that is not an abort by others. */
export async function runAll<T>(
  parties: readonly TestParty[],
  role: (party: TestParty) => Promise<T>,
): Promise<T[]> {
  const ends = await endings(parties, role);
  const errors = ends.flatMap((end) => end.ok ? [] : [end.error]);
  const origin = errors.find((error) => !(error instanceof MpcError)) ??
    errors.find((error) => error instanceof CheatingError) ?? errors[0];
  if (origin !== undefined) throw origin;
  return ends.map((end) => (end as { readonly value: T }).value);
}

/** The check that ended a party, or the name of its error's class, or "ok". */
export function verdict(end: Ending<unknown> | undefined): string {
  if (end === undefined) return "missing";
  if (end.ok) return "ok";
  if (end.error instanceof CheatingError) return end.error.check;
  return end.error instanceof Error ? end.error.name : "no error";
}

/** Links as an ideal set-up gives them: fits the parties' own Δ, costs no public-key operation. */
export function dealtLinks(parties: readonly Party[], seed = "links"): Links[] {
  const rng = seededRng(utf8(seed));
  const links = parties.map((party): Links & { readonly peers: (Link | undefined)[] } => {
    party.order.passed("tree check");
    const peers: (Link | undefined)[] = parties.map(() => undefined);
    return {
      peers,
      salt: sha256(utf8(seed)).slice(0, 16),
      keysReady: Promise.resolve(),
      batches: 0,
    };
  });
  for (const i of parties) {
    for (const j of parties) {
      if (i.self >= j.self) continue;
      const [a, b] = [dealSeeds(i, rng), dealSeeds(j, rng)];
      const at = links[i.self];
      const other = links[j.self];
      if (at === undefined || other === undefined) throw new RangeError("Cannot deal links");
      at.peers[j.self] = {
        keys: { seeds: a.punctured, group: 0 },
        macs: { seeds: b.all, group: 0 },
      };
      other.peers[i.self] = {
        keys: { seeds: b.punctured, group: 0 },
        macs: { seeds: a.all, group: 0 },
      };
    }
  }
  return links;
}

/** Leaf seeds of one direction, in which `holder` keeps the keys. */
function dealSeeds(
  holder: Party,
  rng: Rng,
): { readonly all: CotSeeds; readonly punctured: CotSeeds } {
  const { k } = holder.parameters;
  const leaves = 2 ** k;
  const all = rng.fill(new Uint8Array(16 * leaves * KAPPA / k));
  const punctured = all.slice();
  for (let chunk = 0; chunk < KAPPA / k; chunk++) {
    const first = chunk * k;
    const value = ((holder.delta[first >>> 3] as number) >>> (first & 7)) & (leaves - 1);
    const at = 16 * (chunk * leaves + value);
    punctured.fill(0, at, at + 16);
  }
  return { all: { k, seeds: all }, punctured: { k, seeds: punctured } };
}
