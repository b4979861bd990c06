/** Sessions and what a party sees of them, for the tests of consent. */
import { buildProgram } from "../../../lib/cli/program.ts";
import { factsOf, type LoadedFacts } from "../../../lib/cli/loaded.ts";
import type { Scene } from "../../../lib/cli/consent/screen.ts";
import { proposal } from "../../../lib/party/mod.ts";
import { COMPILE_LIMITS } from "../../../lib/garble/mod.ts";
import { type PeerBook, Reputation } from "../../../lib/net/mod.ts";
import { type Description, encodeDescription, sessionHash } from "../../../lib/session/mod.ts";

/** Two peers. */
export const PEERS = [
  "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq",
  "12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo",
] as const;

/** A program that was compiled. */
export function loaded(
  text: string,
  constants: Readonly<Record<string, string>> = {},
): LoadedFacts {
  const options = {
    ...{ entry: "main", constants: new Map(Object.entries(constants)), limits: COMPILE_LIMITS },
    ...{ compileTimeMs: 60_000, sourceMax: 10_000 },
  };
  const built = buildProgram({ name: "p.garble.rs", text }, options, () => 0);
  if (!built.ok) throw new TypeError(JSON.stringify(built.diagnostics));
  return factsOf(built.program);
}

const SUM = "pub fn main(x: u32, y: u32) -> u32 { x + y }";

/** An agreed session of two, with changes. */
export function sessionOf(
  change: Partial<Description>,
  text: string = SUM,
  constants: Readonly<Record<string, string>> = {},
): Description {
  const facts = proposal(loaded(text, constants), {
    ...{
      constants: new Map(Object.entries(constants)),
      limits: COMPILE_LIMITS,
      evaluator: 0,
      k: 2,
    },
    ...{ channel: "direct", stepTimeoutMs: 1000, totalTimeoutMs: undefined },
  });
  return {
    ...facts,
    k: 2,
    ...{ version: 1, engine: "0.1.0", session: new Uint8Array(32), creator: PEERS[0] },
    ...{ program: new Uint8Array(32).fill(0x11), constants: [], deadline: 2_000_000_000 },
    roster: PEERS.map((peer, party) => {
      return { party, peer, nonce: new Uint8Array(16).fill(party), addresses: [] };
    }),
    ...change,
  };
}

/** What party 0 sees of a session of two. */
export function sceneOf(
  change: Partial<Description> = {},
  { text = SUM, book, ...more }: { text?: string; book?: PeerBook } & Partial<Scene> = {},
): Scene {
  const description = sessionOf(change, text);
  return {
    ...{ description, sid: sessionHash(encodeDescription(description)), self: 0 },
    ...{ program: loaded(text), ownProgram: true, words: ["copper", "lantern"] },
    reputation: new Reputation({ now: () => 0, ...(book === undefined ? {} : { book }) }),
    ...more,
  };
}
