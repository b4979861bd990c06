import assert from "node:assert/strict";
import { ProgramError } from "../../lib/base/mod.ts";
import { readInputFile } from "../../lib/cli/input_file.ts";
import { main } from "../../lib/cli/mod.ts";
import { fakeSystem } from "./fake_system.ts";

Deno.test("`readInputFile()` takes the form from the ending unless it is given", async () => {
  const system = fakeSystem({ files: { "a.csv": "1", "a.json": "2", "a": "3" } });
  const format = async (path: string): Promise<string> =>
    (await readInputFile(path, undefined, system)).format;
  assert.deepEqual(await Promise.all(["a.csv", "a.json", "a"].map(format)), [
    "csv",
    "json",
    "garble",
  ]);
  assert.deepEqual(await readInputFile("a.csv", "garble-json", system), {
    path: "a.csv",
    format: "garble-json",
    text: "1",
  });
  await assert.rejects(readInputFile("b", undefined, system), ProgramError);
});

Deno.test("`new` ends with 3 before it opens a port when the input file is missing or wrong", async () => {
  const files = { "a.rs": "pub fn main(x: u8, y: u8) -> u8 { x + y }", "wrong.txt": "98765432" };
  const cases = [
    ["none.txt", /Cannot read the input file "none\.txt"/],
    ["wrong.txt", /a number of type u8/],
  ] as const;
  for (const [file, message] of cases) {
    const system = fakeSystem({ files });
    const args = ["--program=a.rs", "--party=0", `--input-file=${file}`, "new"];
    assert.equal(await main(args, system), 3, system.err());
    assert.match(system.err(), message);
    assert.doesNotMatch(system.err(), /98765432/);
    assert.equal(system.out(), "");
  }
});
