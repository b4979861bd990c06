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

// feature: B35
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

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  // feature: B16, B71
  Deno.test(`a node that gets ${signal} ends with ${expected}`, async () => {
    const command = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--allow-env", "--allow-read", "--allow-net", "--allow-sys"],
        ...[MAIN, "--listen", "/ip4/127.0.0.1/tcp/0", "-m", "0"],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    });
    const child = command.spawn();
    let err = "";
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      if (!err.includes("listening on") && (err + chunk).includes("listening on")) {
        child.kill(signal);
      }
      err += chunk;
    }
    const { code } = await child.status;
    assert.equal(code, expected);
    assert.match(err, /> stopping\.\.\./);
  });
}

/** Compiles for seconds; the comment is longer than a pipe is wide. */
const LONG = `// ${" ".repeat(200_000)}
pub fn main(x: u64, y: u64) -> u64 {
    let mut sum = y;
    for i in 0..1000000 {
        sum = sum ^ (x * (y ^ sum));
    }
    sum
}
`;
const COMPILING = {
  check: ["check", "/dev/stdin"],
  eval: ["eval", "/dev/stdin", "1", "2"],
  compile: ["compile", "/dev/stdin", "-o", "./.never.json"],
};

for (const [name, args] of Object.entries(COMPILING)) {
  for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    // feature: B71
    Deno.test(`\`${name}\` that gets ${signal} in the middle of compiling ends with ${expected}`, async () => {
      const command = new Deno.Command(Deno.execPath(), {
        args: [
          // Why all: without, the runtime does not read /dev/stdin.
          ...["run", "--allow-all", MAIN, ...args],
          ...["--max-compile-time=20", "--max-gates=500000000"],
        ],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      });
      const child = command.spawn();
      const stdin = child.stdin.getWriter();
      // Once this is written the program has been read, but for less than a pipe holds.
      await stdin.write(new TextEncoder().encode(LONG));
      await stdin.close();
      child.kill(signal);
      const { code, stdout } = await child.output();
      assert.equal(code, expected);
      assert.equal(stdout.length, 0);
    });
  }
}

Deno.test("`main.ts` whose output is full or closed says so, and does not end in 0", async () => {
  const full = new Deno.Command("sh", {
    args: ["-c", 'exec "$@" >/dev/full', "sh", Deno.execPath(), "run", "-ERq", MAIN, "--version"],
    stderr: "piped",
  });
  const closed = new Deno.Command(Deno.execPath(), {
    args: ["run", "-ERq", MAIN, "--version"],
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  });
  const cases = Deno.build.os === "linux" ? [{ command: full, why: /No space left/ }] : [];
  for (const { command, why } of [...cases, { command: closed, why: /it was closed/ }]) {
    const child = command.spawn();
    if (command === closed) await child.stdout.cancel();
    const [{ code }, err] = await Promise.all([child.status, new Response(child.stderr).text()]);
    assert.equal(code, 2, err);
    assert.match(err, /^error: Cannot write to standard output: /);
    assert.match(err, why);
  }
});
