import assert from "node:assert/strict";
import { compiled, run } from "./run_program.ts";

/** A program, and for each list of inputs the printed result or `Reason at line:column`. */
interface Case {
  readonly name: string;
  readonly text: string;
  readonly constants?: Readonly<Record<string, string>>;
  readonly runs: readonly { readonly inputs: readonly string[]; readonly output: string }[];
}

function on(...inputs: readonly string[]): { gives(output: string): Case["runs"][number] } {
  return { gives: (output) => ({ inputs, output }) };
}

const CASES: readonly Case[] = [
  {
    name: "shadowing and blocks",
    text: `pub fn main(x: u8) -> u8 {
    let y = { let x = x + 1; x + x };
    let x = y + x;
    x;
}`,
    runs: [on("3").gives("11"), on("255").gives("Overflow at 2:23")],
  },
  {
    name: "let mut and compound assignment",
    text: `pub fn main(x: u16, y: u16) -> u16 {
    let mut z = x;
    z += y;
    z *= 2;
    z -= 1;
    z ^= 3;
    z <<= 1;
    z
}`,
    runs: [
      on("3", "4").gives("28"),
      on("0", "0").gives("Overflow at 5:5"),
      on("65535", "1").gives("Overflow at 3:5"),
    ],
  },
  {
    name: "if with effects on one side only",
    text: `pub fn main(c: bool, x: u8) -> (u8, u8) {
    let mut a = 1u8;
    let mut b = x;
    let r = if c {
        a = b + 250;
        b = 7;
        a
    } else {
        b = 9;
        x / b
    };
    (r, a + b)
}`,
    runs: [
      on("true", "3").gives("Overflow at 12:9"),
      on("true", "6").gives("Overflow at 5:13"),
      on("false", "27").gives("(3, 10)"),
    ],
  },
  {
    name: "nested branches: only the panic on the path counts",
    text: `pub fn main(x: u8, y: u8) -> u8 {
    if x > 10 {
        if y > 10 {
            x + y
        } else {
            x / y
        }
    } else {
        [x, y][x as usize]
    }
}`,
    runs: [
      on("200", "11").gives("211"),
      on("200", "100").gives("Overflow at 4:13"),
      on("200", "0").gives("DivByZero at 6:13"),
      on("200", "10").gives("20"),
      on("2", "0").gives("OutOfBounds at 9:9"),
      on("1", "0").gives("0"),
      on("0", "255").gives("0"),
    ],
  },
  {
    name: "the first panic in evaluation order wins",
    text: `pub fn main(x: u8, i: usize) -> u8 {
    let a = [1u8, 2];
    let p = x + 200;
    let q = a[i];
    let r = x / (x - 100);
    p / q + r
}`,
    runs: [
      on("100", "5").gives("Overflow at 3:13"),
      on("50", "5").gives("OutOfBounds at 4:13"),
      on("50", "0").gives("Overflow at 5:18"),
    ],
  },
  {
    name: "a panic between two accesses of one element is kept",
    text: `pub fn main(x: u8, i: usize) -> u8 {
    let arr = [1u8, 2];
    let a = arr[i];
    let b = x + 255;
    let c = arr[i];
    b
}`,
    runs: [
      on("1", "0").gives("Overflow at 4:13"),
      on("0", "1").gives("255"),
      on("1", "2").gives("OutOfBounds at 3:13"),
    ],
  },
  {
    name: "constant indices do not lose panics",
    text: `pub fn main(x: u8, y: u8) -> u8 {
    let arr = [x, y];
    let a = arr[0];
    let b = x + y;
    let c = arr[1];
    b
}`,
    runs: [on("200", "100").gives("Overflow at 4:13"), on("1", "2").gives("3")],
  },
  {
    name: "an element assignment keeps the panic of its value",
    text: `pub fn main(x: u8, i: usize) -> [u8; 3] {
    let mut a = [0u8; 3];
    a[i] = x + 255;
    a
}`,
    runs: [
      on("0", "1").gives("[0, 255, 0]"),
      on("1", "1").gives("Overflow at 3:12"),
      on("1", "3").gives("OutOfBounds at 3:5"),
      on("0", "4294967295").gives("OutOfBounds at 3:5"),
    ],
  },
  {
    name: "an index loop keeps the checks of every iteration",
    text: `pub fn main(a: [u8; 4], b: u8) -> u8 {
    let mut s = 0u8;
    for i in 0..4 {
        s = s + a[i] * b;
    }
    s
}`,
    runs: [
      on("[1, 2, 3, 4]", "5").gives("50"),
      on("[100, 0, 0, 0]", "3").gives("Overflow at 4:17"),
      on("[0, 100, 0, 0]", "3").gives("Overflow at 4:17"),
      on("[0, 0, 0, 100]", "3").gives("Overflow at 4:17"),
      on("[200, 50, 6, 0]", "1").gives("Overflow at 4:13"),
    ],
  },
  {
    name: "loops over ranges, arrays and tuples; one scope an iteration",
    text: `pub fn main(a: [(u8, bool); 3], c: u32) -> (u32, u32) {
    let mut s = c;
    for (n, b) in a {
        if b { s = s + n as u32; }
    }
    let mut t = 0u32;
    for i in 10u32..13u32 {
        t = t + i;
        let t = 50u32;
    }
    (s, t)
}`,
    runs: [on("[(1, true), (2, false), (4, true)]", "7").gives("(12, 33)")],
  },
  {
    name: "assignment to places of any depth",
    text: `struct P { x: u8, y: [u8; 2] }
pub fn main(i: usize, j: usize) -> [(P, u8); 2] {
    let mut a = [(P { x: 1, y: [2, 3] }, 4u8); 2];
    a[i].0.y[j] = 9;
    a[1].0.x = 5;
    a[0].1 += 1;
    a[j].0.y[i] += 10;
    a
}`,
    runs: [
      on("0", "0").gives("[(P {x: 1, y: [19, 3]}, 5), (P {x: 5, y: [2, 3]}, 4)]"),
      on("0", "1").gives("[(P {x: 1, y: [2, 9]}, 5), (P {x: 5, y: [12, 3]}, 4)]"),
      on("1", "0").gives("[(P {x: 1, y: [2, 13]}, 5), (P {x: 5, y: [9, 3]}, 4)]"),
      on("1", "2").gives("OutOfBounds at 4:5"),
    ],
  },
  {
    name: "conditional changes of an array at variable indices",
    text: `pub fn main(i: usize, c: bool, d: bool) -> ([u8; 3], u8) {
    let mut a = [1u8, 2, 3];
    let mut n = 0u8;
    if c {
        a[i] = 10;
        if d { a[i] += 5; a[0] = 7; } else { a[2 - i] = 20; n = a[i]; }
    } else {
        n = a[i];
        a[i] += 100;
        if d { a = [a[i]; 3]; a[i] = 9; }
    }
    match n { 3 => { a[i] = n; }, _ => { a[i] += 1; } }
    (a, n)
}`,
    runs: [
      on("0", "true", "true").gives("([8, 2, 3], 0)"),
      on("1", "true", "true").gives("([7, 16, 3], 0)"),
      on("1", "true", "false").gives("([1, 21, 3], 20)"),
      on("2", "true", "false").gives("([20, 2, 11], 10)"),
      on("0", "false", "true").gives("([10, 101, 101], 1)"),
      on("2", "false", "true").gives("([103, 103, 3], 3)"),
      on("2", "false", "false").gives("([1, 2, 3], 3)"),
      on("3", "true", "false").gives("OutOfBounds at 5:9"),
      on("3", "false", "false").gives("OutOfBounds at 8:13"),
    ],
  },
  {
    name: "the aggregate is stored as it is after the value was evaluated",
    text: `pub fn main(x: u8) -> [u8; 2] {
    let mut a = [x, x];
    a[0] = { a[1] = 7; 5 };
    a
}`,
    runs: [on("1").gives("[5, 7]")],
  },
  {
    name: "&& and || evaluate the right operand only if it is needed",
    text: `pub fn main(x: u8, y: u8) -> (bool, bool, u8) {
    let mut n = 0u8;
    let a = y != 0 && ({ n = n + 1; x / y > 2 });
    let b = y == 0 || ({ n = n + 10; x / y > 2 });
    (a, b, n)
}`,
    runs: [
      on("9", "3").gives("(true, true, 11)"),
      on("9", "0").gives("(false, true, 0)"),
      on("1", "1").gives("(false, false, 11)"),
    ],
  },
  {
    name: "functions are inlined, arguments first",
    text: `pub fn main(x: u8, y: u8) -> u8 {
    add(double(x), double(double(y)))
}
fn double(x: u8) -> u8 {
    let mut y = x;
    y = y + x;
    y
}
fn add(x: u8, y: u8) -> u8 { x + y }`,
    runs: [
      on("3", "4").gives("22"),
      on("128", "0").gives("Overflow at 6:9"),
      on("100", "14").gives("Overflow at 9:30"),
    ],
  },
  {
    name: "enums and match",
    text: `enum Op { Add(u8, u8), Neg(i8), Not, Pair((u8, bool), u16) }
pub fn main(op: Op) -> i16 {
    match op {
        Op::Add(x, 0) => x as i16,
        Op::Add(x, y) => (x + y) as i16,
        Op::Neg(x) => (-x) as i16,
        Op::Not => -1i16,
        Op::Pair((x, true), _) => x as i16,
        Op::Pair((_, false), z) => z as i16,
    }
}`,
    runs: [
      on("Op::Add(200, 0)").gives("200"),
      on("Op::Add(200, 55)").gives("255"),
      on("Op::Add(200, 56)").gives("Overflow at 5:27"),
      on("Op::Neg(5)").gives("-5"),
      on("Op::Neg(-128)").gives("Overflow at 6:24"),
      on("Op::Not").gives("-1"),
      on("Op::Pair((7, true), 9)").gives("7"),
      on("Op::Pair((7, false), 300)").gives("300"),
    ],
  },
  {
    name: "match on numbers, ranges, bools, tuples and structs",
    text: `struct S { a: u8, b: bool }
pub fn main(x: u8, y: i8, b: bool) -> u8 {
    let first = match x { 0 => 0u8, 1..5 => 1, 5..=9 => 2, _ => 3 };
    let second = match y { -128i8..=-1i8 => 10u8, 0 => 20, _ => 30 };
    let third = match (b, x) { (true, 255) => 100u8, (true, _) => 50, (false, z) => z / 100 };
    let s = S { a: x, b: b };
    let fourth = match s { S { a: 7, .. } => 1u8, S { b: true, .. } => 2, _ => 0 };
    first + second + third + fourth
}`,
    runs: [
      on("0", "-1", "true").gives("62"),
      on("4", "0", "false").gives("21"),
      on("5", "5", "false").gives("32"),
      on("9", "-128", "true").gives("64"),
      on("255", "127", "true").gives("135"),
      on("7", "127", "true").gives("83"),
    ],
  },
  {
    name: "assignments in the arms of a match",
    text: `enum Move { Left(u8), Right(u8), Stop }
pub fn main(moves: ([Move; 3], u8)) -> u8 {
    let mut at = moves.1;
    for m in moves.0 {
        match m {
            Move::Left(n) => { at = at - n; }
            Move::Right(n) => { at += n; }
            Move::Stop => {}
        }
    }
    at
}`,
    runs: [
      on("([Move::Left(3), Move::Stop, Move::Right(7)], 10)").gives("14"),
      on("([Move::Right(3), Move::Left(14), Move::Right(7)], 10)").gives("Overflow at 6:37"),
    ],
  },
  {
    name: "struct fields are laid out and evaluated by name",
    text: `struct S { b: u8, a: u8 }
pub fn main(x: u8) -> S {
    S { b: x / 0, a: x + 1 }
}`,
    runs: [on("255").gives("Overflow at 3:22"), on("1").gives("DivByZero at 3:12")],
  },
  {
    name: "constants, supplied and computed",
    text: `const N: usize = PARTY_0::ROWS;
const M: usize = max(N, 2usize);
const K: u8 = 7u8;
pub fn main(a: [u8; N], b: u8) -> (u8, usize) {
    let c = [K; M];
    let mut s = b;
    for x in a { s += x; }
    for x in c { s += x; }
    (s, M)
}`,
    constants: { "PARTY_0::ROWS": "3" },
    runs: [on("[1, 2, 3]", "4").gives("(31, 3)")],
  },
  {
    name: "literals without a type are 32 bits wide and unsigned",
    text: `pub fn main(x: u64) -> (u64, bool) {
    let y = 5;
    let z = [1, 2, 3];
    (x + y + z[1], -1 < 3000000000)
}`,
    runs: [on("10").gives("(17, false)")],
  },
  {
    name: "each element of a lone array parameter is a party",
    text: `pub fn main(bids: [u16; 4]) -> (u16, usize) {
    let mut best = bids[0];
    let mut winner = 0usize;
    for i in 1..4 {
        if bids[i] > best {
            best = bids[i];
            winner = i as usize;
        }
    }
    (best, winner)
}`,
    runs: [on("3", "9", "4", "9").gives("(9, 1)"), on("7", "0", "0", "8").gives("(8, 3)")],
  },
];

for (const { name, text, runs, constants = {} } of CASES) {
  Deno.test(name, () => {
    const program = compiled(text, { constants: new Map(Object.entries(constants)) });
    for (const { inputs, output } of runs) {
      assert.equal(run(program, ...inputs), output, `${inputs}`);
    }
  });
}
