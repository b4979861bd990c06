/**
 * AND gates of the operations of the language as whole programs, beside those of the circuits that the
 * reference compiler of the language makes (measured).
 */
import { type CircuitSource, OP } from "../../lib/circuit/mod.ts";
import { PANIC_BITS } from "../../lib/garble/lower/panic.ts";
import { compiled } from "./run_program.ts";

/** One program with its cost by the reference compiler. */
export interface CostRow {
  readonly name: string;
  readonly text: string;
  /** ANDs of the reference compiler's circuit. */
  readonly theirs: number;
  /** ANDs of checks that this language makes and theirs does not. */
  readonly checks?: number;
}

/** ANDs of one circuit. */
export interface Cost {
  /** All. */
  readonly ands: number;
  /** Those that only hide the result of a run that panics. */
  readonly hiding: number;
}

const WIDTHS = [8, 16, 32, 64];

interface Operation {
  readonly text: string;
  readonly signs: readonly string[];
  readonly result?: string;
  readonly theirs: (n: number) => number;
  readonly checks?: number;
}

const OPERATIONS: readonly Operation[] = [
  { text: "x + y", signs: ["u", "i"], theirs: (n) => 3 * n - 2 },
  { text: "x - y", signs: ["u", "i"], theirs: (n) => 4 * n - 3 },
  // The smallest number has no negation; theirs returns it unchanged.
  { text: "-x", signs: ["i"], theirs: (n) => n - 2, checks: 1 },
  { text: "x * y", signs: ["u"], theirs: (n) => 4 * n * n - 4 * n - 1 },
  { text: "x * y", signs: ["i"], theirs: (n) => 4 * n * n + 3 * n - 10 },
  { text: "x / y", signs: ["u"], theirs: (n) => 2 * n * n + 4 * n - 6 },
  { text: "x / y", signs: ["i"], theirs: (n) => 2 * n * n + 10 * n - 15 },
  { text: "x % y", signs: ["u"], theirs: (n) => 2 * n * n + 4 * n - 5 },
  { text: "x % y", signs: ["i"], theirs: (n) => 2 * n * n + 10 * n - 14 },
  { text: "x < y", signs: ["u", "i"], result: "bool", theirs: (n) => 6 * n - 7 },
  { text: "x > y", signs: ["u", "i"], result: "bool", theirs: (n) => 6 * n - 7 },
  { text: "x <= y", signs: ["u", "i"], result: "bool", theirs: (n) => 7 * n - 7 },
  { text: "x >= y", signs: ["u", "i"], result: "bool", theirs: (n) => 7 * n - 7 },
  { text: "x == y", signs: ["u", "i"], result: "bool", theirs: (n) => n - 1 },
  { text: "x != y", signs: ["u", "i"], result: "bool", theirs: (n) => n - 1 },
  { text: "x & y", signs: ["u", "i"], theirs: (n) => n },
  { text: "x | y", signs: ["u", "i"], theirs: (n) => n },
  { text: "x ^ y", signs: ["u", "i"], theirs: () => 0 },
  { text: "!x", signs: ["u", "i"], theirs: () => 0 },
  { text: "x << s", signs: ["u", "i"], theirs: (n) => byWidth(n, [68, 131, 258, 513]) },
  { text: "x >> s", signs: ["u"], theirs: (n) => byWidth(n, [68, 131, 258, 513]) },
  { text: "x >> s", signs: ["i"], theirs: (n) => byWidth(n, [60, 123, 250, 505]) },
  { text: "if c { x } else { y }", signs: ["u", "i"], theirs: (n) => n },
];

function byWidth(n: number, counts: readonly number[]): number {
  return counts[WIDTHS.indexOf(n)] ?? NaN;
}

function operationRows(): CostRow[] {
  return OPERATIONS.flatMap(({ text, signs, result, theirs, checks = 0 }) =>
    signs.flatMap((sign) =>
      WIDTHS.map((n): CostRow => {
        const type = `${sign}${n}`;
        const params = `x: ${type}, y: ${type}, s: u8, c: bool`;
        const program = `pub fn main(${params}) -> ${result ?? type} { ${text} }`;
        return { name: `${type}: ${text}`, text: program, theirs: theirs(n), checks };
      })
    )
  );
}

function arrayRows(): CostRow[] {
  const read = (element: string, length: number, theirs: number): CostRow => ({
    name: `[${element}; ${length}]: a[i]`,
    text: `pub fn main(a: [${element}; ${length}], i: usize) -> ${element} { a[i] }`,
    theirs,
  });
  const write = (element: string, length: number, index: string, theirs: number): CostRow => {
    const array = `[${element}; ${length}]`;
    const body = `let mut b = a; b[${index}] = v; b`;
    return {
      name: `${array}: b[${index}] = v`,
      text: `pub fn main(a: ${array}, i: usize, v: ${element}) -> ${array} { ${body} }`,
      theirs,
    };
  };
  return [
    read("u8", 16, 380),
    read("u32", 16, 1412),
    read("u8", 256, 2276),
    write("u8", 16, "i", 4132),
    write("u8", 32, "i", 8230),
    write("u16", 500, "i % 500", 256884),
  ];
}

function constantRows(): CostRow[] {
  const row = (expression: string, theirs: number): CostRow => ({
    name: `u32: ${expression}`,
    text: `pub fn main(x: u32) -> u32 { ${expression} }`,
    theirs,
  });
  const products: Readonly<Record<number, number>> = {
    ...{ 2: 0, 3: 92, 5: 274, 7: 456, 10: 727, 16: 1271, 31: 2628, 32: 4, 100: 272 },
  };
  const quotients: Readonly<Record<number, number>> = { 2: 0, 3: 960, 7: 958, 10: 897, 16: 0 };
  return [
    ...Object.entries(products).map(([factor, theirs]) => row(`x * ${factor}`, theirs)),
    ...Object.entries(quotients).map(([divisor, theirs]) => row(`x / ${divisor}`, theirs)),
  ];
}

const ROWS = [2, 4, 8, 16, 32];

function joinRows(): CostRow[] {
  const loop = (n: number): string =>
    `pub fn main(a: [(u32, u32); ${n}], b: [(u32, u32); ${n}]) -> u32 {
      let mut s = 0u32;
      for (x, y) in join_iter(a, b) { s = s ^ x.1 ^ y.1; }
      s
    }`;
  const set = (n: number): string =>
    `pub fn main(a: [u32; ${n}], b: [u32; ${n}]) ->
      [(bool, u32); const { ${n}usize + ${n}usize - 1usize }] { join(a, b) }`;
  const loops = [580, 1616, 4080, 9792, 22784];
  const sets = [554, 1844, 5436, 14882];
  return ROWS.flatMap((n, i) => {
    const rows = [{ name: `join_iter ${n} + ${n} rows`, text: loop(n), theirs: loops[i] ?? NaN }];
    const theirs = sets[i];
    if (theirs === undefined) return rows;
    return [...rows, { name: `join of ${n} + ${n} u32`, text: set(n), theirs }];
  });
}

const PROGRAMS: readonly CostRow[] = [
  {
    name: "sum of three u32",
    text: "pub fn main(x: u32, y: u32, z: u32) -> u32 { x + y + z }",
    theirs: 189,
  },
  {
    name: "millionaires, u64",
    text: `enum Richer { A, B, Equal }
      pub fn main(a: u64, b: u64) -> Richer {
        if a > b { Richer::A } else if a < b { Richer::B } else { Richer::Equal }
      }`,
    theirs: 382,
  },
  {
    name: "set join of 8 + 8 [u8; 4]",
    text: `pub fn main(a: [[u8; 4]; 8], b: [[u8; 4]; 8]) ->
      [(bool, [u8; 4]); const { 8usize + 8usize - 1usize }] { join(a, b) }`,
    theirs: 5436,
  },
  {
    // Theirs loses overflow checks in indexed loops; this is its count with every check.
    name: "dot product of eight u32",
    text: `pub fn main(a: [u32; const { 8usize }], b: [u32; const { 8usize }]) -> u32 {
        let mut s = 0u32;
        for i in 0..8 { s = s + a[i] * b[i]; }
        s
      }`,
    theirs: 32420,
  },
];

/** All rows of the table. */
export function costRows(): readonly CostRow[] {
  return [...operationRows(), ...arrayRows(), ...constantRows(), ...joinRows(), ...PROGRAMS];
}

/** Compiles the program of a row and counts. */
export function costOf(row: CostRow): Cost {
  const { circuit } = compiled(row.text);
  return { ands: circuit.header.ands, hiding: hidingAnds(circuit) };
}

/** The number of ANDs that are a result bit and have the negated panic bit as an operand. */
function hidingAnds(circuit: CircuitSource): number {
  // Each value gets a number, its negation the next one.
  const values = Array.from({ length: circuit.header.registers }, (_, register) => register * 2);
  let next = values.length * 2;
  const operands = new Map<number, readonly number[]>();
  for (const { count, op, a, b, out } of circuit.segments()) {
    for (let gate = 0; gate < count; gate++) {
      const [x, y] = [values[a[gate] as number] as number, values[b[gate] as number] as number];
      if (op[gate] === OP.AND) operands.set(next, [x, y]);
      values[out[gate] as number] = op[gate] === OP.NOT ? x ^ 1 : next;
      if (op[gate] !== OP.NOT) next += 2;
    }
  }
  const outputs = [...circuit.header.outputs].map((register) => values[register] as number);
  const calm = (outputs[0] as number) ^ 1;
  const results = new Set(outputs.slice(PANIC_BITS));
  return [...results].filter((value) => operands.get(value)?.includes(calm)).length;
}
