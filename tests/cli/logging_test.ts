import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { openLogFile } from "../../lib/cli/log_file.ts";
import { inFolder } from "../machine.ts";
import { fakeSystem } from "./fake_system.ts";

const NAMED = { what: "log file", flag: "--log-file" };

function unexpected(text: string): void {
  assert.fail(text);
}

Deno.test("a log file goes on where it ended, and only its owner may read it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/new/log.txt`;
    for (const line of ["one\n", "two\n"]) {
      const file = openLogFile({ ...NAMED, path, bytesMax: 100, kept: 1, onFailure: unexpected });
      file.write(line);
      file.close();
    }
    assert.equal(await Deno.readTextFile(path), "one\ntwo\n");
    if (Deno.build.os !== "windows") {
      assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("a full log file is put aside, and the oldest goes", () =>
  inFolder(async (folder) => {
    const path = `${folder}/log`;
    const file = openLogFile({ ...NAMED, path, bytesMax: 8, kept: 2, onFailure: unexpected });
    for (const line of ["1111\n", "2222\n", "3333\n", "a line longer than a file\n", "5\n"]) {
      file.write(line);
    }
    file.close();
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, ["log", "log.1", "log.2"]);
    const texts = names.map((name) => Deno.readTextFileSync(`${folder}/${name}`));
    assert.deepEqual(texts, ["5\n", "a line longer than a file\n", "3333\n"]);
    await Promise.resolve();
  }));

Deno.test("with no file kept, a full log file is removed", () =>
  inFolder((folder) => {
    const path = `${folder}/log`;
    const file = openLogFile({ ...NAMED, path, bytesMax: 4, kept: 0, onFailure: unexpected });
    file.write("1111\n");
    file.write("2222\n");
    file.close();
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["log"]);
    assert.equal(Deno.readTextFileSync(path), "2222\n");
  }));

Deno.test("a log file that cannot be written any more is given up with one word of it", () =>
  inFolder((folder) => {
    const path = `${folder}/log`;
    const told: string[] = [];
    const onFailure = (text: string): void => void told.push(text);
    const file = openLogFile({ ...NAMED, path, bytesMax: 4, kept: 1, onFailure });
    // A folder in the place of the next older file cannot be removed while something is in it.
    Deno.mkdirSync(`${path}.1/full`, { recursive: true });
    for (let i = 0; i < 3; i++) file.write("1111\n");
    file.close();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /is given up/);
  }));

// feature: D5
Deno.test("--log-file gets the error that ends the program, and no secret", () =>
  inFolder(async (folder) => {
    const path = `${folder}/log`;
    const system = fakeSystem({
      files: { "p.rs": "pub fn main(x: u32, y: u32) -> u32 { x + y }" },
    });
    const args = [
      "--program=p.rs",
      "--party=0",
      "--input=3735928559x",
      `--log-file=${path}`,
      "new",
    ];
    assert.equal(await main([...args, "--listen=/ip4/127.0.0.1/tcp/0"], system), 3);
    const text = await Deno.readTextFile(path);
    assert.match(text, / error main: Cannot .*hint: /);
    assert.ok(!text.includes("3735928559"), text);
    assert.match(system.err(), /^error: /m);
  }));

Deno.test("--log-format json makes every line of stderr an object", async () => {
  const system = fakeSystem();
  const args = ["--log-format=json", "--program=none.rs", "--party=0", "--input=1", "new"];
  assert.equal(await main(args, system), 3);
  const records = system.err().trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(records.at(-1).level, "error");
  assert.equal(records.at(-1).module, "main");
});

Deno.test("a log file that cannot be opened is a mistake in the options", async () => {
  const system = fakeSystem();
  assert.equal(await main(["--log-file=/dev/null/x", "keygen"], system), 2);
  assert.match(system.err(), /Cannot write the log file "\/dev\/null\/x"/);
});
