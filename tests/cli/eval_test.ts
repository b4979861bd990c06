import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const FILES = {
  "sub.rs": "pub fn main(x: i32, y: i32) -> i32 {\n    x - y\n}",
  "all.rs": "pub fn main(x: [(u8, bool); 3]) -> u8 {\n    x[0].0 + x[1].0 + x[2].0\n}",
  "big.rs": "pub fn main(x: u64, y: u64) -> u64 { x ^ y }",
  "seven": "7\n",
} as const;

async function run(
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<FakeSystem & { readonly code: number }> {
  const system = fakeSystem({ files: { ...FILES, ...more } });
  return { ...system, code: await main(args, system) };
}

Deno.test("`eval` prints the bare value and nothing else", async () => {
  const { code, out, err } = await run(["eval", "sub.rs", "3", "5"]);
  assert.deepEqual([code, out(), err()], [0, "-2\n", ""]);
});

Deno.test("`eval` takes negative numbers as they stand and after --", async () => {
  for (const inputs of [["-3", "-5"], ["--", "-3", "-5"]]) {
    const { code, out, err } = await run(["eval", "sub.rs", ...inputs]);
    assert.deepEqual([code, out()], [0, "2\n"], err());
  }
});

Deno.test("`eval` reads an input from the file of that name", async () => {
  const { code, out } = await run(["eval", "sub.rs", "seven", "5"]);
  assert.deepEqual([code, out()], [0, "2\n"]);
});

Deno.test("`eval` keeps all digits of big numbers", async () => {
  const { out } = await run(["eval", "big.rs", "18446744073709551615", "1"]);
  assert.equal(out(), "18446744073709551614\n");
});

Deno.test("`eval` takes the elements of an array of parties one by one, or the whole array", async () => {
  for (
    const inputs of [["(1, true)", "(2, false)", "(4, true)"], [
      "[(1, true), (2, false), (4, true)]",
    ]]
  ) {
    const { code, out, err } = await run(["eval", "all.rs", ...inputs]);
    assert.deepEqual([code, out()], [0, "7\n"], err());
  }
});

Deno.test("`eval` exits with 10 on a panic, with reason and place, and an empty stdout", async () => {
  const { code, out, err } = await run(["eval", "sub.rs", "-2147483648", "1"]);
  assert.equal(code, 10);
  assert.equal(out(), "");
  assert.match(err(), /^error: The program panicked on line 2: Overflow\n/);
  assert.match(err(), /sub\.rs:2:5\n/);
});

Deno.test("`eval` exits with 3 on inputs that are too few, too many or of another type", async () => {
  for (const inputs of [[], ["1"], ["1", "2", "3"], ["1", "true"], ["1", "2147483648"]]) {
    const { code, out, err } = await run(["eval", "sub.rs", ...inputs]);
    assert.equal(code, 3, inputs.join(" "));
    assert.equal(out(), "");
    assert.match(err(), /\nhint: /);
  }
});

Deno.test("`eval --json` gives the value, the panic or the error as one object", async () => {
  const value = await run(["eval", "--json", "sub.rs", "3", "5"]);
  assert.deepEqual(JSON.parse(value.out()), {
    ...{ ok: true, result: "-2", type: "i32" },
    value: -2,
  });
  const panic = await run(["eval", "--json", "sub.rs", "-2147483648", "1"]);
  assert.equal(panic.code, 10);
  assert.deepEqual(JSON.parse(panic.out()).panic, { reason: "Overflow", line: 2, column: 5 });
  const wrong = await run(["eval", "--json", "sub.rs", "3"]);
  assert.equal(JSON.parse(wrong.out()).error.exit_code, 3);
});

Deno.test("`eval` exits with 3 for a program that is not there, with 2 without one", async () => {
  const missing = await run(["eval", "none.rs", "1"]);
  assert.equal(missing.code, 3);
  assert.match(missing.err(), /Cannot read program "none\.rs"/);
  const input = await run(["eval", "sub.rs", "3", "alice.txt"]);
  assert.equal(input.code, 3);
  assert.match(input.err(), /Cannot read the input file "alice\.txt"/);
  assert.equal((await run(["eval"])).code, 2);
  assert.equal((await run(["eval", "sub.rs", "1", "2", "-o", "x.json"])).code, 2);
});

Deno.test("`eval` reads JSON and CSV by the file's name or by --input-format, and writes them", async () => {
  const files = {
    "rows.rs": "pub fn main(x: [(u32, i8); 2], y: i64) -> [(u32, i64); 2] {\n" +
      "    [(x[0].0, (x[0].1 as i64) * y), (x[1].0, (x[1].1 as i64) * y)]\n}",
    "x.json": "[[1, -5], [2, 6]]",
    "x.csv": "a,b\n1,-5\n2,6\n",
  };
  for (const first of ["x.json", "x.csv", "[(1, -5), (2, 6)]"]) {
    const { code, out, err } = await run(["eval", "rows.rs", first, "9"], files);
    assert.deepEqual([code, out()], [0, "[(1, -45), (2, 54)]\n"], err());
  }
  const args = ["eval", "rows.rs", "[[1, -5], [2, 6]]", "9007199254740993"];
  const formats = ["--input-format=json", "--output-format=json"];
  const { out } = await run([...args, ...formats], files);
  assert.equal(out(), "[[1,-45035996273704965],[2,54043195528445958]]\n");
  const whole = await run([...args, ...formats, "--json"], files);
  assert.ok(whole.out().includes('"value":[[1,-45035996273704965]'), whole.out());
});
