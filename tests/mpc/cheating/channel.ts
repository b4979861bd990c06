/** Lies that the channel itself or the lengths and names of messages stop, and lies in every step. */
import assert from "node:assert/strict";
import {
  CheatingError,
  concat,
  ConnectionError,
  MpcError,
  ProtocolError,
  utf8,
} from "../../../lib/base/mod.ts";
import { commit, seededRng, transcriptHash } from "../../../lib/crypto/mod.ts";
import { type Channel, type CheckName, DOMAIN } from "../../../lib/mpc/mod.ts";
import { type Cheat, play, type Scene, type Session, type World } from "../../sim/adversary.ts";
import type { Tap } from "../../sim/memory_channel.ts";
import { both, type Bytes, change, drop, messageOf } from "./lie.ts";
import { assertCaught, assertTold, errorOf, honestParties } from "./row.ts";
import { mixedScene, outputOf } from "./scenes.ts";

/** A test with a name. */
export interface Named {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const LIAR = 1;
const honest = [0, 2];

/** Chunks of four and three gates, whose messages have equal lengths. */
function sceneOf(form: Partial<Scene>): Scene {
  return mixedScene(3, { ...form, chunk: 4 });
}

/** The receiver ends in an error of this class, the other honest party is told of it. */
function assertRefused(
  session: Session,
  receiver: number,
  kind: typeof ProtocolError | typeof ConnectionError,
  text: RegExp,
): void {
  const error = errorOf(session, receiver);
  assert.ok(error instanceof kind, `${error}`);
  assert.match(error.message, text);
  for (const i of honest) {
    if (i === receiver) continue;
    const told = errorOf(session, i);
    assert.ok(told instanceof ConnectionError, `${told}`);
    assert.match(told.message, new RegExp(`party ${receiver} left: `));
    assert.match(told.message, text);
  }
}

/** Steps of very different kinds; the liar is a garbler. */
const STEPS = ["setup/trees", "aBit 0/d", "c0/U", "c1/V/2/open", "input/z", "tables/4", "c1/t"];

/** Truncated, oversized, empty, late. */
function refusals(scene: Scene): Named[] {
  return STEPS.flatMap((step): Named[] => {
    const target = { step, from: LIAR, to: 0 };
    const lies: readonly (readonly [string, (bytes: Bytes) => Bytes])[] = [
      ["truncated", (bytes) => bytes.slice(0, -1)],
      ["oversized", (bytes) => concat(bytes, Uint8Array.of(0))],
    ];
    return [
      ...lies.map(([what, by]): Named => ({
        name: `a ${what} message of step "${step}"`,
        run: async (): Promise<void> => {
          const session = await play(scene, {
            liar: LIAR,
            cheat: () => ({ tap: change(target, by) }),
          });
          assertRefused(session, 0, ProtocolError, new RegExp(`party 1 in step "${step}"`));
          assert.equal(errorOf(session, 0).exitCode, 6);
        },
      })),
      {
        name: `a late message of step "${step}"`,
        run: async (): Promise<void> => {
          const session = await play(scene, { liar: LIAR, cheat: () => ({ tap: drop(target) }) });
          const text = new RegExp(`step "${step}" of party 1: the time is over`);
          assertRefused(session, 0, ConnectionError, text);
          assert.equal(errorOf(session, 0).exitCode, 7);
        },
      },
    ];
  });
}

/** From `step` on nothing of the liar arrives. */
function stops(step: string): Tap {
  let stopped = false;
  return (from, _to, name, bytes) => {
    stopped ||= from === LIAR && name === step;
    return stopped && from === LIAR ? undefined : bytes;
  };
}

function stopping(scene: Scene): Named[] {
  return STEPS.map((step): Named => ({
    name: `a party that stops before step "${step}"`,
    run: async (): Promise<void> => {
      const session = await play(scene, { liar: LIAR, cheat: () => ({ tap: stops(step) }) });
      for (const i of honest) {
        const error = errorOf(session, i);
        assert.ok(error instanceof ConnectionError);
        assert.match(error.message, /of party 1: the time is over/);
      }
    },
  }));
}

/** Content of an earlier step in a later one, and the check that finds it. */
const REPLAYS: readonly (readonly [string, string, CheckName])[] = [
  ["c0/d", "c1/d", "MAC hash"],
  ["c0/U", "c1/U", "V check"],
  ["c0/chi/open", "c1/chi/open", "coin opening"],
  ["c0/V/0/open", "c0/V/1/open", "V opening"],
  ["c0/t", "c1/t", "circuit check"],
];

function replays(scene: Scene): Named[] {
  return REPLAYS.map(([first, later, check]): Named => ({
    name: `the message of step "${first}" replayed in "${later}"`,
    run: async (): Promise<void> => {
      const cheat = (world: World): Cheat => ({
        tap: change({ step: later, from: LIAR }, (_, to) => messageOf(world.log, first, LIAR, to)),
      });
      const session = await play(scene, { liar: LIAR, cheat });
      const error = errorOf(session, 0);
      assertCaught(session, 0, check, "party" in error ? error.party as number : undefined);
      assertTold(session, 2, check);
    },
  }));
}

/** Exchanges the names of two messages to each party. */
function swapped(channel: Channel, first: string, second: string): Channel {
  const held = new Map<number, Bytes>();
  return {
    self: channel.self,
    parties: channel.parties,
    send: async (to, step, bytes) => {
      if (step === first) held.set(to, bytes);
      else if (step === second) {
        await channel.send(to, first, bytes);
        await channel.send(to, second, held.get(to) ?? new Uint8Array(0));
      } else await channel.send(to, step, bytes);
    },
    recv: (from, step, length) => channel.recv(from, step, length),
    abort: (reason) => channel.abort(reason),
  };
}

const reordered = (scene: Scene): Named => ({
  name: "two messages in the wrong order",
  run: async (): Promise<void> => {
    const session = await play(scene, {
      liar: LIAR,
      cheat: () => ({ channel: (channel) => swapped(channel, "c0/V/0/open", "c0/V/1/open") }),
    });
    for (const i of honest) assertCaught(session, i, "V opening", LIAR);
  },
});

/**
 * Opens a part of its own to party 2, and commits to it there; what it tells party 2 of the commitments is what party 2 has
 * received itself.
 */
function twoParts({ sid, log }: World, step: string): Tap {
  const context = { domain: DOMAIN.COIN, sid, step, party: LIAR };
  const part = new Uint8Array(32).fill(7);
  const { commitment, nonce } = commit(context, part, seededRng(utf8("other part")));
  const seen = (): Bytes => {
    const [first, last] = [0, 2].map((from) => messageOf(log, `${step}/commit`, from, LIAR));
    const all = [first, commitment, last].map((bytes) => bytes ?? new Uint8Array(0));
    return transcriptHash(DOMAIN.ECHO, sid, `${step}/commit`, ...all);
  };
  return both(
    change({ step: `${step}/commit`, from: LIAR, to: 2 }, () => commitment.slice()),
    change({ step: `${step}/open`, from: LIAR, to: 2 }, () => concat(part, nonce, seen())),
  );
}

/** Coins that would be different at different honest parties: each tells the other one that its commitments differ. */
const COINS = ["setup/salt", "aBit 0/coin", "c0/permutation", "c0/chi"];

function coins(scene: Scene): Named[] {
  return COINS.map((step): Named => ({
    name: `different parts of the coin "${step}" to different parties`,
    run: async (): Promise<void> => {
      const cheat = (world: World): Cheat => ({ tap: twoParts(world, step) });
      const session = await play(scene, { liar: LIAR, cheat });
      for (const i of honest) assertTold(session, i, "echo");
      const caught = honest.map((i) => errorOf(session, i)).filter((e) =>
        e instanceof CheatingError
      );
      assert.ok(caught.length > 0);
      // The comparison of this very coin, and none of a later step.
      for (const { message } of caught) assert.ok(message.includes(`in step "${step}"`), message);
    },
  }));
}

/** Lies that can be told about any message, with the name of each. */
const LIES: readonly (readonly [string, (at: number) => (bytes: Bytes) => Bytes | undefined])[] = [
  ["flips a bit", (at) => (bytes): Bytes => {
    const byte = (at * 7) % bytes.length;
    bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (at & 7));
    return bytes;
  }],
  ["clears it", () => (bytes): Bytes => bytes.fill(0)],
  ["sends random bytes", (at) => (bytes): Bytes => {
    return seededRng(utf8(`lie ${at}`)).fill(bytes);
  }],
  ["truncates it", () => (bytes): Bytes => bytes.slice(1)],
  ["extends it", () => (bytes): Bytes => concat(bytes, bytes)],
  ["drops it", () => (): undefined => undefined],
];

/** Every step that the liar sends × lies; `full` for all of them and all receivers, else a sample. */
export function sweep(full: boolean, form: Partial<Scene> = {}): Named[] {
  const scene = sceneOf(form);
  const places = [false, true].flatMap((preprocessed) => {
    return [0, LIAR].map((liar) => ({ liar, preprocessed }));
  });
  return places.map(({ liar, preprocessed }): Named => ({
    name: `no lie in any step of party ${liar} gives a wrong output` +
      (preprocessed ? ", with a stock" : ""),
    run: async (): Promise<void> => {
      const played = { ...scene, preprocessed };
      const usual = await play(played);
      const { log } = usual.world;
      // The preprocessing itself is swept with all counts only: its steps are those of a plain session.
      const start = preprocessed && !full ? log.findLastIndex(({ step }) => step === "kept") : 0;
      const sent = log.slice(start).filter(({ from }) => from === liar);
      const steps = [...new Set(sent.map(({ step }) => step))];
      for (const [at, step] of steps.entries()) {
        const to = sent.filter((m) => m.step === step).map((m) => m.to);
        for (const [kind, [what, lie]] of LIES.entries()) {
          if (!full && at % LIES.length !== kind) continue;
          for (const [r, receiver] of to.entries()) {
            if (!full && r !== at % to.length) continue;
            const tap: Tap = (from, party, name, bytes) =>
              from === liar && party === receiver && name === step ? lie(at)(bytes) : bytes;
            const session = await play(played, { liar, cheat: () => ({ tap }) });
            assertEnds(session, { scene, liar }, `${what} in ${step} to ${receiver}`);
          }
        }
      }
    },
  }));
}

/** The honest parties' outputs are right or absent: one message to one party changes no input of the liar. */
function assertEnds(
  session: Session,
  { scene, liar }: { readonly scene: Scene; readonly liar: number },
  what: string,
): void {
  for (const i of honestParties({ scene, liar })) {
    const end = session.ends[i];
    if (end?.ok) assert.deepEqual(end.value, outputOf(scene), what);
    else assert.ok([6, 7].includes((end?.error as MpcError).exitCode), what);
  }
}

/** All tests of this file but the sweep. */
export function channelTests(form: Partial<Scene> = {}): Named[] {
  const scene = sceneOf(form);
  const all = [refusals, stopping, replays, coins].flatMap((make) => make(scene));
  return [...all, reordered(scene)];
}
