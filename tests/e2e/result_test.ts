import assert from "node:assert/strict";
import {
  assertEnded,
  lastLine,
  party,
  processTest,
  programFile,
  sumOf,
  ticketOf,
} from "./process.ts";

/** Runs one computation; `order[0]` creates, the others join one after the other. */
async function run(
  program: string,
  order: readonly number[],
  inputs: readonly number[],
): Promise<void> {
  const sum = inputs.reduce((a, b) => a + b);
  const flags = (self: number): string[] => [
    `--program=${program}`,
    `--party=${self}`,
    `--input=${inputs[self]}`,
  ];
  const [first = 0, ...rest] = order;
  const creator = party([...flags(first), "new"]);
  const ticket = await ticketOf(creator);
  const joiners = [];
  for (const self of rest) {
    const joiner = party([...flags(self), "join", ticket]);
    joiners.push(joiner);
    await joiner.sees(/connected, other peers/);
  }
  const ended = await Promise.all([creator, ...joiners].map((process) => process.ended));
  ended.forEach((end, i) => {
    assertEnded(end, 0);
    assert.equal(lastLine(end.stdout), `The result is ${sum}`);
    assert.equal(end.stdout.trimEnd().split("\n").length, i === 0 ? 2 : 1, end.stdout);
    assert.doesNotMatch(end.stdout + end.stderr, /secret/i);
  });
  assert.equal(ended[0]?.stdout.split("\n")[0], `> ticket to join us: ${ticket}`);
}

const ORDERS_OF_3 = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

for (const order of ORDERS_OF_3) {
  // feature: B1, B82
  processTest(
    `three processes compute 2 + 2 + 2, joining in order ${order.join(", ")}`,
    async () => {
      await run(".add.garble.rs", order, [2, 2, 2]);
    },
  );
}

processTest("two processes compute a sum", async () => {
  await using program = await programFile(sumOf(2));
  await run(program.path, [0, 1], [40, 2]);
});

for (const order of [[0, 1, 2, 3, 4], [3, 4, 0, 2, 1]]) {
  processTest(`five processes compute a sum, joining in order ${order.join(", ")}`, async () => {
    await using program = await programFile(sumOf(5));
    await run(program.path, order, [1, 20, 300, 4000, 50000]);
  });
}

processTest(
  "with -q standard output is the bare ticket and the bare value, and nothing else is said",
  async () => {
    const creator = party([
      "-q",
      "--program",
      ".add.garble.rs",
      "--party",
      "0",
      "--input",
      "7",
      "new",
    ]);
    const ticket = await ticketOf(creator);
    const joiners = [1, 2].map((self) =>
      party([
        "join",
        ticket,
        "--program=.add.garble.rs",
        `--party=${self}`,
        "--input=2u32",
        "--quiet",
      ])
    );
    const [first, ...rest] = await Promise.all(
      [creator, ...joiners].map((process) => process.ended),
    );
    assert.deepEqual(first, { code: 0, stdout: `${ticket}\n11\n`, stderr: "" });
    for (const end of rest) assert.deepEqual(end, { code: 0, stdout: "11\n", stderr: "" });
  },
);

processTest("a program that panics ends in exit 10 on every party, and tells where", async () => {
  const inputs = ["4294967295", "1", "0"];
  const creator = party(["--program=.add.garble.rs", "--party=0", `--input=${inputs[0]}`, "new"]);
  const ticket = await ticketOf(creator);
  const joiners = [1, 2].map((self) =>
    party([
      "--program=.add.garble.rs",
      `--party=${self}`,
      `--input=${inputs[self]}`,
      "join",
      ticket,
    ])
  );
  for (const end of await Promise.all([creator, ...joiners].map((process) => process.ended))) {
    assertEnded(end, 10, /Overflow/);
    assert.doesNotMatch(end.stdout + end.stderr, /4294967295/, "an input is shown");
  }
});
