import assert from "node:assert/strict";
import { AgreementError, UsageError } from "../../../lib/base/mod.ts";
import type { ConsentConfig } from "../../../lib/cli/config_consent.ts";
import {
  checkYes,
  decideByFlags,
  peerOf,
  readExpectedPeers,
  unexpected,
} from "../../../lib/cli/consent/decide.ts";
import { sessionOf } from "./scenes.ts";
import { fakeSystem } from "../fake_system.ts";

const PROGRAM = `sha256:${"1".repeat(64)}`;
const FLAGS: ConsentConfig = {
  ...{ input: { kind: "prompt" }, outputParties: undefined, outputFile: undefined },
  ...{ receipt: undefined, dryRun: false, yes: false, verify: false, expectProgram: undefined },
  ...{ expectPeers: undefined, policy: undefined, json: false },
};

const PEER = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
const EXPECTED = new Set([PEER]);

Deno.test("flags consent to a program that they name, as long as everybody or whom they name gets the result", () => {
  const everybody = sessionOf({});
  const some = sessionOf({ outputParties: [0] });
  type Case = {
    readonly flags: Partial<ConsentConfig>;
    readonly own: boolean;
    readonly some?: boolean;
    readonly expected?: ReadonlySet<string>;
    readonly kind: "consent" | "ask";
  };
  const cases: readonly Case[] = [
    { flags: {}, own: true, kind: "consent" },
    { flags: {}, own: true, some: true, kind: "ask" },
    { flags: { outputParties: [0] }, own: true, some: true, kind: "consent" },
    { flags: {}, own: false, kind: "ask" },
    { flags: { expectProgram: PROGRAM }, own: false, kind: "consent" },
    { flags: { expectProgram: PROGRAM }, own: false, some: true, kind: "ask" },
    { flags: { outputParties: [0] }, own: false, some: true, kind: "ask" },
    { flags: { yes: true }, own: false, kind: "ask" },
    { flags: { yes: true, expectProgram: PROGRAM }, own: false, some: true, kind: "ask" },
    {
      ...{ flags: { yes: true, expectProgram: PROGRAM }, own: false, some: true },
      ...{ expected: EXPECTED, kind: "consent" },
    },
    { flags: { verify: true }, own: true, kind: "ask" },
    {
      ...{ flags: { verify: true, yes: true, expectProgram: PROGRAM }, own: true },
      ...{ expected: EXPECTED, kind: "ask" },
    },
  ];
  for (const [i, { flags, own, some: notAll, expected, kind }] of cases.entries()) {
    const description = notAll ? some : everybody;
    const about = { description, ownProgram: own, expected };
    assert.equal(decideByFlags({ ...FLAGS, ...flags }, about).kind, kind, `case ${i}`);
  }
});

Deno.test("--yes needs the program, and the peers or a policy; the error says what to add", () => {
  const hash = new Uint8Array(32).fill(0x11);
  for (
    const flags of [
      { yes: true },
      { yes: true, expectProgram: PROGRAM },
      { yes: true, expectPeers: "peers" },
    ]
  ) {
    assert.throws(() => checkYes({ ...FLAGS, ...flags }, hash), (error) => {
      return error instanceof AgreementError &&
        error.hint?.includes(`--expect-program=${PROGRAM}`) === true;
    });
  }
  const named = { yes: true, expectProgram: PROGRAM };
  checkYes({ ...FLAGS, ...named, expectPeers: "peers" }, hash);
  checkYes({ ...FLAGS, ...named, policy: "policy.yml" }, hash);
  checkYes(FLAGS, hash);
});

Deno.test("expected peers are ids or names, one a line, with comments", async () => {
  const book = { peers: { [PEER]: { score: 0, atMs: 0, alias: "carol" } }, addresses: [] };
  const system = fakeSystem({
    files: { good: `# ours\n\n  carol # by name\n${PEER}\n`, bad: "dave\n" },
  });
  assert.deepEqual([...await readExpectedPeers("good", book, system)], [PEER]);
  await assert.rejects(readExpectedPeers("bad", book, system), /"dave" is no peer id, and no peer/);
  await assert.rejects(readExpectedPeers("none", book, system), UsageError);
  const twice = { peers: { ...book.peers, other: { score: 0, atMs: 0, alias: "carol" } } };
  assert.throws(() => peerOf("carol", { ...twice, addresses: [] }, "it"), /several peers/);
});

Deno.test("who is not expected is found, but not this party itself", () => {
  const { roster } = sessionOf({});
  const [first, second] = roster;
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual(unexpected(roster, 0, new Set([second.peer])), []);
  assert.deepEqual(unexpected(roster, 0, new Set()), [second]);
  assert.deepEqual(unexpected(roster, 1, new Set([second.peer])), [first]);
});
