/**
 * Sessions with a party that cheats: the whole protocol in memory, on the set-up and the checks of a real
 * session, with one liar whose kernels, channel and messages may be altered.
 *
 * The base OTs are run once for each number of parties and copied (they are nine tenths of a small
 * session's time and depend on seeds alone); everything after them is run anew.
 */
import { MpcError, utf8 } from "../../lib/base/mod.ts";
import type { CircuitSource } from "../../lib/circuit/mod.ts";
import { type Bits, type Blocks, type Kernels, seededRng, sha256 } from "../../lib/crypto/mod.ts";
import { typescriptKernels } from "../../lib/crypto/mod.ts";
import {
  type AuthenticatedBits,
  bitsFromLinks,
  type Channel,
  type CheckName,
  type Checks,
  createParty,
  Echo,
  freshMaterial,
  type Links,
  linksFromStrings,
  makeStock,
  onlineSalt,
  onlineSid,
  Order,
  type Parameters,
  type Party,
  runMpc,
  storedMaterial,
  strictChecks,
  type Triples,
} from "../../lib/mpc/mod.ts";
import { type BaseStrings, baseStrings } from "./base_strings.ts";
import { memoryNetwork, type Tap } from "./memory_channel.ts";
import type { Ending } from "./parties.ts";
import { type Notes, spyOn } from "./spy.ts";
import { MemorySink, termsOf } from "./stock.ts";

/** What is computed, by whom. */
export interface Scene {
  readonly parties: number;
  /** 0 by default. */
  readonly evaluator?: number;
  /** All by default. */
  readonly outputParties?: readonly number[];
  /** SoftSpoken chunk bits, 2 by default. */
  readonly k?: number;
  /** AND gates of a chunk; all in one by default. */
  readonly chunk?: number;
  /** Bulk operations of all parties, plain TypeScript by default. */
  readonly kernels?: Kernels;
  /** All randomness follows from it; the same for most scenes, since base OTs are cached by it. */
  readonly seed?: string;
  readonly circuit: CircuitSource;
  readonly inputs: readonly Bits[];
  /** Set-up and material are made before, and the session uses the stock. */
  readonly preprocessed?: boolean;
}

/** A message as it was delivered. */
export interface Delivered {
  readonly from: number;
  readonly to: number;
  readonly step: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What can be known of a session under way. */
export interface World {
  readonly scene: Scene;
  readonly parameters: Parameters;
  readonly sid: Uint8Array;
  /** Δ of every party. */
  readonly deltas: readonly Blocks[];
  /** All messages in the order of sending. */
  readonly log: Delivered[];
  /** What the kernels of each party were asked. */
  readonly notes: readonly Notes[];
  /** Hashes of the messages of the base OTs by party and peer, once they are over. */
  readonly transcripts: (Uint8Array<ArrayBuffer> | undefined)[][];
  /** Links by party, once its set-up is over. */
  readonly links: (Links | undefined)[];
  /** Triples of the first chunk by party, once there is a stock. */
  readonly triples: (Triples | undefined)[];
}

/** How the liar deviates; what is absent is honest. Its own checks never stop it. */
export interface Cheat {
  /** Alters messages, of the liar or towards it. */
  readonly tap?: Tap;
  /** Replaces kernels of the liar. */
  readonly kernels?: Partial<Kernels>;
  /** Wraps the liar's channel, for instance to speak last. */
  readonly channel?: (channel: Channel) => Channel;
  /** The liar's set-up with party `peer` runs under this global key. */
  readonly otherDelta?: { readonly peer: number; readonly delta: Blocks };
}

/** Makes the cheat for one session; `honest` is the same session without it. */
export type Lie = (world: World, honest: Session) => Cheat;

/** A session that is over. */
export interface Session {
  readonly world: World;
  readonly ends: readonly Ending<Bits | undefined>[];
}

/** Who lies, and which check the honest parties lack. */
export interface Deviation {
  readonly liar: number;
  readonly cheat: (world: World) => Cheat;
  /** The check that honest parties ignore. */
  readonly removed?: CheckName;
}

const SEED = "cheating";
/** Base OTs by scene, each run once. */
const cache = new Map<string, Promise<BaseStrings[]>>();

function parametersOf(scene: Scene): Parameters {
  const { parties, evaluator = 0, k = 2, chunk = 327_680 } = scene;
  const all = Array.from({ length: parties }, (_, i) => i);
  return { parties, evaluator, outputParties: scene.outputParties ?? all, k, chunk };
}

/** Checks that go on whatever fails. */
function lenientChecks(): Checks {
  return { counts: strictChecks().counts, require: () => {} };
}

/** Strict checks but for one. */
export function checksWithout(removed: CheckName): Checks {
  const strict = strictChecks();
  return {
    counts: strict.counts,
    require: (check, ok, site) => strict.require(check, ok || check === removed, site),
  };
}

/** A copy of the base OTs for one party: a set-up wipes what it gets. */
async function stringsFor(
  party: Party,
  key: string,
  fresh: () => Promise<BaseStrings[]>,
): Promise<BaseStrings> {
  const all = cache.get(key) ?? fresh();
  cache.set(key, all);
  const own = (await all)[party.self] ?? [];
  return own.map((peer) => peer && { ...peer, strings: peer.strings.slice() });
}

/** Parties of a session, not yet set up. */
function partiesOf(scene: Scene, channels: readonly Channel[]): Party[] {
  const parameters = parametersOf(scene);
  const seed = scene.seed ?? SEED;
  const sid = sha256(utf8(`sid ${seed}`));
  return channels.map((channel) => {
    const rng = seededRng(utf8(`${seed}/${channel.self}`));
    return createParty({
      parameters,
      channel,
      rng,
      sid,
      kernels: scene.kernels ?? typescriptKernels,
    });
  });
}

/** Real links of all parties; with `other`, of a party that uses another key. */
async function linksOf(
  parties: readonly Party[],
  scene: Scene,
  other?: { readonly liar: number; readonly delta: Blocks },
  transcripts: World["transcripts"] = [],
): Promise<Promise<Links>[]> {
  const { evaluator = 0, seed = SEED } = scene;
  const key = `${scene.parties} ${evaluator} ${seed} ${other?.liar} ${other?.delta.join()}`;
  const fresh = async (): Promise<BaseStrings[]> => {
    const apart = partiesOf(scene, memoryNetwork(scene.parties));
    return await Promise.all(apart.map((party) => baseStrings(withDelta(party, other))));
  };
  const strings = await Promise.all(parties.map((party) => stringsFor(party, key, fresh)));
  transcripts.push(...strings.map((own) => own.map((peer) => peer?.transcript)));
  return parties.map((party, i) => linksFromStrings(party, strings[i] ?? []));
}

function withDelta(
  party: Party,
  other?: { readonly liar: number; readonly delta: Blocks },
): Party {
  return other?.liar === party.self ? { ...party, delta: other.delta } : party;
}

/** Replaces the link of the liar with its peer by one under another key. */
async function relink(
  scene: Scene,
  links: readonly (Links | undefined)[],
  liar: number,
  under: Cheat["otherDelta"],
): Promise<void> {
  if (under === undefined) return;
  const { peer, delta } = under;
  const other = { liar, delta };
  const apart = partiesOf(scene, memoryNetwork(scene.parties)).map((p) => withDelta(p, other));
  const twisted = await Promise.all(await linksOf(apart, scene, other));
  await Promise.all(twisted.map(({ keysReady }) => keysReady));
  for (const [self, towards] of [[liar, peer], [peer, liar]] as const) {
    const peers = links[self]?.peers as (Links["peers"][number])[];
    peers[towards] = twisted[self]?.peers[towards];
  }
}

/** Runs a session; without a deviation all parties are honest. */
export async function play(scene: Scene, deviation?: Deviation): Promise<Session> {
  const log: Delivered[] = [];
  const lies: { tap?: Tap } = {};
  const tap: Tap = (from, to, step, bytes) => {
    const delivered = lies.tap === undefined ? bytes : lies.tap(from, to, step, bytes);
    if (delivered !== undefined) log.push({ from, to, step, bytes: delivered.slice() });
    return delivered;
  };
  const channels = memoryNetwork(scene.parties, { tap });
  const later = memoryNetwork(scene.parties, { tap });
  const plain = partiesOf(scene, channels);
  const world: World = {
    ...{ scene, log, parameters: parametersOf(scene), sid: plain[0]?.sid ?? new Uint8Array(0) },
    deltas: plain.map(({ delta }) => delta.slice()),
    notes: plain.map(() => ({ garbled: [] })),
    transcripts: [],
    links: plain.map(() => undefined),
    triples: plain.map(() => undefined),
  };
  const cheat = deviation?.cheat(world) ?? {};
  if (cheat.tap !== undefined) lies.tap = cheat.tap;
  const parties = plain.map((party): Party => {
    const kernels = spyOn(party.kernels, world.notes[party.self] as Notes);
    if (party.self !== deviation?.liar) {
      const removed = deviation?.removed;
      return { ...party, kernels, ...(removed && { checks: checksWithout(removed) }) };
    }
    const channel = cheat.channel?.(party.channel) ?? party.channel;
    return {
      ...party,
      channel,
      kernels: { ...kernels, ...cheat.kernels },
      checks: lenientChecks(),
    };
  });
  return { world, ends: await settle(world, { parties, later }, deviation, cheat) };
}

/** Set-up and computation of all parties; a party that fails tells the others, as `compute` does. */
async function settle(
  world: World,
  { parties, later }: { readonly parties: readonly Party[]; readonly later: readonly Channel[] },
  deviation: Deviation | undefined,
  cheat: Cheat,
): Promise<Ending<Bits | undefined>[]> {
  const { scene } = world;
  const setUps = await linksOf(parties, scene, undefined, world.transcripts);
  // With another key for one peer, that peer and the liar go on from a set-up of their own.
  const ready = deviation === undefined || cheat.otherDelta === undefined
    ? Promise.resolve()
    : Promise.all(setUps).then((links) => relink(scene, links, deviation.liar, cheat.otherDelta));
  ready.catch(() => {});
  return await Promise.all(parties.map(async (party): Promise<Ending<Bits | undefined>> => {
    try {
      const links = await (setUps[party.self] as Promise<Links>);
      world.links[party.self] = links;
      await ready;
      const sources = { bits: bitsFromLinks(party, links), salt: links.salt };
      const input = Uint8Array.from(scene.inputs[party.self] ?? []);
      if (scene.preprocessed === true) {
        const own = later[party.self] as Channel;
        const channel = party.self === deviation?.liar ? cheat.channel?.(own) ?? own : own;
        return { ok: true, value: await inTwoSessions(world, party, { sources, channel, input }) };
      }
      const { salt } = links;
      const material = freshMaterial(party, sources);
      return { ok: true, value: await runMpc(party, { material, salt }, scene.circuit, input) };
    } catch (error) {
      const reason = error instanceof MpcError ? error.message : "an unexpected failure";
      await party.channel.abort(reason);
      await later[party.self]?.abort(reason);
      // Why: a mistake of the test itself, for instance a liar that sends twice, is no ending.
      if (!(error instanceof MpcError)) throw error;
      return { ok: false, error };
    }
  }));
}

/** A preprocessing for just what the circuit needs, and the session that uses it, over another channel. */
async function inTwoSessions(
  world: World,
  party: Party,
  from: {
    readonly sources: { readonly bits: AuthenticatedBits; readonly salt: Uint8Array };
    readonly channel: Channel;
    readonly input: Bits;
  },
): Promise<Bits | undefined> {
  const { scene: { circuit }, parameters } = world;
  const { ands, inputs } = circuit.header;
  const demand = { ands, inputs: inputs.reduce((sum, bits) => sum + bits, 0) };
  const sink = new MemorySink();
  await makeStock(party, from.sources, demand, sink);
  const stock = sink.stock(termsOf(parameters, demand, party.sid), party.self);
  world.triples[party.self] = await stock.triples(0);
  const sid = onlineSid(party.sid, sha256(utf8("the later session")));
  const fresh = { channel: from.channel, order: new Order(), echo: new Echo(parameters.parties) };
  const later: Party = { ...party, ...fresh, sid };
  const material = storedMaterial(later, stock);
  const salt = onlineSalt(stock, sid);
  return await runMpc(later, { material, salt }, circuit, from.input);
}
