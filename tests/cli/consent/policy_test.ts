import assert from "node:assert/strict";
import { UsageError } from "../../../lib/base/mod.ts";
import { judgeByPolicy, type PolicyCase } from "../../../lib/cli/consent/judge.ts";
import { parsePolicy, type Policy, readPolicy } from "../../../lib/cli/consent/policy_file.ts";
import { readRuns, takeRun } from "../../../lib/cli/consent/runs.ts";
import { fakeSystem } from "../fake_system.ts";
import { PEERS, sessionOf } from "./scenes.ts";

const PROGRAM = `sha256:${"1".repeat(64)}`;

/** A policy that allows the plain session, and no more. */
const TIGHT = `
programs: [${PROGRAM}]
peers: [${PEERS[1]}]
outputs: everybody
party: 0
max_and_gates: 64
max_bytes: 200000
hours: ["08:00-18:00"]
confirm: never
`;

const NOON = Date.UTC(2030, 0, 1, 12);

function judged(policy: Policy, change: Partial<PolicyCase> = {}): string[] {
  const about = {
    ...{ description: sessionOf({}), self: 0, book: { peers: {}, addresses: [] } },
    ...{ now: NOON, runs: [], ...change },
  };
  return judgeByPolicy(policy, about).filter(({ allowed }) => !allowed).map(({ text }) => text);
}

Deno.test("a policy allows what it names", () => {
  assert.deepEqual(judged(parsePolicy("p", TIGHT)), []);
});

Deno.test("an empty policy allows nothing, and wants a person to confirm", () => {
  const policy = parsePolicy("p", "");
  assert.equal(policy.confirm, "always");
  const denied = judged(policy).join("\n");
  for (const what of ["program", "peer", "result"]) {
    assert.match(denied, new RegExp(`^${what}`, "m"));
  }
});

Deno.test("each property of a session that the policy does not name is refused by itself", () => {
  const policy = parsePolicy("p", TIGHT);
  const plain = sessionOf({});
  const stranger = { ...plain.roster[1], peer: PEERS[0] } as (typeof plain.roster)[number];
  const circuit = { ...plain.circuit, ands: 65 };
  const cases: readonly { readonly change: Partial<PolicyCase>; readonly words: RegExp }[] = [
    {
      change: { description: { ...plain, program: new Uint8Array(32) } },
      words: /^program sha256:0/,
    },
    {
      change: { description: { ...plain, roster: [...plain.roster.slice(0, 1), stranger] } },
      words: /^peer 12D3KooW.* as party 1/,
    },
    { change: { description: { ...plain, circuit } }, words: /^AND gates: 65/ },
    { change: { now: NOON + 6 * 3_600_000 }, words: /^time 18:00 UTC, allowed: 08:00-18:00/ },
    {
      change: { description: { ...plain, compileOptions: { "PARTY_0::ROWS": "3" } } },
      words: /^constant PARTY_0::ROWS is not named/,
    },
  ];
  for (const { change, words } of cases) {
    const denied = judged(policy, change);
    assert.equal(denied.length, 1, `${denied}`);
    assert.match(denied[0] ?? "", words);
  }
  assert.match(judged(policy, { self: 1 }).join("\n"), /own number 1, 0 wanted/);
  assert.match(judged({ ...policy, parties_min: 3 }).join(), /2 parties, at least 3 wanted/);
  assert.match(
    judged({ ...policy, max_bytes: 10 }).join(),
    /^bytes to send: .* at most 10 allowed/,
  );
  assert.match(judged({ ...policy, max_seconds: 60 }).join(), /^seconds: total time-out Infinity/);
  const limits = { totalTimeoutMs: 60_000 };
  const timed = { description: sessionOf({ limits }) };
  assert.deepEqual(judged({ ...policy, max_seconds: 60 }, timed), []);
});

Deno.test("outputs may go to everybody, to this party, or to named parties", () => {
  const policy = parsePolicy("p", TIGHT);
  const to = (outputParties: readonly number[]): Partial<PolicyCase> => {
    return { description: sessionOf({ outputParties }) };
  };
  const cases = [
    { outputs: "me", parties: [0], allowed: true },
    { outputs: "me", parties: [0, 1], allowed: false },
    { outputs: [1], parties: [1], allowed: true },
    { outputs: [1], parties: [0, 1], allowed: false },
    { outputs: "everybody", parties: [1], allowed: true },
  ] as const;
  for (const { outputs, parties, allowed } of cases) {
    assert.equal(judged({ ...policy, outputs }, to(parties)).length === 0, allowed, `${outputs}`);
  }
});

Deno.test("constants are held against a value or bounds", () => {
  const policy = parsePolicy(
    "p",
    `${TIGHT}constants: { "A::ROWS": { min: 1, max: 9 }, "A::ON": true }`,
  );
  const denied = (rows: string, on: string): number =>
    judged(policy, {
      description: sessionOf({
        compileOptions: { "A::ROWS": rows, "A::ON": on, sharingBuckets: 1 },
      }),
    }).length;
  assert.equal(denied("9", "true"), 0);
  assert.equal(denied("9usize", "true"), 0);
  assert.equal(denied("10", "true"), 1);
  assert.equal(denied("0", "true"), 1);
  assert.equal(denied("nine", "true"), 1);
  assert.equal(denied("9", "false"), 1);
});

Deno.test("hours may pass midnight", () => {
  const policy = { ...parsePolicy("p", TIGHT), hours: ["22:00-06:00"] };
  for (const [hour, allowed] of [[23, true], [5, true], [6, false], [12, false]] as const) {
    assert.equal(
      judged(policy, { now: Date.UTC(2030, 0, 1, hour) }).length === 0,
      allowed,
      `${hour}`,
    );
  }
});

Deno.test("a policy names peers by the user's names for them, and a name of nobody is an error", () => {
  const policy = { ...parsePolicy("p", TIGHT), peers: ["carol"] };
  const book = { peers: { [PEERS[1]]: { score: 0, atMs: 0, alias: "carol" } }, addresses: [] };
  assert.deepEqual(judged(policy, { book }), []);
  assert.throws(() => judged(policy), /"carol" is no peer id, and no peer has this name/);
});

// feature: B88
Deno.test("a mistake in a policy is told with its key and a suggestion", async () => {
  const cases = [
    { text: "program: []", words: /unknown key "program"/, hint: /did you mean "programs"/ },
    {
      text: "programs: [abc]",
      words: /programs\.0: it is not of the form sha256/,
      hint: /CONSENT/,
    },
    { text: "confirm: maybe", words: /confirm: /, hint: /CONSENT/ },
    { text: "hours: [8-18]", words: /hours\.0: it is not of the form/, hint: /CONSENT/ },
    { text: "- a", words: /the file: /, hint: /CONSENT/ },
    { text: "programs: [", words: /Cannot use the policy "p": /, hint: /CONSENT/ },
  ];
  for (const { text, words, hint } of cases) {
    assert.throws(() => parsePolicy("p", text), (error) => {
      return error instanceof UsageError && words.test(error.message) &&
        hint.test(error.hint ?? "");
    }, text);
  }
  await assert.rejects(readPolicy("none.yml", fakeSystem()), /Cannot read the policy "none\.yml"/);
});

Deno.test("runs are counted on disk, and the last one is not given twice", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/policy.yml`;
    const limit = { most: 2, hours: 1 };
    const now = NOON;
    assert.deepEqual(readRuns(path), []);
    assert.equal(takeRun({ path, limit, now }), true);
    assert.equal(takeRun({ path, limit, now: now + 1000 }), true);
    assert.equal(takeRun({ path, limit, now: now + 2000 }), false);
    assert.deepEqual(readRuns(path), [now, now + 1000]);
    assert.equal(takeRun({ path, limit, now: now + 3_600_000 }), true);
    const policy = { ...parsePolicy("p", TIGHT), runs: limit };
    assert.match(judged(policy, { runs: [NOON, NOON] }).join(), /2 sessions in the last 1 hours/);
    assert.deepEqual(judged(policy, { runs: [NOON, NOON - 3_600_000] }), []);
    Deno.writeTextFileSync(`${path}.runs`, "yesterday\n");
    assert.throws(() => takeRun({ path, limit, now }), UsageError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the policy of docs/CONSENT.md is one, with every key", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/CONSENT.md", import.meta.url));
  const [, text = ""] = /^```yaml [^\n]*\n([^]*?)^```$/m.exec(page) ?? [];
  const policy = parsePolicy("docs/CONSENT.md", text);
  for (const [key, value] of Object.entries(policy)) assert.notEqual(value, undefined, key);
  assert.equal(Object.keys(policy).length, text.match(/^\w+:/gm)?.length);
});
