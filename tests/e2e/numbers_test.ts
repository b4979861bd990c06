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

processTest("any party creates and any party evaluates", async () => {
  const flags = (
    self: number,
  ): string[] => [ADD, `--party=${self}`, "--input=2", "--evaluator=2", "--k=2"];
  const creator = party([...flags(1), "new"]);
  const ticket = await ticketOf(creator);
  await creator.sees(/^> to join: .* --evaluator=2 --k=2 join p2pmpc1/m);
  const parties = [creator, ...[0, 2].map((self) => party([...flags(self), "join", ticket]))];
  for (const process of parties) {
    const end = await process.ended;
    assertEnded(end, 0);
    assert.match(end.stdout, /The result is 6\n$/);
  }
});

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
