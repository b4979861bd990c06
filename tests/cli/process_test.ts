import assert from "node:assert/strict";
import { EXIT_CODES } from "../../lib/base/mod.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...args: readonly string[]): Promise<Ended> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-env", "--allow-read", MAIN, ...args],
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("`main.ts --help` needs no network and no write permission", async () => {
  const { code, out } = await run("--help");
  assert.equal(code, 0);
  assert.match(out, /^Usage: p2p-mpc /);
});

Deno.test("`main.ts help exit-codes` shows the table", async () => {
  const { code, out } = await run("help", "exit-codes");
  assert.equal(code, 0);
  for (const meaning of Object.values(EXIT_CODES)) assert.ok(out.includes(meaning), meaning);
});

Deno.test("`main.ts` ends with the exit code of the error", async () => {
  const { code, out, err } = await run("--netwrok-port", "1");
  assert.equal(code, 2);
  assert.equal(out, "");
  assert.match(err, /hint: did you mean "--network-port"\?\n$/);
});
