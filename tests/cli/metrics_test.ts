import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const HEAD = "# HELP p2p_mpc_a Some\n# TYPE p2p_mpc_a gauge\n";

/** A page of metrics whose value goes up with each look. */
function servePage(body?: string): { url: string } & AsyncDisposable {
  let looks = 0;
  const page = (): string => `${HEAD}p2p_mpc_a{kind="x"} ${++looks}\np2p_mpc_a{kind="y"} +Inf\n`;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(body ?? page()),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/metrics`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function show(
  url: string,
  ...flags: readonly string[]
): Promise<FakeSystem & { readonly code: number }> {
  const system = fakeSystem();
  const code = await main(["metrics", "--url", url, ...flags], system);
  return Object.assign(system, { code });
}

Deno.test("`metrics` shows the page, or what matches of it, as text or as JSON", async () => {
  await using page = servePage();
  assert.equal(
    (await show(page.url)).out(),
    `${HEAD}p2p_mpc_a{kind="x"} 1\np2p_mpc_a{kind="y"} +Inf\n`,
  );
  const some = await show(page.url, "--grep", 'kind="y"');
  assert.equal(some.out(), `${HEAD}p2p_mpc_a{kind="y"} +Inf\n`);
  const json = JSON.parse((await show(page.url, "--json")).out());
  assert.deepEqual(Object.keys(json), ["v", "ts", "samples"]);
  assert.deepEqual(json.samples, [
    { name: "p2p_mpc_a", labels: { kind: "x" }, value: "3" },
    { name: "p2p_mpc_a", labels: { kind: "y" }, value: "Infinity" },
  ]);
  const nothing = await show(page.url, "--grep", "nothing");
  assert.deepEqual([nothing.code, nothing.out().trim()], [0, ""]);
});

Deno.test("`metrics --watch` shows the page again and again, until Ctrl-C", async () => {
  await using page = servePage();
  const system = fakeSystem({ terminal: true });
  const { after } = system;
  const { write } = system.stdout;
  // The pause is over at once, the limit of a request never.
  system.after = (ms, action): () => void => {
    if (ms === 2000) queueMicrotask(action);
    return after(ms, action);
  };
  system.stdout.write = (text): void => {
    write(text);
    if (text.includes('{kind="x"} 3\n')) system.raise("SIGINT");
  };
  assert.equal(await main(["metrics", "--url", page.url, "--watch", "--grep", "x"], system), 130);
  const pages = system.out().split("\x1b[H\x1b[J");
  assert.equal(pages[2], `${HEAD}p2p_mpc_a{kind="x"} 2\n`);
  assert.equal(system.left(), 0);
});

Deno.test("`metrics --watch` ends when nobody reads it any more", async () => {
  await using page = servePage();
  const system = fakeSystem({ outputMax: 0 });
  assert.equal(await main(["metrics", "--url", page.url, "--watch"], system), 2);
  assert.match(system.err(), /^error: Cannot write to standard output: it was closed/);
});

Deno.test("`metrics` says that nobody answers, that somebody else does, or that the pattern is none", async () => {
  await using page = servePage("<html>\u001b[31m</html>");
  const other = await show(page.url);
  assert.equal(other.code, 4);
  assert.match(
    other.err(),
    /^error: Cannot read the metrics at .*\ncause: it is no page of metrics/,
  );
  assert.ok(!other.err().includes("\u001b"));
  const nobody = await show("http://127.0.0.1:1/metrics");
  assert.equal(nobody.code, 4);
  assert.match(nobody.err(), /hint: start a node/);
  const pattern = await show(page.url, "--grep", "(");
  assert.equal(pattern.code, 2);
  assert.match(pattern.err(), /--grep: "\(": it is no regular expression/);
});
