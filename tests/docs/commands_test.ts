/** The commands in the documents and in the help texts that need no other party work as they stand. */
import assert from "node:assert/strict";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { main } from "../../lib/cli/mod.ts";
import { fakeSystem } from "../cli/fake_system.ts";

const ROOT = new URL("../../", import.meta.url);

/** The command lines of `text` that begin with `p2p-mpc check`, `eval` or `compile` and name examples. */
function commandLines(text: string): string[] {
  return [...text.matchAll(/^ *p2p-mpc ((?:check|eval|compile) .*examples\/.*)$/gm)].map((
    [, line],
  ) => line ?? "");
}

async function run(line: string): Promise<void> {
  const args = line.trim().split(/ +/);
  const files: Record<string, string> = {};
  for (const path of args.filter((arg) => arg.startsWith("examples/"))) {
    files[path] = await Deno.readTextFile(new URL(path, ROOT));
  }
  for (const name of ["alice", "bob", "carol"]) {
    files[`${name}.txt`] = await Deno.readTextFile(new URL(`examples/sum/${name}.txt`, ROOT));
  }
  const system = fakeSystem({ files });
  assert.equal(await main(args, system), 0, `${line}\n${system.err()}`);
}

Deno.test("the commands of README.md and examples/README.md work", async () => {
  let ran = 0;
  for (const path of ["README.md", "examples/README.md"]) {
    for (const line of commandLines(await Deno.readTextFile(new URL(path, ROOT)))) {
      await run(line);
      ran++;
    }
  }
  assert.ok(ran >= 2, `${ran} commands`);
});

Deno.test("the commands in the help texts of check, eval and compile work", async () => {
  for (const name of ["check", "eval", "compile"] as const) {
    const lines = commandLines(COMMANDS[name].details);
    assert.ok(lines.length > 0, name);
    for (const line of lines) await run(line);
  }
});
