import assert from "node:assert/strict";
import { ProgramError, UsageError } from "../../lib/base/mod.ts";
import { parseConfigFile } from "../../lib/cli/config_file.ts";
import { readExpectedPeers } from "../../lib/cli/consent/decide.ts";
import { parsePolicy } from "../../lib/cli/consent/policy_file.ts";
import { denoSystem, main } from "../../lib/cli/mod.ts";
import { NOTE_BYTES_MAX, readTextFile, textOf } from "../../lib/cli/text_file.ts";
import { inFolder } from "../machine.ts";
import { fakeSystem } from "./fake_system.ts";

const REAL = denoSystem("");
const SUM = "pub fn main(x: u8, y: u8) -> u8 { x + y }";

/** How a command ends over files that are there. */
async function ended(...args: readonly string[]): Promise<{ code: number; err: string }> {
  const system = { ...REAL, ...fakeSystem(), readTextFile };
  return { code: await main(args, system), err: system.err() };
}

Deno.test("a text is read up to its bound, and no further", () =>
  inFolder(async (folder) => {
    const path = `${folder}/text`;
    await Deno.writeTextFile(path, "12345");
    assert.equal(await readTextFile(path, 5), "12345");
    await assert.rejects(readTextFile(path, 4), /^InvalidData: it has more than 4 bytes$/);
    let pulled = 0;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(10).fill(48 + pulled++ % 10)),
    });
    await assert.rejects(textOf(endless, 95), /more than 95 bytes/);
    assert.ok(pulled < 15);
    await Deno.truncate(path, 2 ** 30);
    const { code, err } = await ended("check", path);
    assert.equal(code, 3);
    assert.match(err, /^error: Cannot read program ".*": it has more than 134 MB\n/);
    await assert.rejects(readExpectedPeers(path, { peers: {}, addresses: [] }, REAL), UsageError);
    assert.match((await ended("--config", path, "config", "show")).err, /cause: it has more than/);
  }));

Deno.test("expected peers are all read, also in a long file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/peers`;
    await Deno.writeTextFile(path, `${"#\n".repeat(1 << 16)}stranger\n`);
    const reading = readExpectedPeers(path, { peers: {}, addresses: [] }, REAL);
    await assert.rejects(reading, /"stranger" is no peer id/);
  }));

Deno.test("what is not UTF-8 is refused with its line; a mark of byte order is left out", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.rs`;
    const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
    for (const byte of ["\xe8", "\xe9", "\xed\xa0\x80", "\xff"]) {
      await Deno.writeFile(path, bytes(`${SUM}\n// ${byte}\n`));
      const { code, err } = await ended("check", path);
      assert.deepEqual([code, /: line 2 is not UTF-8$/m.test(err)], [3, true], err);
    }
    await Deno.writeFile(path, bytes("\xef\xbb\xbfx\xc3\xa9"));
    assert.equal(await readTextFile(path, NOTE_BYTES_MAX), "x\u00e9");
  }));

Deno.test("an error in an input names its file, and a folder is none", () =>
  inFolder(async (folder) => {
    const [program, empty, bad] = [`${folder}/a.rs`, `${folder}/empty`, `${folder}/bad`];
    await Deno.writeTextFile(program, SUM);
    await Deno.writeTextFile(empty, "");
    await Deno.writeFile(bad, Uint8Array.of(255));
    const cases = [
      [empty, `Cannot use the input "${empty}": `],
      [bad, `Cannot read the input file "${bad}": line 1 is not UTF-8`],
      [folder, `Cannot read the input file "${folder}": it is a folder`],
      ["700", "Cannot use the input: "],
    ] as const;
    for (const [input, message] of cases) {
      const { code, err } = await ended("eval", program, input, "1");
      assert.equal(code, new ProgramError("").exitCode, err);
      assert.ok(err.startsWith(`error: ${message}`), err);
    }
  }));

Deno.test("YAML that grows or nests without end is a mistake in the file", () => {
  const level = (i: number): string => `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`).join()}]`;
  const bomb = ["a0: &a0 [x]", ...Array.from({ length: 9 }, (_, i) => level(i + 1))].join("\n");
  const deep = `peers: ${"[".repeat(20_000)}`;
  for (const text of [bomb, deep, `${deep}${"]".repeat(20_000)}`]) {
    for (
      const read of [
        parsePolicy.bind(undefined, "p"),
        (given: string) => parseConfigFile(given, "c"),
      ]
    ) {
      assert.throws(() => read(text), (error) => {
        const why = text === bomb ? /alias/i : /it is nested too deeply/;
        return error instanceof UsageError && why.test(error.message);
      });
    }
  }
});
