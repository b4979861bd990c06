/** The example of a program that embeds the library, from source, as one file, and under Node. */
import assert from "node:assert/strict";

const EXAMPLE = new URL("../../examples/embed/embed.ts", import.meta.url).pathname;
const RESULT = "party 0 learns: Richer::First\nparty 1 learns: Richer::First\n";

async function run(command: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await new Deno.Command(command, { args: [...args] }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("a program that embeds the library computes over its own channel, without any permission", async () => {
  assert.equal(await run(Deno.execPath(), "run", "--quiet", "--no-prompt", EXAMPLE), RESULT);
});

async function bundled(test: (file: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/embed.mjs`;
    await run(Deno.execPath(), "bundle", "--quiet", "--output", file, EXAMPLE);
    await test(file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the same as one file", () =>
  bundled(async (file) => {
    assert.equal(await run(Deno.execPath(), "run", "--quiet", "--no-prompt", file), RESULT);
  }));

const hasNode = await run("node", "--version").then(() => true, () => false);

Deno.test({
  name: hasNode ? "the same as one file under Node" : "not run under Node, which is not here",
  ignore: !hasNode,
  fn: () => bundled(async (file) => assert.equal(await run("node", file), RESULT)),
});
