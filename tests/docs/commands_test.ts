/** The commands in the documents and in the help texts work as they stand. */
import assert from "node:assert/strict";
import { parseArgs } from "../../lib/cli/args.ts";
import { COMMANDS, NODE_TEXT } from "../../lib/cli/commands.ts";
import { main } from "../../lib/cli/mod.ts";
import { fakeSystem } from "../cli/fake_system.ts";
import { type Block, blocksOf, commandsOf, documents } from "./blocks.ts";
import { Terminal, wordsOf } from "./terminal.ts";

const ROOT = new URL("../../", import.meta.url);

for (const [path, text] of await documents()) {
  const blocks = blocksOf(path, text);
  const run = blocks.filter(({ language, reason }) => language === "sh" && reason === "");
  if (run.length > 0) {
    // feature: B15
    Deno.test(`${path}: its ${run.length} blocks of commands work`, async () => {
      await using terminal = await Terminal.open();
      for (const block of run) await terminal.run(commandsOf(block.text));
    });
  }
}

Deno.test("every fenced block of the documents is run, or says why not", async () => {
  const silent = (block: Block): boolean => block.language !== "sh" && block.reason === "";
  const found: string[] = [];
  for (const [path, text] of await documents()) {
    found.push(...blocksOf(path, text).filter(silent).map(({ line }) => `${path}:${line}`));
  }
  assert.deepEqual(found, []);
});

/** The command lines of `text` that begin with `p2p-mpc check`, `eval` or `compile` and name examples. */
function commandLines(text: string): string[] {
  const pattern = /^ *p2p-mpc ((?:check|eval|compile) .*examples\/.*)$/gm;
  return [...text.matchAll(pattern)].map(([, line]) => line ?? "");
}

async function run(line: string): Promise<void> {
  const args = line.trim().split(/ +/);
  const files: Record<string, string> = {};
  for (const path of args.filter((arg) => arg.startsWith("examples/"))) {
    files[path] = await Deno.readTextFile(new URL(path, ROOT));
  }
  const system = fakeSystem({ files });
  assert.equal(await main(args, system), 0, `${line}\n${system.err()}`);
}

Deno.test("the commands in the help texts of check, eval and compile work", async () => {
  for (const name of ["check", "eval", "compile"] as const) {
    const lines = commandLines(COMMANDS[name].details);
    assert.ok(lines.length > 0, name);
    for (const line of lines) await run(line);
  }
});

Deno.test("every example of a help text is a command line that the program takes", () => {
  let read = 0;
  for (const { details } of [NODE_TEXT, ...Object.values(COMMANDS)]) {
    for (const line of commandsOf(details)) {
      const filled = line.replaceAll(/<[^<>]+>/g, "x").replace(/ (>|&&|\|) .*/, "");
      const [, args] = /^(?:[A-Z0-9_]+=\S* +)*p2p-mpc\b(.*)/.exec(filled) ?? [];
      if (args === undefined) continue;
      const parsed = parseArgs(wordsOf(args));
      assert.equal(parsed.kind, "run", line);
      read++;
    }
  }
  assert.ok(read > 20, `${read} examples`);
});
