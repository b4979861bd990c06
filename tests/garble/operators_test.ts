import assert from "node:assert/strict";
import fc from "fast-check";
import { intRange, INTS, type IntType } from "../../lib/garble/mod.ts";
import { compiled, run } from "./run_program.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";
const TYPES = ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64"] as const;

/** The exact result, a panic, or undefined where the operator does not exist. */
type Exact = bigint | boolean | "Overflow" | "DivByZero" | undefined;

interface Operator {
  readonly text: string;
  /** Type of the right operand, if it is not that of the left one. */
  readonly right?: "u8";
  /** Result type, if it is not that of the left operand. */
  readonly result?: "bool";
  readonly exact: (x: bigint, y: bigint, type: IntType) => Exact;
}

const fits = (value: bigint, type: IntType): Exact => {
  const { min, max } = intRange(type);
  return value < min || value > max ? "Overflow" : value;
};
const cut = (value: bigint, type: IntType): bigint =>
  type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
/** An operator on the bit patterns. */
const bitwise = (f: (x: bigint, y: bigint) => bigint): Operator["exact"] => {
  return (x, y, type) => cut(f(x, y), type);
};

const OPERATORS: readonly Operator[] = [
  { text: "x + y", exact: (x, y, type) => fits(x + y, type) },
  { text: "x - y", exact: (x, y, type) => fits(x - y, type) },
  { text: "x * y", exact: (x, y, type) => fits(x * y, type) },
  { text: "x / y", exact: (x, y, type) => y === 0n ? "DivByZero" : fits(x / y, type) },
  {
    text: "x % y",
    exact: (x, y, type) => {
      if (y === 0n) return "DivByZero";
      return fits(x / y, type) === "Overflow" ? "Overflow" : x % y;
    },
  },
  { text: "-x", exact: (x, _, type) => type.signed ? fits(-x, type) : undefined },
  { text: "!x", exact: (x, _, type) => cut(~x, type) },
  { text: "x & y", exact: bitwise((x, y) => x & y) },
  { text: "x | y", exact: bitwise((x, y) => x | y) },
  { text: "x ^ y", exact: bitwise((x, y) => x ^ y) },
  {
    text: "x << y",
    right: "u8",
    exact: (x, y, type) => y >= BigInt(type.bits) ? "Overflow" : cut(x << y, type),
  },
  {
    text: "x >> y",
    right: "u8",
    exact: (x, y, type) => y >= BigInt(type.bits) ? "Overflow" : x >> y,
  },
  { text: "x == y", result: "bool", exact: (x, y) => x === y },
  { text: "x != y", result: "bool", exact: (x, y) => x !== y },
  { text: "x < y", result: "bool", exact: (x, y) => x < y },
  { text: "x > y", result: "bool", exact: (x, y) => x > y },
  { text: "x <= y", result: "bool", exact: (x, y) => x <= y },
  { text: "x >= y", result: "bool", exact: (x, y) => x >= y },
  ...[2n, 3n, 7n, 10n].map((factor): Operator => ({
    text: `x * ${factor}`,
    exact: (x, _, type) => fits(x * factor, type),
  })),
  {
    text: "-3 * x",
    exact: (x, _, type) => {
      if (!type.signed) return undefined;
      // Added up first, then negated: both must fit.
      const sum = fits(3n * x, type);
      return typeof sum === "bigint" ? fits(-sum, type) : sum;
    },
  },
];

/** Numbers of a type in which the edges and small values are frequent. */
function numbers(type: IntType): fc.Arbitrary<bigint> {
  const { min, max } = intRange(type);
  const clip = (value: bigint): bigint => value < min ? min : value > max ? max : value;
  const edges = [min, min + 1n, -1n, 0n, 1n, 2n, max / 2n, max - 1n, max].map(clip);
  const size = fc.integer({ min: 1, max: type.bits });
  const sized = size.chain((bits) => {
    const bound = 1n << BigInt(bits);
    return fc.bigInt({ min: -bound, max: bound }).map(clip);
  });
  return fc.oneof(fc.constantFrom(...edges), sized, fc.bigInt({ min, max }));
}

for (const operator of OPERATORS) {
  Deno.test(`${operator.text} agrees with exact integers at every type`, () => {
    for (const name of TYPES) {
      const type = INTS[name];
      if (operator.exact(0n, 1n, type) === undefined) continue;
      const right = operator.right === undefined ? type : INTS[operator.right];
      const text = `pub fn main(x: ${name}, y: ${right.name}) -> ${operator.result ?? name} {
    ${operator.text}
}`;
      const program = compiled(text);
      const small = fc.bigInt({ min: 0n, max: BigInt(type.bits) + 1n });
      const rightNumbers = operator.right === undefined
        ? numbers(type)
        : fc.oneof(small, numbers(right));
      const property = fc.property(numbers(type), rightNumbers, (x, y) => {
        const exact = operator.exact(x, y, type);
        const wanted = exact === "Overflow" || exact === "DivByZero"
          ? `${exact} at 2:5`
          : `${exact}`;
        assert.equal(run(program, `${x}`, `${y}`), wanted, `${operator.text} at ${name}`);
      });
      fc.assert(property, { numRuns: SLOW ? 2000 : 40 });
    }
  });
}

Deno.test("every operator is right on all pairs of i8 at the edges of the type", () => {
  const values = [-128n, -127n, -65n, -64n, -2n, -1n, 0n, 1n, 2n, 63n, 64n, 126n, 127n];
  for (const operator of OPERATORS.filter(({ right }) => right === undefined)) {
    const type = INTS.i8;
    const program = compiled(
      `pub fn main(x: i8, y: i8) -> ${operator.result ?? "i8"} {\n    ${operator.text}\n}`,
    );
    for (const x of values) {
      for (const y of values) {
        const exact = operator.exact(x, y, type);
        const wanted = exact === "Overflow" || exact === "DivByZero"
          ? `${exact} at 2:5`
          : `${exact}`;
        assert.equal(run(program, `${x}`, `${y}`), wanted, `${x}, ${y}: ${operator.text}`);
      }
    }
  }
});

Deno.test("casts cut, extend by the sign of the source, and keep bit 0 for bool", () => {
  for (const from of [...TYPES, "bool"] as const) {
    for (const to of [...TYPES, "bool"] as const) {
      const program = compiled(`pub fn main(x: ${from}) -> ${to} { x as ${to} }`);
      const values = from === "bool" ? fc.constantFrom(0n, 1n) : numbers(INTS[from]);
      const property = fc.property(values, (x) => {
        const text = from === "bool" ? `${x === 1n}` : `${x}`;
        const wanted = to === "bool" ? `${(x & 1n) === 1n}` : `${cut(x, INTS[to])}`;
        assert.equal(run(program, text), wanted);
      });
      fc.assert(property, { numRuns: SLOW ? 300 : 15 });
    }
  }
});
