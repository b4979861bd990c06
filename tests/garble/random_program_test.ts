import assert from "node:assert/strict";
import { seededRandom } from "../sim/random.ts";
import { compiled, outcome } from "./run_program.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

/** Ends the interpretation at the first panic. */
class Panicked extends Error {
  readonly reason: string;
  /** Number of the place. */
  readonly place: number;

  constructor(reason: string, place: number) {
    super(reason);
    this.reason = reason;
    this.place = place;
  }
}

/** Variables of a run: v0 … v3 and the array a, all u8. */
interface Memory {
  readonly numbers: number[];
  readonly array: number[];
}

/** A piece of a program: its text, in which `@n@` marks the place n that can panic, and its meaning. */
interface Piece<T> {
  readonly text: string;
  readonly run: (memory: Memory) => T;
}

/** Makes random programs; the same seed gives the same program. */
class Generator {
  readonly #random: (bound: number) => number;
  #places = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  body(depth: number): Piece<number> {
    const statements = Array.from({ length: this.#random(3) }, () => this.#statement(depth));
    const value = this.#number(depth);
    return {
      text: [...statements, value].map(({ text }) => text).join(" "),
      run: (memory) => {
        for (const statement of statements) statement.run(memory);
        return value.run(memory);
      },
    };
  }

  #number(depth: number): Piece<number> {
    switch (this.#random(depth > 0 ? 8 : 2)) {
      case 0: {
        const value = this.#random(3) === 0 ? this.#random(256) : this.#random(5);
        return { text: `${value}u8`, run: () => value };
      }
      case 1: {
        const index = this.#random(4);
        return { text: `v${index}`, run: ({ numbers }) => numbers[index] as number };
      }
      case 2:
        return this.#element(depth - 1);
      case 3:
      case 4:
        return this.#choice(depth - 1);
      default:
        return this.#operation(depth - 1);
    }
  }

  #operation(depth: number): Piece<number> {
    const [x, y] = [this.#number(depth), this.#number(depth)];
    const op = "+-*/%"[this.#random(5)] as string;
    const place = this.#places++;
    const run = (memory: Memory): number => {
      const l = x.run(memory);
      const r = y.run(memory);
      if ((op === "/" || op === "%") && r === 0) throw new Panicked("DivByZero", place);
      const exact = { "+": l + r, "-": l - r, "*": l * r, "/": Math.floor(l / r), "%": l % r }[op];
      if (exact === undefined || exact < 0 || exact > 255) throw new Panicked("Overflow", place);
      return exact;
    };
    return { text: `({ let l = ${x.text}; let r = ${y.text}; @${place}@ l ${op} r })`, run };
  }

  #element(depth: number): Piece<number> {
    const index = this.#number(depth);
    const place = this.#places++;
    const run = (memory: Memory): number => {
      const value = memory.array[index.run(memory) % 5];
      if (value === undefined) throw new Panicked("OutOfBounds", place);
      return value;
    };
    return { text: `({ let i = (${index.text} % 5u8) as usize; @${place}@ a[i] })`, run };
  }

  #choice(depth: number): Piece<number> {
    const condition = this.#condition(depth);
    const [x, y] = [this.body(depth), this.body(depth)];
    if (this.#random(3) > 0) {
      return {
        text: `(if ${condition.text} { ${x.text} } else { ${y.text} })`,
        run: (memory) => condition.run(memory) ? x.run(memory) : y.run(memory),
      };
    }
    const [selector, middle] = [this.#number(depth), this.body(depth)];
    return {
      text:
        `(match ${selector.text} { 0 => {${x.text}}, 1..=99 => {${y.text}}, _ => {${middle.text}} })`,
      run: (memory) => {
        const value = selector.run(memory);
        return value === 0 ? x.run(memory) : value <= 99 ? y.run(memory) : middle.run(memory);
      },
    };
  }

  #condition(depth: number): Piece<boolean> {
    const [x, y] = [this.#number(depth), this.#number(depth)];
    if (this.#random(2) === 0) {
      return {
        text: `(${x.text} < ${y.text})`,
        run: (memory) => {
          const l = x.run(memory);
          return l < y.run(memory);
        },
      };
    }
    const op = this.#random(2) === 0 ? "&&" : "||";
    return {
      text: `((${x.text} <= 99u8) ${op} (${y.text} != 3u8))`,
      run: (memory) => {
        const l = x.run(memory) <= 99;
        return op === "&&" ? l && y.run(memory) !== 3 : l || y.run(memory) !== 3;
      },
    };
  }

  #statement(depth: number): Piece<void> {
    const kind = this.#random(depth > 0 ? 5 : 2);
    if (kind <= 1) return this.#assignment(depth);
    if (kind === 2) return this.#elementAssignment(depth - 1);
    if (kind === 3) {
      const times = 1 + this.#random(3);
      const inner = this.#statement(depth - 1);
      return {
        text: `for i in 0..${times} { ${inner.text} }`,
        run: (memory) => {
          for (let i = 0; i < times; i++) inner.run(memory);
        },
      };
    }
    const condition = this.#condition(depth - 1);
    const inner = this.#statement(depth - 1);
    return {
      text: `if ${condition.text} { ${inner.text} }`,
      run: (memory) => {
        if (condition.run(memory)) inner.run(memory);
      },
    };
  }

  #assignment(depth: number): Piece<void> {
    const index = this.#random(4);
    const value = this.#number(depth);
    return {
      text: `v${index} = ${value.text};`,
      run: (memory) => {
        memory.numbers[index] = value.run(memory);
      },
    };
  }

  #elementAssignment(depth: number): Piece<void> {
    const [index, value] = [this.#number(depth), this.#number(depth)];
    const place = this.#places++;
    return {
      // The bounds are checked before the value is evaluated.
      text: `for i in [(${index.text} % 5u8) as usize] { @${place}@ a[i] = ${value.text}; }`,
      run: (memory) => {
        const at = index.run(memory) % 5;
        if (at >= 4) throw new Panicked("OutOfBounds", place);
        memory.array[at] = value.run(memory);
      },
    };
  }
}

/** The text with a line for each place, and the places' lines, counted from 1. */
function layOut(text: string): { readonly text: string; readonly lines: Map<number, number> } {
  const parts = text.split("@");
  const lines = new Map<number, number>();
  let out = parts[0] as string;
  for (let i = 1; i < parts.length; i += 2) {
    lines.set(Number(parts[i]), i === 1 ? 2 : (i + 1) / 2 + 1);
    out += `\n${parts[i + 1]}`;
  }
  return { text: out, lines };
}

/** What the program must print: all variables, or the reason and line of the first panic. */
function expected(
  body: Piece<number>,
  lines: Map<number, number>,
  inputs: readonly number[],
): string {
  const memory: Memory = { numbers: [...inputs], array: [1, 20, 300 % 256, 0] };
  try {
    const value = body.run(memory);
    return `(${value}, [${memory.numbers.join(", ")}], [${memory.array.join(", ")}])`;
  } catch (error) {
    if (error instanceof Panicked) return `${error.reason} in line ${lines.get(error.place)}`;
    throw error;
  }
}

function check(seed: number, depth: number): string[] {
  const body = new Generator(seed).body(depth);
  const { text, lines } = layOut(
    `pub fn main(x: u8, y: u8) -> (u8, [u8; 4], [u8; 4]) { let mut v0 = x; let mut v1 = y; ` +
      `let mut v2 = 2u8; let mut v3 = 200u8; let mut a = [1u8, 20u8, 44u8, 0u8]; ` +
      `let value = ({ ${body.text} }); (value, [v0, v1, v2, v3], a) }`,
  );
  const program = compiled(text);
  const random = seededRandom(seed);
  return Array.from({ length: 6 }, () => {
    const inputs = [random(2) === 0 ? random(4) : random(256), random(256)];
    const wanted = expected(body, lines, [...inputs, 2, 200]);
    const got = outcome(program, inputs.map(String));
    const shown = got.kind === "value" ? got.text : `${got.reason} in line ${got.line}`;
    assert.equal(shown, wanted, `seed ${seed}, depth ${depth}, inputs ${inputs}:\n${text}`);
    return wanted;
  });
}

Deno.test("random programs agree with a direct interpretation, also in which panic comes first", () => {
  const outcomes = { values: 0, panics: 0 };
  for (let seed = 0; seed < (SLOW ? 5000 : 150); seed++) {
    for (const result of check(seed, 1 + seed % 5)) {
      outcomes[result.startsWith("(") ? "values" : "panics"]++;
    }
  }
  assert.ok(outcomes.values > 100 && outcomes.panics > 100, JSON.stringify(outcomes));
});
