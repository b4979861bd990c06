import assert from "node:assert/strict";
import { UsageError } from "../../lib/base/mod.ts";
import { parsePlan, TARGETS } from "../../scripts/compile.ts";

Deno.test("parsePlan() builds all five targets unless some are named", () => {
  assert.equal(TARGETS.length, 5);
  assert.deepEqual(parsePlan([], undefined), { targets: TARGETS, output: "dist" });
  const target = TARGETS[1] ?? "";
  assert.deepEqual(parsePlan(["--target", target, "--output", "o"], "/denort"), {
    targets: [target],
    output: "o",
  });
});

Deno.test("parsePlan() refuses unknown flags and one base binary for several targets", () => {
  assert.throws(() => parsePlan(["--target", "amiga"], undefined), UsageError);
  assert.throws(() => parsePlan(["--fast", "1"], undefined), UsageError);
  assert.throws(() => parsePlan(["--target"], undefined), UsageError);
  assert.throws(() => parsePlan([], "/denort"), /DENORT_BIN/);
});

Deno.test({
  name: "an executable built with DENORT_BIN answers --version",
  ignore: Deno.env.get("DENORT_BIN") === undefined,
  async fn(): Promise<void> {
    const output = await Deno.makeTempDir();
    try {
      const target = Deno.build.target;
      const build = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "scripts/compile.ts", "--target", target, "--output", output],
      }).output();
      assert.equal(build.code, 0, new TextDecoder().decode(build.stderr));
      const run = await new Deno.Command(`${output}/p2p-mpc-${target}`, { args: ["--version"] })
        .output();
      assert.match(new TextDecoder().decode(run.stdout), /^p2p-mpc \d+\.\d+\.\d+\n$/);
    } finally {
      await Deno.remove(output, { recursive: true });
    }
  },
});

Deno.test("the bundle that executables are made of starts a worker of itself", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const deno = (...args: string[]): Promise<Deno.CommandOutput> =>
      new Deno.Command(Deno.execPath(), { args }).output();
    const built = await deno("bundle", "--quiet", "--output", `${folder}/main.js`, "main.ts");
    assert.equal(built.code, 0, new TextDecoder().decode(built.stderr));
    const program = ["--program=examples/sum/sum.garble.rs", "--party=0", "--input=1"];
    // The worker compiles, so that this error comes from there.
    const { code, stderr } = await deno(
      ...["run", "--allow-net", "--allow-env", "--allow-read", "--allow-sys"],
      ...[`${folder}/main.js`, ...program, "--max-gates=1", "new"],
    );
    assert.equal(code, 9);
    assert.match(new TextDecoder().decode(stderr), /^error: .*limit "gates"/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
