import assert from "node:assert/strict";
import { countCases } from "../../scripts/test.ts";
import { importsOf, reachable, testFindings } from "../../scripts/tidy.ts";
import { LAYERS } from "../../scripts/lint_plugin.ts";

Deno.test("countCases() tells passed, failed and skipped cases apart", () => {
  const junit = `<testsuite><testcase name="a"/><testcase name="b"><failure>x</failure></testcase>
    <testcase name="c"><skipped/></testcase><testcase name="d"><properties></properties></testcase></testsuite>`;
  assert.deepEqual(countCases(junit), { passed: 2, failed: 1, skipped: 1 });
});

Deno.test("reachable() follows static, dynamic and worker imports and finds dead files", () => {
  const texts = new Map([
    ["main.ts", `import { a } from "./lib/a.ts"; await import("./lib/b.ts");`],
    ["lib/a.ts", `export * from "./sub/c.ts"; new Worker(new URL("./w.ts", import.meta.url));`],
    ["lib/b.ts", ""],
    ["lib/sub/c.ts", `import "../b.ts";`],
    ["lib/w.ts", ""],
    ["lib/dead.ts", ""],
  ]);
  assert.deepEqual(importsOf(texts.get("lib/a.ts") ?? ""), ["./sub/c.ts", "./w.ts"]);
  const live = reachable(texts, ["main.ts"]);
  assert.deepEqual([...texts.keys()].filter((path) => !live.has(path)), ["lib/dead.ts"]);
});

Deno.test("testFindings() reports tests that assert nothing or are skipped", () => {
  assert.equal(testFindings("t", `Deno.test("x", () => {});`).length, 1);
  assert.equal(
    testFindings("t", ["Deno.test", `ignore("x", () => assert.ok(f()));`].join(".")).length,
    1,
  );
  assert.equal(testFindings("t", `Deno.test("x", () => assert.ok(f()));`).length, 0);
});

/** What `deno lint` says about `text` as a file of `lib/`. */
async function lint(path: string, text: string): Promise<string> {
  const root = await Deno.makeTempDir();
  try {
    const file = `${root}/lib/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
    const plugin = new URL("../../scripts/lint_plugin.ts", import.meta.url).pathname;
    await Deno.writeTextFile(`${root}/deno.json`, JSON.stringify({ lint: { plugins: [plugin] } }));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["lint", "lib"],
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("the layer rule refuses upward imports, back doors and impure calls", async () => {
  const cases: readonly { path: string; text: string; finding: RegExp }[] = [
    {
      path: "mpc/a.ts",
      text: `import { x } from "../net/mod.ts"; x();`,
      finding: /may not import layer "net"/,
    },
    {
      path: "garble/a.ts",
      text: `import { x } from "../circuit/builder.ts"; x();`,
      finding: /through its mod.ts/,
    },
    {
      path: "session/a.ts",
      text: `import { x } from "libp2p"; x();`,
      finding: /Only lib\/net may import/,
    },
    {
      path: "mpc/b.ts",
      text: `export const t: number = Date.now();`,
      finding: /not allowed in a pure layer/,
    },
    {
      path: "crypto/c.ts",
      text: `crypto.getRandomValues(new Uint8Array(1));`,
      finding: /not allowed in a pure layer/,
    },
  ];
  for (const { path, text, finding } of cases) assert.match(await lint(path, text), finding);
  const allowed = await lint(
    "net/a.ts",
    `import type { Channel } from "../mpc/channel.ts"; export type C = Channel;`,
  );
  assert.match(allowed, /Checked 1 file/);
  assert.doesNotMatch(allowed, /error\[/);
});

// feature: B51, B54
Deno.test("the layers form no cycle", () => {
  const order: string[] = [];
  const visit = (layer: string, path: readonly string[]): void => {
    assert.ok(!path.includes(layer), `cycle: ${[...path, layer].join(" → ")}`);
    for (const below of LAYERS[layer] ?? []) visit(below, [...path, layer]);
    order.push(layer);
  };
  for (const layer of Object.keys(LAYERS)) visit(layer, []);
  assert.ok(order.length >= Object.keys(LAYERS).length);
});
