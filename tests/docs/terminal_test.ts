/** What runs the commands of the documents notices when one does not work. */
import assert from "node:assert/strict";
import { blocksOf, commandsOf } from "./blocks.ts";
import { Terminal } from "./terminal.ts";

Deno.test("a command that fails, a ticket that never comes and a wrong pipe are told", async () => {
  await using terminal = await Terminal.open();
  const failing = [
    { line: "p2p-mpc --bogus", about: /bogus/ },
    { line: "p2p-mpc check none.rs", about: /none\.rs/ },
    { line: "p2p-mpc --program=none.rs --input=1 new", about: /never showed/ },
    { line: "p2p-mpc --network-port 1 --listen /ip4/127.0.0.1/tcp/0", about: /never showed/ },
    { line: "false | cat", about: /false/ },
  ];
  for (const { line, about } of failing) await assert.rejects(terminal.run([line]), about);
  await terminal.run(["p2p-mpc --version", "test -f .add.garble.rs"]);
});

Deno.test("blocks and commands are read as they are shown", () => {
  const text = "a\n```sh\none \\\n  two # why\n# no\nthree\n```\n```text (shown)\nfour\n```\n";
  const [first, second] = blocksOf("x.md", text);
  assert.deepEqual([first?.line, first?.language, first?.reason], [2, "sh", ""]);
  assert.deepEqual(commandsOf(first?.text ?? ""), ["one two", "three"]);
  assert.deepEqual([second?.language, second?.reason], ["text", "shown"]);
});
