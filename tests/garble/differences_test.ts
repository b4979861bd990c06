/**
 * Programs on which the language's reference compiler loses panics, gives wrong numbers or fails, each with
 * what it must come to here: a list of inputs and results, or the kinds of its diagnostics.
 */
import assert from "node:assert/strict";
import { compile } from "../../lib/garble/mod.ts";
import { compiled, run } from "./run_program.ts";

interface Difference {
  readonly about: string;
  readonly text: string;
  /** Inputs and result, separated by `=>`; inputs by `;`. */
  readonly runs?: readonly string[];
  readonly kinds?: readonly string[];
}

const bytes = (body: string): string => `pub fn main(x: u8, y: u8) -> u8 { ${body} }`;
const signed = (body: string): string => `pub fn main(x: i8, y: i8) -> i8 { ${body} }`;

const LOST_PANICS: readonly Difference[] = [
  {
    about: "a panic between two constant indices",
    text: bytes("let a = [x, y]; let p = a[0]; let b = x + 255; let q = a[1]; b"),
    runs: ["0; 2 => 255", "1; 2 => Overflow at 1:73"],
  },
  {
    about: "a panic in the value that is assigned to an element",
    text: bytes("let mut a = [x, y]; a[0] = x + 255; a[0]"),
    runs: ["0; 0 => 255", "1; 2 => Overflow at 1:62"],
  },
  {
    about: "panics of all rounds of a loop with indices",
    text: bytes("let a = [x, y, 1]; let mut s = 0u8; for i in 0..3 { s = 200 + a[i]; } s"),
    runs: ["1; 2 => 201", "56; 2 => Overflow at 1:91", "0; 56 => Overflow at 1:91"],
  },
  {
    about: "the same checks in several branches in other orders",
    text: bytes("let z = if x > y { (x + y) + (x - y) } else { (y - x) + (x + y) }; z + (x - y)"),
    runs: ["3; 2 => 7", "2; 3 => Overflow at 1:107", "200; 100 => Overflow at 1:55"],
  },
];

const ARITHMETIC: readonly Difference[] = [
  {
    about: "a product of 2^(n-1)",
    text: signed("x * y"),
    runs: ["64; 2 => Overflow at 1:35", "-64; 2 => -128", "-128; -1 => Overflow at 1:35"],
  },
  {
    about: "a product with a literal",
    text: signed("-2 * x"),
    runs: ["63; 0 => -126", "-64; 0 => Overflow at 1:35"],
  },
  {
    about: "MIN / -1, MIN % -1 and -MIN",
    text: "pub fn main(x: i8, y: i8, o: u8) -> i8 { match o { 0 => x / y, 1 => x % y, _ => -x } }",
    runs: [
      ...["-128; -1; 0 => Overflow at 1:57", "-128; -1; 1 => Overflow at 1:69"],
      ...["-128; 0; 2 => Overflow at 1:81", "-127; -1; 0 => 127", "-127; 3; 1 => -1"],
    ],
  },
];

const WIDTHS: readonly Difference[] = [
  {
    about: "an array of literals in a variable as an argument",
    text: `fn f(a: [u8; 2]) -> u8 { a[0] + a[1] }\n${bytes("let a = [1, 2]; x + f(a)")}`,
    runs: ["4; 0 => 7", "253; 0 => Overflow at 2:51"],
  },
  {
    about: "nested literals in a variable as a result",
    text: "pub fn main(x: u8, y: u8) -> (u64, [u16; 2]) { let t = (1, [2, 3]); t }",
    runs: ["0; 0 => (1, [2, 3])"],
  },
  {
    about: "arms of different widths",
    text: bytes("let z = match x { 0 => 1, _ => y }; z"),
    runs: ["0; 9 => 1", "1; 9 => 9"],
  },
  {
    about: "branches of different widths and a variable as the amount of a shift",
    text: bytes("let s = 1; (if x > 3 { y } else { 7 }) << s"),
    runs: ["4; 9 => 18", "1; 9 => 14"],
  },
  {
    about: "ranges for narrower elements",
    text: `fn f(a: [u8; 3]) -> u8 { a[2] }\n${
      bytes("let r: [u8; 5] = 0..5; f(1..4) + r[x as usize]")
    }`,
    runs: ["4; 0 => 7", "5; 0 => OutOfBounds at 2:68"],
  },
];

const SCOPES_AND_EFFECTS: readonly Difference[] = [
  {
    about: "a let in the body of a loop",
    text: bytes("let mut n = x; for i in 0..3 { n = n + 1; let n = 50u8; } n"),
    runs: ["1; 0 => 4"],
  },
  {
    about: "assignments in operands of <=, literal products and compound assignments",
    text: `pub fn main(x: u8, y: u8) -> (u8, u8, [u8; 2]) {
      let mut n = x; let small = ({ n += 1; n }) <= y; let p = ({ n += 1; n }) * 3;
      let mut a = [0u8; 2]; a[{ n += 1; 1 }] += 5; (n, p, a) }`,
    runs: ["0; 9 => (3, 6, [0, 5])"],
  },
  {
    about: "assignments on the right of && and ||",
    text: bytes("let mut n = 0u8; let t = x > y && ({ n += 1; true }) || ({ n += 10; true }); n"),
    runs: ["2; 1 => 1", "1; 2 => 10"],
  },
  {
    about: "an assignment to the array that is being assigned to",
    text: "pub fn main(x: u8, y: u8) -> [u8; 3] { let mut a = [x; 3]; a[0] = { a[1] = 5; 7 }; a }",
    runs: ["1; 0 => [7, 5, 1]"],
  },
  {
    about: "constants, variables of the caller and parameters of one name",
    text:
      `const K: u8 = 5u8;\nfn f(a: u8) -> u8 { a + K }\npub fn main(K: u8, x: u8) -> u8 { f(x) + K }`,
    runs: ["7; 1 => 13"],
  },
];

const REFUSED: readonly Difference[] = [
  { about: "a comment without an end", text: `${bytes("x")} /*`, kinds: ["UnexpectedCharacter"] },
  {
    about: "unknown sizes and sizes of other types",
    text: "const N: u8 = 2u8;\npub fn main(a: [u8; M], b: [u8; N]) -> u8 { 1 }",
    kinds: ["UnknownIdentifier", "UnexpectedType"],
  },
  {
    about: "a struct pattern that leaves fields out does not cover them",
    text: "struct S { a: bool, b: bool }\n" +
      "pub fn main(s: S, x: u8) -> u8 { match s { S { a: true, .. } => 1, S { b: false, .. } => 2 } }",
    kinds: ["PatternsAreNotExhaustive"],
  },
  {
    about: "a pattern outside of the type",
    text: bytes("match x { 256 => 1, _ => 2 }"),
    kinds: ["PatternOutOfRange"],
  },
  {
    about: "a range pattern to ..0",
    text: bytes("match x { 1..0 => 1, _ => 2 }"),
    kinds: ["PatternOutOfRange"],
  },
  {
    about: "a field twice and one missing",
    text: "struct S { a: u8, b: u8 }\npub fn main(x: u8) -> S { S { a: x, a: x } }",
    kinds: ["MissingStructField", "DuplicateStructField"],
  },
];

const ACCEPTED: readonly Difference[] = [
  {
    about: "() as an expression",
    text: "pub fn main(x: u8, y: u8) -> () { () }",
    runs: ["1; 2 => ()"],
  },
  {
    about: "constants of all types in sums, aliases and max of negative numbers",
    text: "const A: i8 = -7i8;\nconst B: i8 = A;\nconst C: i8 = max(B, -3i8) - 1i8;\n" +
      signed("x + C"),
    runs: ["5; 0 => 1"],
  },
  {
    about: "joins of nothing",
    text:
      "pub fn main(a: [u8; 0], b: [u8; 0]) -> [(bool, u8); const { 0usize + 0usize - 1usize }] { join(a, b) }",
    runs: ["[]; [] => []"],
  },
  { about: "no input bits", text: "pub fn main(a: ()) -> u8 { 3 }", runs: ["() => 3"] },
  {
    about: "constant sizes in structs, in texts of values",
    text: "const N: usize = 2usize;\nstruct S { r: [u8; N] }\n" +
      "pub fn main(a: [u8; N], s: S) -> u8 { a[0] + s.r[1] }",
    runs: ["[1, 2]; S { r: [3, 4] } => 5"],
  },
  {
    about: "fields of a value in any order",
    text: "struct S { b: u8, a: u16 }\npub fn main(s: S, x: u8) -> S { s }",
    runs: ["S { b: 1, a: 2 }; 0 => S {a: 2, b: 1}"],
  },
  {
    about: "elements of an array as parties",
    text: "pub fn main(a: [u8; 3]) -> u8 { a[0] + a[1] + a[2] }",
    runs: ["1; 2; 3 => 6"],
  },
];

const ALL = [LOST_PANICS, ARITHMETIC, WIDTHS, SCOPES_AND_EFFECTS, REFUSED, ACCEPTED].flat();

for (const { about, text, runs = [], kinds } of ALL) {
  Deno.test(`not as the reference compiler: ${about}`, () => {
    if (kinds !== undefined) {
      const made = compile({ name: "test", text });
      assert.deepEqual(made.ok ? [] : made.diagnostics.map(({ kind }) => kind), kinds);
      return;
    }
    const program = compiled(text);
    for (const line of runs) {
      const [inputs = "", result] = line.split(" => ");
      assert.equal(run(program, ...inputs.split("; ")), result, line);
    }
  });
}
