import assert from "node:assert/strict";
import { askConsent } from "../../../lib/cli/consent/ask.ts";
import { screenLines, warningsOf } from "../../../lib/cli/consent/screen.ts";
import { fakeSystem } from "../fake_system.ts";
import { PEERS, sceneOf } from "./scenes.ts";

const IDENTITY = "pub fn main(x: u32, y: u32) -> u32 { y }";

Deno.test("the screen has program, size, cost, roster, outputs and verify words", () => {
  const text = screenLines(sceneOf()).join("\n");
  assert.match(
    text,
    /^session [0-9a-f]{16}…, program sha256:1{64} \(the same as "p\.garble\.rs"\)$/m,
  );
  assert.match(
    text,
    /main\(x: u32, y: u32\) -> u32; \d+ AND gates, you send about [\d.]+ kB and need/,
  );
  assert.match(text, /^ {2}party 0 {2}12D3KooW…o7R3pq {2}you {2}input x: u32$/m);
  assert.match(text, /^ {2}party 1 {2}12D3KooW…CVe2Xo {2}NEW, never seen {2}input y: u32$/m);
  assert.match(text, /^ {2}the result goes to everybody$/m);
  assert.match(text, /^ {2}verify words: copper lantern$/m);
  const other = screenLines(sceneOf({ outputParties: [1] }, { ownProgram: false })).join("\n");
  assert.match(other, /not from a file of yours/);
  assert.match(other, /the result goes to party 1 alone/);
  assert.match(other, /you do not get the result/);
});

Deno.test("a peer shows with its name, trust, or that it was there before", () => {
  const cases = [
    { record: { alias: "carol" }, words: /"carol", seen before/ },
    { record: { alias: "carol", trusted: true as const }, words: /"carol", trusted/ },
    { record: {}, words: / {2}seen before {2}/ },
  ];
  for (const { record, words } of cases) {
    const book = { peers: { [PEERS[1]]: { score: 0, atMs: 0, ...record } }, addresses: [] };
    assert.match(screenLines(sceneOf({}, { book })).join("\n"), words);
  }
});

Deno.test("constants are shown", () => {
  const compileOptions = { "PARTY_0::ROWS": "3", sharingBuckets: 8 };
  assert.match(
    screenLines(sceneOf({ compileOptions })).join("\n"),
    /constants: PARTY_0::ROWS = 3\n/,
  );
});

Deno.test("who consents is warned of what the result tells, and of strangers who get it", () => {
  const three = (scene: ReturnType<typeof sceneOf>): ReturnType<typeof sceneOf> => {
    const { description } = scene;
    const third = { party: 2, peer: "12D3Koo", nonce: new Uint8Array(16), addresses: [] };
    return { ...scene, description: { ...description, roster: [...description.roster, third] } };
  };
  assert.deepEqual(warningsOf(sceneOf()), [
    "with two parties the result may tell each the other's input; a sum does",
  ]);
  assert.ok(
    warningsOf(sceneOf({}, { text: IDENTITY })).includes(
      "the result is the input of party 1 itself",
    ),
  );
  const plain = three(sceneOf({ outputParties: [0, 1, 2] }));
  assert.deepEqual(warningsOf(plain), []);
  const some = three(sceneOf({ outputParties: [0, 1] }));
  assert.deepEqual(warningsOf(some), ["party 1 gets the result, and you have never seen it"]);
});

Deno.test("a gate on the bits of an input makes it no copy, whatever registers it uses", () => {
  for (const body of ["x ^ y", "x + 0u32 ^ y", "!x", "x & x ^ y"]) {
    const text = `pub fn main(x: u32, y: u32) -> u32 { ${body} }`;
    assert.equal(sceneOf({}, { text }).program.copies, undefined, body);
  }
  assert.equal(sceneOf({}, { text: IDENTITY }).program.copies, 1);
});

async function asked(answers: readonly string[]): Promise<{
  readonly answer: boolean | undefined;
  readonly err: string;
  readonly trusted: readonly string[];
}> {
  const system = fakeSystem({ answers });
  const trusted: string[] = [];
  const answer = await askConsent(sceneOf(), {
    ...{ system, signal: new AbortController().signal },
    trust: (peer) => void trusted.push(peer),
  });
  return { answer, err: system.err(), trusted };
}

Deno.test("only a yes is a yes; the program can be seen and a party trusted first", async () => {
  for (const yes of ["y", "Yes", " yes "]) assert.equal((await asked([yes])).answer, true);
  for (const no of ["", "n", "no", "yep", "show me"]) {
    assert.notEqual((await asked([no])).answer, true, no);
  }
  const { answer, err, trusted } = await asked(["show", "trust 7", "trust 1", "y"]);
  assert.equal(answer, true);
  assert.match(err, /> p\.garble\.rs:\n {4}pub fn main/);
  assert.match(err, /there is no party 7/);
  assert.deepEqual(trusted, [PEERS[1]]);
  assert.equal((await asked([])).answer, undefined);
});
