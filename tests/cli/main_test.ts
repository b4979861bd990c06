import assert from "node:assert/strict";
import { EXIT_CODES, InterruptedError, LimitError, UsageError } from "../../lib/base/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { report } from "../../lib/cli/report.ts";
import { listenForStop } from "../../lib/cli/stop.ts";
import { fakeSystem } from "./fake_system.ts";

const SNAPSHOTS = new URL("../data/help/", import.meta.url);

/** Compares with the file, or writes it when UPDATE_SNAPSHOTS=1. */
async function snapshot(name: string, text: string): Promise<void> {
  const file = new URL(`${name}.txt`, SNAPSHOTS);
  if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") {
    await Deno.mkdir(SNAPSHOTS, { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  assert.equal(text, await Deno.readTextFile(file));
}

// feature: B35, B49
Deno.test("help texts are those of the snapshots (UPDATE_SNAPSHOTS=1 rewrites them)", async () => {
  const cases = {
    root: ["--help"],
    new: ["new", "--help"],
    join: ["help", "join"],
    preprocess: ["help", "preprocess"],
    check: ["check", "--help"],
    eval: ["help", "eval"],
    compile: ["compile", "-h"],
    keygen: ["keygen", "-h"],
    metrics: ["help", "metrics"],
    peers: ["help", "peers"],
    file: ["help", "file"],
    ping: ["help", "ping"],
    status: ["help", "status"],
    doctor: ["help", "doctor"],
    lookup: ["help", "lookup"],
    id: ["help", "id"],
    version: ["help", "version"],
    config: ["help", "config"],
    completions: ["help", "completions"],
    man: ["man", "--help"],
    "exit-codes": ["help", "exit-codes"],
  };
  for (const [name, args] of Object.entries(cases)) {
    const system = fakeSystem();
    assert.equal(await main(args, system), 0);
    assert.equal(system.err(), "");
    await snapshot(name, system.out());
  }
});

Deno.test("`help exit-codes` lists the codes of the error tree", async () => {
  const system = fakeSystem();
  assert.equal(await main(["help", "exit-codes"], system), 0);
  for (const [code, meaning] of Object.entries(EXIT_CODES)) {
    assert.match(system.out(), new RegExp(`^ +${code}  ${meaning.replace(/[()]/g, ".")}$`, "m"));
  }
});

// feature: B50
Deno.test("`--version` shows the version of deno.json", async () => {
  const system = fakeSystem();
  assert.equal(await main(["new", "--version"], system), 0);
  const text = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  assert.equal(system.out(), `p2p-mpc ${JSON.parse(text).version}\n`);
});

Deno.test("usage errors exit with 2, a message and the next step, and leave stdout empty", async () => {
  for (const args of [["nwe"], ["--bogus"], ["new"], ["-p", "x"], ["-c", "none.yml"]]) {
    const system = fakeSystem();
    assert.equal(await main(args, system), 2, args.join(" "));
    assert.match(system.err(), /^error: Cannot [^\n]+\n/, args.join(" "));
    assert.equal(system.out(), "");
  }
  const system = fakeSystem();
  await main(["nwe"], system);
  assert.match(system.err(), /\nhint: did you mean "new"\?\n$/);
});

Deno.test("with --json an error before the work is an event, too, wherever the flag stands", async () => {
  const asked: readonly (readonly string[])[] = [
    ["nwe", "--json"],
    ["--json", "--bogus"],
    ["--progress=maybe", "--json=true", "new"],
    ["new", "--json", "--no-json", "--json"],
    ["-p", "--json", "--json", "new"],
    ["id", "--json", "-c", "none.yml"],
    ["status", "--json", "--url=ftp://x"],
    ["new", "--json", "--program=a.rs", "--input=1", "-m", "1", "--metrics-host=256.0.0.1"],
  ];
  for (const args of asked) {
    const system = fakeSystem({ startMs: 5 });
    const code = await main(args, system);
    const { v, ts, event, message, exit_code } = JSON.parse(system.out());
    assert.deepEqual([v, ts, event], [1, "1970-01-01T00:00:00.005Z", "error"]);
    assert.ok(code > 0 && exit_code === code, args.join(" "));
    assert.ok(system.err().startsWith(`error: ${message}\n`), system.err());
  }
  const words = [["--bogus"], ["nwe", "--no-json"], ["-p", "--json", "new"], ["--", "--json"]];
  for (const args of words) {
    const system = fakeSystem();
    assert.equal(await main(args, system), 2);
    assert.equal(system.out(), "");
  }
  const system = fakeSystem({ env: { P2P_MPC_JSON: "yes" } });
  assert.equal(await main(["nwe"], system), 2);
  const { event, hint } = JSON.parse(system.out());
  assert.deepEqual([event, hint], ["error", 'did you mean "new"?']);
});

Deno.test("`metrics` exits with 4 and a hint when no node runs", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const system = fakeSystem();
  assert.equal(await main(["metrics", "--metrics-port", String(port)], system), 4);
  assert.match(
    system.err(),
    new RegExp(`^error: Cannot read the metrics at "http://127.0.0.1:${port}/metrics"\n`),
  );
  assert.match(system.err(), /\nhint: start a node/);
  assert.equal(system.left(), 0);
});

Deno.test("`metrics` gives up after its time, and at Ctrl-C", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}/metrics`;
  const late = fakeSystem();
  const first = main(["metrics", "--url", url], late);
  (await listener.accept()).close();
  assert.equal(await first, 4);

  for (
    const [act, code, text] of [
      ["elapse", 4, /cause: no answer in time\n/],
      ["raise", 130, /> stopping.*\nerror: Interrupted\n$/],
    ] as const
  ) {
    const system = fakeSystem();
    const ended = main(["metrics", "--url", url], system);
    const silent = await listener.accept();
    if (act === "elapse") system.elapse();
    else system.raise("SIGINT");
    assert.equal(await ended, code);
    assert.match(system.err(), text);
    assert.equal(system.left(), 0);
    silent.close();
  }
  listener.close();
});

Deno.test("`report()` tells error, causes and hint, and gives the exit code of the class", () => {
  let text = "";
  const write = (line: string): void => void (text += line);
  const cause = new Error("middle", { cause: new Error("deepest") });
  const error = new LimitError("Cannot go on: the limit is 5", { cause, hint: "raise it" });
  assert.equal(report(error, { write, debug: false }), 9);
  const expected =
    "error: Cannot go on: the limit is 5\ncause: middle\ncause: deepest\nhint: raise it\n";
  assert.equal(text, expected);
});

Deno.test("`report()` asks for a report of what is not expected, with the stack only for --debug", () => {
  let text = "";
  const write = (line: string): void => void (text += line);
  assert.equal(report(new TypeError("oops"), { write, debug: false }), 1);
  assert.match(text, /^error: unexpected: oops; please report this\nhint: .*--debug/);
  assert.doesNotMatch(text, /main_test\.ts/);
  text = "";
  assert.equal(report(new TypeError("oops"), { write, debug: true }), 1);
  assert.match(text, /\nstack: .*\n {2}.*main_test\.ts/);
  text = "";
  assert.equal(report("just text", { write, debug: true }), 1);
  assert.match(text, /^error: unexpected: just text; /);
});

Deno.test("text of a peer in an error cannot pass for a line of ours", () => {
  let text = "";
  const write = (line: string): void => void (text += line);
  const error = new UsageError("Cannot x: \x1b[2Jgone\nhint: run rm", { hint: "do y" });
  report(error, { write, debug: false });
  assert.equal(text, "error: Cannot x: \\u{1b}[2Jgone\n  hint: run rm\nhint: do y\n");
});

Deno.test("an input that gets into an error is not shown", async () => {
  const system = fakeSystem();
  const args = ["new", "--program=a.rs", "--party=0", "--input=3735928559", "--debug"];
  // The host is the input too, so that the error about the metrics page repeats it.
  const more = ["-m", "1", "--metrics-host=3735928559", "--json"];
  const code = await main([...args, ...more], system);
  assert.equal(code, 2);
  assert.match(system.err(), /^error: Cannot serve metrics on \(hidden\):1\n/);
  assert.match(JSON.parse(system.out()).message, /^Cannot serve metrics on \(hidden\):1$/);
  assert.doesNotMatch(system.err() + system.out(), /3735928559|deadbeef/i);
});

Deno.test("the first signal aborts with its reason, the second ends the patience", async () => {
  const system = fakeSystem();
  const notices: string[] = [];
  const stop = listenForStop(system, (event) => {
    if (event.kind === "notice") notices.push(event.text);
  });
  let over = false;
  const patience = stop.patienceOver.then(() => over = true);
  assert.equal(stop.reason(), undefined);
  system.raise("SIGINT");
  assert.ok(stop.signal.aborted);
  assert.ok(stop.signal.reason instanceof InterruptedError);
  assert.equal(stop.reason()?.exitCode, 130);
  assert.deepEqual(notices, ["stopping... (Ctrl-C again to stop at once)"]);
  await Promise.resolve();
  assert.equal(over, false);
  system.raise("SIGINT");
  await patience;
  assert.equal(stop.reason()?.exitCode, 130);
  stop.dispose();
  assert.equal(system.left(), 0);
});

Deno.test("an orderly end that takes too long is cut short", async () => {
  const system = fakeSystem();
  const stop = listenForStop(system, () => {});
  system.raise("SIGTERM");
  system.elapse();
  await stop.patienceOver;
  assert.equal(stop.reason()?.exitCode, 143);
  stop.dispose();
  assert.equal(system.left(), 0);
});
