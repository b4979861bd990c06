/** AND gates of the basic operations as whole programs: the panic record and the gated result included. */
import { compiled } from "./run_program.ts";

const WIDTHS = [8, 16, 32, 64] as const;

/** Operations of two numbers, by the text after which they are named. */
export const OPERATIONS = [
  ...["x + y", "x - y", "x * y", "x / y", "x % y", "x < y", "x == y", "x << s", "x >> s"],
  ...["x * 3", "x * 10", "x / 7", "x / 8", "if x > y { x } else { y }"],
] as const;

/** AND gates of one operation on unsigned or signed numbers of 8, 16, 32 and 64 bits. */
export function operationCosts(operation: string, sign: "u" | "i"): readonly number[] {
  return WIDTHS.map((bits) => {
    const type = `${sign}${bits}`;
    const result = /[<=] y$|== y$/.test(operation) ? "bool" : type;
    const text = `pub fn main(x: ${type}, y: ${type}, s: u8) -> ${result} { ${operation} }`;
    return compiled(text).circuit.header.ands;
  });
}

/** AND gates of a variable index into arrays: reading, writing, and changing an element in place. */
export function arrayCosts(element: string, length: number): readonly number[] {
  const array = `[${element}; ${length}]`;
  const params = `a: ${array}, i: usize, v: ${element}`;
  const change = (statement: string): string =>
    `pub fn main(${params}) -> ${array} { let mut b = a; ${statement} b }`;
  return [
    `pub fn main(${params}) -> ${element} { a[i] }`,
    change("b[i] = v;"),
    change("b[i] ^= v;"),
  ].map((text) => compiled(text).circuit.header.ands);
}

/** All costs, one line each. */
export function costLines(): readonly string[] {
  const operations = OPERATIONS.flatMap((operation) =>
    (["u", "i"] as const).map((sign) =>
      `${sign}: ${operation}: ${operationCosts(operation, sign).join(" ")}`
    )
  );
  const arrays = [["u8", 16], ["u32", 16], ["u8", 256], ["u32", 256]] as const;
  return [
    ...operations,
    ...arrays.map(([element, length]) =>
      `[${element}; ${length}] read, write, change: ${arrayCosts(element, length).join(" ")}`
    ),
  ];
}

if (import.meta.main) {
  // deno-lint-ignore no-console
  for (const line of costLines()) console.log(line);
}
