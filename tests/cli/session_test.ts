/** Whole sessions of two parties in this process: inputs, outputs, consent and what is told. */
import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { fakeSystem } from "./fake_system.ts";
import { type RanParty, SUM, SUM_TEXT, twoParties } from "./two_parties.ts";

const PROGRAM = `--program=${SUM}`;

function assertCodes(parties: readonly RanParty[], ...codes: readonly number[]): void {
  const told = parties.map(({ system }) => system.err()).join("\n---\n");
  assert.deepEqual(parties.map(({ code }) => code), codes, told);
}

Deno.test("inputs come from standard input and from a variable; the result goes to a private file", async () => {
  const parties = await twoParties(
    {
      flags: [PROGRAM, "--input-file=-", "--output-file=out.txt"],
      system: { stdin: "3735928000\n" },
    },
    { flags: [PROGRAM, "--input-env=MINE"], system: { env: { MINE: "559" } } },
  );
  assertCodes(parties, 0, 0);
  const [first, second] = parties.map(({ system }) => system);
  assert.equal(first?.file("out.txt"), "3735928559\n");
  assert.match(first?.err() ?? "", /> the result is in "out\.txt"/);
  assert.doesNotMatch(first?.out() ?? "", /result/);
  assert.equal(second?.out(), "The result is 3735928559\n");
  for (const system of [first, second]) {
    assert.doesNotMatch(system?.err() ?? "", /3735928|--input can be seen/);
  }
});

// feature: D5
Deno.test("an input on the command line is warned of; one that is asked for is not shown", async () => {
  const parties = await twoParties(
    { flags: [PROGRAM, "--input=1"] },
    { flags: [PROGRAM, "--party=1"], system: { answers: ["41"] } },
  );
  assertCodes(parties, 0, 0);
  const [first, second] = parties.map(({ system }) => system.err());
  assert.match(first ?? "", /> --input can be seen by other users of this machine/);
  assert.match(second ?? "", /> Your input, y: u32 \(hidden\): /);
  assert.doesNotMatch(second ?? "", /can be seen/);
  assert.equal(parties[1]?.system.out(), "The result is 42\n");
});

Deno.test("only the output parties get the result, and a joiner is asked about that", async () => {
  const parties = await twoParties(
    { flags: [PROGRAM, "--input=1", "--output-parties=1"] },
    { flags: [PROGRAM, "--input=41"], system: { answers: ["y"] } },
  );
  assertCodes(parties, 0, 0);
  const [first, second] = parties.map(({ system }) => system);
  assert.match(first?.err() ?? "", /> done; the result went to party 1\n/);
  assert.match(first?.err() ?? "", /the result goes to party 1 alone/);
  assert.match(first?.err() ?? "", /--output-parties=1 join p2pmpc1/);
  assert.doesNotMatch(first?.out() ?? "", /result/);
  assert.equal(second?.out(), "The result is 42\n");
  assert.match(second?.err() ?? "", /> consent by the user\n/);
});

Deno.test("with nobody to ask, outputs that the flags do not name end in exit 5 for both", async () => {
  const creator = { flags: [PROGRAM, "--input=1", "--output-parties=0"] };
  const parties = await twoParties(creator, { flags: [PROGRAM, "--input=41"] });
  assertCodes(parties, 5, 5);
  assert.match(parties[1]?.system.err() ?? "", /nobody is there to consent to it/);
  assert.match(parties[1]?.system.err() ?? "", /hint: .*--output-parties=0/);
  const named = await twoParties(creator, { flags: [PROGRAM, "--input=41", "--output-parties=0"] });
  assertCodes(named, 0, 0);
  assert.equal(named[1]?.system.out(), "");
});

Deno.test("parties that name different output parties do not agree", async () => {
  const parties = await twoParties(
    { flags: [PROGRAM, "--input=1", "--output-parties=0"] },
    { flags: [PROGRAM, "--input=41", "--output-parties=1"] },
  );
  assertCodes(parties, 5, 5);
  for (const { system } of parties) assert.match(system.err(), /gives the result to other parties/);
});

Deno.test("--verify asks in any case, and a no ends the session for both", async () => {
  const parties = await twoParties(
    { flags: [PROGRAM, "--input=1", "--verify"], system: { answers: ["y"] } },
    { flags: [PROGRAM, "--input=41", "--verify"], system: { answers: ["n"] } },
  );
  assertCodes(parties, 5, 5);
  // Who says no may be gone before the other one was asked.
  const words = parties.flatMap(({ system }) =>
    /> {3}verify words: (.*)\n/.exec(system.err())?.[1] ?? []
  );
  assert.equal(new Set(words).size, 1);
  assert.match(parties[0]?.system.err() ?? "", /left: no consent by this party/);
  const alone = fakeSystem({ files: { [SUM]: SUM_TEXT } });
  assert.equal(await main([PROGRAM, "--input=1", "--verify", "new"], alone), 2);
  assert.match(alone.err(), /standard input is no terminal/);
});

Deno.test("peers that are not expected are refused, also when all else is consented to", async () => {
  const parties = await twoParties(
    { flags: [PROGRAM, "--input=1"] },
    {
      flags: [PROGRAM, "--input=41", "--expect-peers=peers"],
      system: { files: { peers: "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq\n" } },
    },
  );
  assertCodes(parties, 5, 5);
  assert.match(parties[1]?.system.err() ?? "", /it does not expect party 0/);
});

Deno.test("--yes alone is refused before anything is sent", async () => {
  const system = fakeSystem({ files: { [SUM]: SUM_TEXT } });
  assert.equal(await main([PROGRAM, "--input=1", "--yes", "new"], system), 5);
  assert.match(system.err(), /--yes does not say to what\nhint: add --expect-program=sha256:/);
  assert.equal(system.out(), "");
});

Deno.test("--dry-run compiles, reads the input, shows the plan, and makes no ticket", async () => {
  const files = { [SUM]: SUM_TEXT };
  const system = fakeSystem({ files });
  const flags = [PROGRAM, "--input=1", "--dry-run"];
  assert.equal(await main([...flags, "new"], system), 0, system.err());
  assert.equal(system.out(), "");
  assert.match(system.err(), /main\(x: u32, y: u32\) -> u32; \d+ AND gates\n/);
  assert.match(system.err(), /> dry run: nothing was sent\n/);
  const json = fakeSystem({ files });
  assert.equal(await main([...flags, "--json", "new"], json), 0);
  const events = json.out().trimEnd().split("\n").map((line) => JSON.parse(line));
  const plan = events.find(({ event }) => event === "plan");
  assert.deepEqual([plan.party, plan.outputs, plan.estimate.length], [0, [0, 1], 2]);
  const wrong = fakeSystem({ files });
  assert.equal(await main([PROGRAM, "--input=true", "--dry-run", "new"], wrong), 3);
});

Deno.test("--json tells every event of a session as an object on a line", async () => {
  const parties = await twoParties(
    { flags: [PROGRAM, "--input=1", "--json"] },
    { flags: [PROGRAM, "--input=41", "--json", "--receipt=receipt.json"] },
  );
  assertCodes(parties, 0, 0);
  for (const [self, { system }] of parties.entries()) {
    const events = system.out().trimEnd().split("\n").map((line) => JSON.parse(line));
    for (const { v, ts, event } of events) {
      assert.equal(v, 1);
      assert.match(ts, /^\d{4}-\d\d-\d\dT.*Z$/);
      assert.equal(typeof event, "string");
    }
    const names = new Set(events.map(({ event }) => event));
    for (const name of ["notice", "consent", "progress", "result"]) {
      assert.ok(names.has(name), name);
    }
    assert.equal(names.has("ticket"), self === 0);
    const { value, text, type } = events.find(({ event }) => event === "result");
    assert.deepEqual([value, text, type], [42, "42", "u32"]);
    const consent = events.find(({ event }) => event === "consent");
    assert.equal(consent.verify_words.length, 6);
    assert.deepEqual(consent.outputs, [0, 1]);
  }
  const failed = fakeSystem();
  assert.equal(await main(["--program=none", "--input=1", "--json", "new"], failed), 3);
  const last = JSON.parse(failed.out().trimEnd().split("\n").at(-1) ?? "");
  assert.deepEqual([last.event, last.exit_code], ["error", 3]);
});

Deno.test("a result that cannot be written is shown, so that it is not lost", async () => {
  const parties = await twoParties(
    {
      flags: [PROGRAM, "--input=1", "--output-file=out.txt"],
      system: { unwritable: ["out.txt later"] },
    },
    { flags: [PROGRAM, "--input=41"] },
  );
  assertCodes(parties, 2, 0);
  assert.match(parties[0]?.system.out() ?? "", /The result is 42\n$/);
  const early = fakeSystem({ files: { [SUM]: SUM_TEXT }, unwritable: ["out.txt"] });
  assert.equal(await main([PROGRAM, "--input=1", "--output-file=out.txt", "new"], early), 2);
  assert.match(early.err(), /Cannot write "out\.txt": permission denied/);
});

Deno.test("the creator of a large computation measures the links; a joiner that names another k is refused", async () => {
  const text = "pub fn main(a: u64, b: u64) -> u64 {\n    let mut x = a;\n" +
    "    for i in 0..60 { x = x * (b ^ i as u64); }\n    x\n}\n";
  const system = { files: { "products.garble.rs": text } };
  const flags = ["--program=products.garble.rs", "--input=3"];
  const parties = await twoParties({ flags, system }, { flags: [...flags, "--k=2"], system });
  assertCodes(parties, 5, 5);
  const [first, second] = parties.map(({ system }) => system.err());
  assert.match(first ?? "", /> the slowest link carries (about|more than) .*bit\/s: k = [48]\n/);
  assert.doesNotMatch(second ?? "", /slowest link/);
  for (const told of [first, second]) assert.match(told ?? "", /another size of OT chunks/);
});

Deno.test("a result that nobody reads on standard output is shown on the other one, and an error", async () => {
  for (const json of [[], ["--json"]]) {
    const parties = await twoParties(
      {
        flags: [PROGRAM, "--input=1", ...json],
        system: { outputMax: json.length === 0 ? 1 : 900 },
      },
      { flags: [PROGRAM, "--input=41"] },
    );
    assertCodes(parties, 2, 0);
    const [{ system } = assert.fail()] = parties;
    assert.doesNotMatch(system.out(), /The result|"result"/);
    assert.match(system.err(), /^The result is 42$/m);
    assert.match(
      system.err(),
      /^error: Cannot write the result to standard output: it was closed$/m,
    );
  }
});

Deno.test("a ticket that nobody reads ends the session at once", async () => {
  for (const flags of [["-q"], ["--json"]]) {
    const system = fakeSystem({ files: { [SUM]: SUM_TEXT }, outputMax: 0, startMs: Date.now() });
    const code = await main([PROGRAM, "--input=1", "--workers=0", ...flags, "new"], system);
    assert.equal(code, 2, system.err());
    assert.match(system.err(), /Cannot write the ticket to standard output: it was closed/);
  }
});
