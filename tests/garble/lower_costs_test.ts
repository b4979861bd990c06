import assert from "node:assert/strict";
import { compiled } from "./run_program.ts";
import { costLines } from "./costs.ts";

/** A change here changes the circuits of all programs: it must be meant. */
const COSTS = `
u: x + y: 16 32 64 128
i: x + y: 16 32 64 128
u: x - y: 16 32 64 128
i: x - y: 16 32 64 128
u: x * y: 86 302 1118 4286
i: x * y: 109 349 1213 4477
u: x / y: 86 302 1118 4286
i: x / y: 109 349 1213 4477
u: x % y: 94 318 1150 4350
i: x % y: 117 365 1245 4541
u: x < y: 8 16 32 64
i: x < y: 8 16 32 64
u: x == y: 7 15 31 63
i: x == y: 7 15 31 63
u: x << s: 36 83 194 449
i: x << s: 36 83 194 449
u: x >> s: 36 83 194 449
i: x >> s: 33 79 189 443
u: x * 3: 19 35 67 131
i: x * 3: 17 33 65 129
u: x * 10: 18 34 66 130
i: x * 10: 17 33 65 129
u: x / 7: 27 67 147 307
i: x / 7: 41 97 209 433
u: x / 8: 0 0 0 0
i: x / 8: 13 29 61 125
u: if x > y { x } else { y }: 16 32 64 128
i: if x > y { x } else { y }: 16 32 64 128
[u8; 16] read, write, change: 155 297 417
[u32; 16] read, write, change: 539 1065 1545
[u8; 256] read, write, change: 2071 4373 6413
[u32; 256] read, write, change: 8215 16661 24821
`;

Deno.test("the basic operations cost the ANDs of the snapshot", () => {
  assert.equal(costLines().join("\n"), COSTS.trim());
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
