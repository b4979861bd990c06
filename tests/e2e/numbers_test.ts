/** Who is which party, and what follows when parties do not agree on that. */
import assert from "node:assert/strict";
import { assertEnded, party, processTest, programFile, sumOf, ticketOf } from "./process.ts";

const ADD = "--program=.add.garble.rs";

processTest("parties that name no number get different ones", async () => {
  const creator = party([ADD, "--input=1", "--parties=3", "new"]);
  const ticket = await ticketOf(creator);
  const joiners = [10, 100].map((input) => party([ADD, `--input=${input}`, "join", ticket]));
  const ends = await Promise.all([creator, ...joiners].map((process) => process.ended));
  for (const end of ends) {
    assertEnded(end, 0);
    assert.match(end.stdout, /The result is 111\n$/);
  }
  const numbers = ends.slice(1).map(({ stderr }) => /^> we are party (\d)$/m.exec(stderr)?.[1]);
  assert.deepEqual(numbers.toSorted(), ["1", "2"]);
});

processTest(
  "any party creates, any party evaluates, and who joins pastes what was printed",
  async () => {
    // Joiners take the k of the creator, which is not printed.
    const own = [ADD, "--input=2", "--evaluator=2", "--k=8"];
    const creator = party([...own, "--party=1", "new"]);
    const [, line = ""] = await creator.sees(/^> to join: p2p-mpc (.*)$/m);
    assert.match(line, /^[\w.=-]+ --evaluator=2 join p2pmpc1\w+$/);
    const parties = [creator, ...[0, 2].map(() => party(["--input=2", ...line.split(" ")]))];
    for (const process of parties) {
      const end = await process.ended;
      assertEnded(end, 0);
      assert.match(end.stdout, /The result is 6\n$/);
    }
  },
);

processTest("who means another evaluator is told so, by everybody", async () => {
  await using program = await programFile(sumOf(2));
  const flags = [`--program=${program.path}`, "--input=2"];
  const creator = party([...flags, "--evaluator=1", "new"]);
  const joiner = party([...flags, "join", await ticketOf(creator)]);
  for (const process of [creator, joiner]) {
    assertEnded(
      await process.ended,
      5,
      /party [01] has another evaluator: [01] instead of our [01]/,
    );
  }
});

processTest(
  "an input that does not fit the number it got ends the session before it is signed",
  async () => {
    await using program = await programFile(
      "pub fn main(a: u8, b: bool) -> bool {\n    b & (a == a)\n}\n",
    );
    const flags = `--program=${program.path}`;
    const creator = party([flags, "--input=7", "new"]);
    const joiner = party([flags, "--input=123", "join", await ticketOf(creator)]);
    const end = await joiner.ended;
    assertEnded(end, 3, /bool/);
    assert.doesNotMatch(end.stderr, /123/, "the input is shown");
    assertEnded(await creator.ended, 7, /party 1 left/);
  },
);

processTest("sixteen processes compute a sum", async () => {
  await using program = await programFile(sumOf(16));
  const flags = [`--program=${program.path}`, "--input=3", "--wait-time=120"];
  const creator = party([...flags, "new"]);
  const ticket = await ticketOf(creator);
  const joiners = Array.from({ length: 15 }, () => party([...flags, "join", ticket]));
  const ends = await Promise.all([creator, ...joiners].map((process) => process.ended));
  for (const end of ends) {
    assertEnded(end, 0);
    assert.match(end.stdout, /The result is 48\n$/);
  }
}, Deno.env.get("P2P_MPC_SLOW") !== "1");

processTest("where types differ the line to paste names the number of each party", async () => {
  await using program = await programFile(
    "pub fn main(a: u8, b: bool, c: u8) -> bool {\n    b & (a == c)\n}\n",
  );
  const creator = party([`--program=${program.path}`, "--input=7", "new"]);
  const parties = ["true", "7"].map(async (input, i) => {
    const pattern = new RegExp(`^> to join: p2p-mpc (.* --party=${i + 1} join p2pmpc1.*)$`, "m");
    const [, line = ""] = await creator.sees(pattern);
    return party([`--input=${input}`, ...line.split(" ")]);
  });
  for (const process of [creator, ...await Promise.all(parties)]) {
    assert.match((await process.ended).stdout, /The result is true\n$/);
  }
});
