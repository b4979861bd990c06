import assert from "node:assert/strict";
import { UsageError } from "../../lib/base/mod.ts";
import { buildOfTree } from "../../lib/cli/build.ts";
import { readTextFile } from "../../lib/cli/text_file.ts";
import { bundleProgram, inlineJson } from "../../scripts/bundle.ts";
import { parsePlan, PERMISSIONS, TARGETS } from "../../scripts/compile.ts";
import { runDemo } from "../../scripts/demo.ts";

Deno.test("parsePlan() builds all five targets unless some are named", () => {
  assert.equal(TARGETS.length, 5);
  assert.deepEqual(parsePlan([], {}), { targets: TARGETS, output: "dist", deno: Deno.execPath() });
  const target = TARGETS[1] ?? "";
  const local = { denort: "/denort", deno: "/deno" };
  assert.deepEqual(parsePlan(["--target", target, "--output", "o"], local), {
    ...{ targets: [target], output: "o", deno: "/deno" },
  });
});

Deno.test("parsePlan() refuses unknown flags and one base binary for several targets", () => {
  assert.throws(() => parsePlan(["--target", "amiga"], {}), UsageError);
  assert.throws(() => parsePlan(["--fast", "1"], {}), UsageError);
  assert.throws(() => parsePlan(["--target"], {}), UsageError);
  assert.throws(() => parsePlan([], { denort: "/denort" }), /DENORT_BIN/);
});

const denort = Deno.env.get("DENORT_BIN");

/** What an executable prints. */
async function printed(...line: readonly string[]): Promise<string> {
  const [command = "", ...args] = line;
  const { code, stdout, stderr } = await new Deno.Command(command, { args }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test({
  name: denort === undefined
    ? "no executable was built and run, since DENORT_BIN does not name a base binary"
    : "an executable has all its parts, and three of it compute",
  ignore: denort === undefined,
  async fn(): Promise<void> {
    const output = await Deno.makeTempDir();
    try {
      const { target } = Deno.build;
      const build = ["run", "-A", "scripts/compile.ts", "--target", target, "--output", output];
      await printed(Deno.execPath(), ...build);
      const executable = `${output}/p2p-mpc-${target}`;
      assert.match(await printed(executable, "--version"), /^p2p-mpc \d+\.\d+\.\d+\n$/);
      assert.match(await printed(executable, "self-test"), /^(ok: .*\n){4,}$/);
      const codes = await runDemo(() => {}, [executable]);
      assert.deepEqual(codes, [0, 0, 0]);
      const sums = await Deno.readTextFile(`${output}/SHA256SUMS`);
      assert.match(
        sums,
        new RegExp(`^[0-9a-f]{64}  p2p-mpc-${target}\n[0-9a-f]{64}  sbom.cdx.json\n$`),
      );
    } finally {
      await Deno.remove(output, { recursive: true });
    }
  },
});

Deno.test("the bundle that executables are made of has all its parts, and starts a worker of itself", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/main.js`;
    await bundleProgram(file);
    const run = [Deno.execPath(), "run", ...PERMISSIONS, file];
    assert.match(await printed(...run, "self-test"), /^(ok: .*\n){4,}$/);
    // The bundle stands in a folder of its own, so that it knows its tree from the build alone.
    const facts = JSON.parse(await printed(...run, "version", "--json"));
    const { commit, lock } = await buildOfTree(".", { readTextFile });
    assert.deepEqual([facts.commit, facts.lock], [commit, lock]);
    assert.match(facts.lock, /^sha256:[0-9a-f]{64}$/);
    const program = ["--program=examples/sum/sum.garble.rs", "--party=0", "--input=1"];
    // The worker compiles, so that this error comes from there.
    const [command = "", ...args] = [...run, ...program, "--max-gates=1", "new"];
    const { code, stderr } = await new Deno.Command(command, { args }).output();
    assert.equal(code, 9);
    assert.match(new TextDecoder().decode(stderr), /^error: .*limit "gates"/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("inlineJson() puts a package's own JSON in place of the call that reads it", () => {
  const bundle = [
    "var init_a = __esm({",
    '  "../cache/a/1.0.0/dist/a.js"() {',
    "    req = createRequire(import.meta.url);",
    '    ({ name } = req("../package.json"));',
    '    other("../package.json");',
  ].join("\n");
  const read: string[] = [];
  const text = inlineJson(bundle, (path) => {
    read.push(path);
    return '{ "name": "a" }\n';
  });
  assert.deepEqual(read, ["../cache/a/1.0.0/dist/../package.json"]);
  assert.ok(text.includes('({ name } = ({ "name": "a" }));'));
  assert.ok(text.includes('other("../package.json")'));
});
