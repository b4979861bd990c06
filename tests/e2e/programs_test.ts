import assert from "node:assert/strict";
import {
  assertEnded,
  type Ended,
  lastLine,
  party,
  processTest,
  programFile,
  ticketOf,
} from "./process.ts";

/** Two parties with flags of their own; how both ended. */
async function session(creator: readonly string[], joiner: readonly string[]): Promise<Ended[]> {
  const first = party(["-q", "--party=0", ...creator, "new"]);
  const ticket = await ticketOf(first);
  const second = party(["-q", "--party=1", ...joiner, "join", ticket]);
  return await Promise.all([first.ended, second.ended]);
}

// feature: B82
processTest(
  "two processes compute AES-128 from the circuit file, with the vector of FIPS 197",
  async () => {
    const program = "--program=examples/circuits/aes_128.txt";
    const ended = await session(
      [program, "--input=000102030405060708090a0b0c0d0e0f"],
      [program, "--input=0x00112233445566778899aabbccddeeff"],
    );
    for (const end of ended) {
      assertEnded(end, 0);
      assert.equal(lastLine(end.stdout), "0x69c4e0d86a7b0430d8cdb78070b4c55a");
    }
  },
);

const TABLE = "const ROWS: usize = PARTY_0::ROWS;\n" +
  "pub fn total(x: [i16; ROWS], y: i16) -> (i16, bool) { (x[0] + y, x[1] > y) }\n";

processTest("entry function, constants and forms of values come from flags", async () => {
  await using program = await programFile(TABLE);
  await using file = await programFile("3\n");
  const flags = [`--program=${program.path}`, "--entry=total", "--const=PARTY_0::ROWS=2"];
  const json = ["--input-format=json", "--output-format=json"];
  const [creator, joiner] = await session(
    [...flags, ...json, "--input=[-5, 9]"],
    [...flags, `--input-file=${file.path}`, "--workers=0"],
  );
  assert.ok(creator !== undefined && joiner !== undefined);
  assertEnded(creator, 0);
  assertEnded(joiner, 0);
  assert.equal(lastLine(creator.stdout), "[-2,true]");
  assert.equal(lastLine(joiner.stdout), "(-2, true)");
});

processTest(
  "other constants or other limits are told before anything of an input is used",
  async () => {
    await using program = await programFile(TABLE);
    const flags = [`--program=${program.path}`, "-f=total", "--const=PARTY_0::ROWS=2"];
    const cases = [
      {
        other: [`--program=${program.path}`, "-f=total", "--const=PARTY_0::ROWS=3"],
        field: /ROWS/,
      },
      { other: [...flags, "--max-gates=1000"], field: /limits.*"gates":1000/ },
    ];
    for (const { other, field } of cases) {
      const ended = await session([...flags, "--input=[1, 2]"], [...other, "--input=3"]);
      for (const end of ended) assertEnded(end, 5, field);
    }
  },
);
