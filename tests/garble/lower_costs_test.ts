import assert from "node:assert/strict";
import { compiled } from "./run_program.ts";
import counts from "../data/and_counts.json" with { type: "json" };
import { type Cost, costOf, type CostRow, costRows } from "./costs.ts";

const COSTS = new Map<string, Cost>(costRows().map((row) => [row.name, costOf(row)]));

Deno.test("the operations cost the ANDs of the snapshot", () => {
  // A difference changes the circuits of all programs: `deno task bench:circuits --write` if meant.
  assert.deepEqual(Object.fromEntries(COSTS), counts);
});

function ours(row: CostRow): number {
  const { ands, hiding } = COSTS.get(row.name) as Cost;
  return ands - hiding - (row.checks ?? 0);
}

Deno.test("no operation costs more ANDs than by the reference compiler", () => {
  for (const row of costRows()) assert.ok(ours(row) <= row.theirs, row.name);
});

/** By what factor a kind of rows must be cheaper, by the end of their names. */
const FACTORS: readonly (readonly [RegExp, number])[] = [
  [/: x \+ y$/, 2.7],
  [/: x (<|>|<=|>=) y$/, 5],
  [/: x \* y$/, 3],
  [/(32|64): x [/%] y$/, 1.9],
  [/ = v$/, 20],
];

Deno.test("sums, comparisons, products, quotients and array writes are as cheap as promised", () => {
  for (const [names, factor] of FACTORS) {
    const rows = costRows().filter(({ name }) => names.test(name));
    assert.ok(rows.length >= 3, `${names}`);
    for (const row of rows) assert.ok(ours(row) * factor <= row.theirs, row.name);
  }
});

/** Programs that must need no AND at all. */
const FREE = [
  "pub fn main(x: u8, y: u8) -> [u8; 2] { let a = [x, y]; [a[1], a[0]] }",
  "pub fn main(x: u8, y: u8) -> u8 { x ^ !y }",
  "pub fn main(x: u32, y: u8) -> u16 { (x as u64 >> 3u8) as u16 }",
  "pub fn main(x: u32, y: u32) -> u32 { if 1 < 2 { x } else { y / x } }",
  "pub fn main(x: u8, y: u8) -> u8 { let mut a = [x; 9]; for i in 0..9 { a[i] = y; } a[8] }",
  "pub fn main(x: bool, y: bool) -> bool { x == y }",
  "pub fn main(x: i16, y: u8) -> i16 { if x == x { x } else { -x } }",
];

Deno.test("moving data, constants and XOR cost no AND", () => {
  for (const text of FREE) assert.equal(compiled(text).circuit.header.ands, 0, text);
});

/** Pairs of programs that must cost the same. */
const EQUALLY_DEAR = [
  {
    than: "pub fn main(x: u32, y: u32) -> u32 { x + y }",
    text:
      "pub fn main(x: u32, y: u32) -> u32 { let z = x + y; let w = x + y; if x > y { z } else { w } }",
  },
  {
    than: "pub fn main(x: [u8; 8], i: usize) -> u8 { x[i] }",
    text: "pub fn main(x: [u8; 8], i: usize) -> u8 { x[i] & x[i] }",
  },
];

Deno.test("equal parts of a program are computed once", () => {
  for (const { than, text } of EQUALLY_DEAR) {
    const [first, second] = [than, text].map((program) => compiled(program).circuit.header.ands);
    assert.equal(second, first, text);
  }
});

Deno.test("quotient and remainder of the same numbers share the division", () => {
  const ands = (result: string, value: string): number =>
    compiled(`pub fn main(x: u32, y: u32) -> ${result} { ${value} }`).circuit.header.ands;
  const both = ands("(u32, u32)", "(x / y, x % y)");
  assert.equal(both, ands("u32", "x % y") + 32);
});

Deno.test("a conditional change at a variable index costs hardly more than an unconditional one", () => {
  const ands = (statement: string): number =>
    compiled(
      `pub fn main(a: [u32; 16], i: usize, v: u32, c: bool) -> [u32; 16] { let mut b = a; ${statement} b }`,
    ).circuit.header.ands;
  assert.equal(ands("if c { b[i] = v; }"), ands("b[i] = v;") + 2);
});
