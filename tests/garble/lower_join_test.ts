import assert from "node:assert/strict";
import fc from "fast-check";
import { compiled, run } from "./run_program.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

/** A row of the reference: the key, the other field, and the array it came from. */
interface Row {
  readonly key: bigint;
  readonly data: bigint;
  readonly tag: number;
}

/** Compares as the network does: by key, then by tag. */
function greater(x: Row, y: Row): boolean {
  return x.key !== y.key ? x.key > y.key : x.tag > y.tag;
}

/** The merge of the language's definition, on plain lists. */
function merge<T>(list: readonly T[], ascending: boolean, above: (x: T, y: T) => boolean): T[] {
  if (list.length <= 1) return [...list];
  const s = [...list];
  const h = 2 ** (Math.ceil(Math.log2(s.length)) - 1);
  for (let i = 0; i + h < s.length; i++) {
    const [x, y] = [s[i] as T, s[i + h] as T];
    const [low, high] = above(x, y) ? [y, x] : [x, y];
    [s[i], s[i + h]] = ascending ? [low, high] : [high, low];
  }
  return [...merge(s.slice(0, h), ascending, above), ...merge(s.slice(h), ascending, above)];
}

function sort<T>(list: readonly T[], ascending: boolean, above: (x: T, y: T) => boolean): T[] {
  if (list.length <= 1) return [...list];
  const middle = Math.floor(list.length / 2);
  const first = sort(list.slice(0, middle), !ascending, above);
  return merge([...first, ...sort(list.slice(middle), ascending, above)], ascending, above);
}

interface Pair {
  readonly match: boolean;
  readonly left: Row;
  readonly right: Row;
}

/** The candidates of a join in the order of the definition. */
function pairs(a: readonly Row[], b: readonly Row[]): Pair[] {
  const count = a.length + b.length;
  const size = 2 ** Math.ceil(Math.log2(Math.max(count, 1)));
  const empty = Array.from({ length: size - count }, () => ({ key: 0n, data: 0n, tag: 0 }));
  const s = merge([...empty, ...a, ...[...b].reverse()], true, greater);
  return s.slice(size - count, -1).map((left, i) => {
    const right = s[size - count + i + 1] as Row;
    return { match: left.key === right.key && left.tag !== right.tag, left, right };
  });
}

const rows = (tag: number, lengthMax: number): fc.Arbitrary<Row[]> =>
  fc.array(
    fc.record({
      key: fc.bigInt({ min: 0n, max: 7n }),
      data: fc.bigInt({ min: 0n, max: 255n }),
      tag: fc.constant(tag),
    }),
    { minLength: 1, maxLength: lengthMax },
  ).map((list) => list.sort((x, y) => Number(x.key - y.key)));

function text(list: readonly Row[]): string {
  return `[${list.map(({ key, data }) => `(${key}, ${data})`).join(", ")}]`;
}

Deno.test("join_iter runs the body for the pairs of the definition, in their order", () => {
  const property = fc.property(rows(0, 5), rows(1, 5), (a, b) => {
    const program = compiled(`
pub fn main(a: [(u8, u8); ${a.length}], b: [(u8, u16); ${b.length}]) -> (u64, u8) {
    let mut hash = 0u64;
    let mut count = 0u8;
    for (x, y) in join_iter(a, b) {
        hash = (hash << 6) ^ x.1 as u64 ^ y.1 as u64;
        count += 1;
    }
    (hash, count)
}`);
    const matches = pairs(a, b).filter(({ match }) => match);
    const mix = (hash: bigint, { left, right }: Pair): bigint =>
      BigInt.asUintN(64, hash << 6n) ^ left.data ^ right.data;
    const wanted = `(${matches.reduce(mix, 0n)}, ${matches.length})`;
    assert.equal(run(program, text(a), text(b)), wanted);
  });
  fc.assert(property, { numRuns: SLOW ? 1000 : 60 });
});

Deno.test("join returns the rows of the definition, in their order", () => {
  const property = fc.property(rows(0, 5), rows(1, 5), (a, b) => {
    const [n, m] = [a.length, b.length];
    const program = compiled(`
pub fn main(a: [(u8, u8); ${n}], b: [(u8, u16); ${m}]) -> [(bool, (u8, u8), (u8, u16)); const { ${n}usize + ${m}usize - 1usize }] {
    join(a, b)
}`);
    const zero = { key: 0n, data: 0n, tag: 0 };
    const shown = pairs(a, b).map((pair) =>
      pair.match ? pair : { match: false, left: zero, right: zero }
    );
    const wanted = sort(shown, true, (x, y) => x.match && !y.match).map(({ match, left, right }) =>
      `(${match}, (${left.key}, ${left.data}), (${right.key}, ${right.data}))`
    );
    assert.equal(run(program, text(a), text(b)), `[${wanted.join(", ")}]`);
  });
  fc.assert(property, { numRuns: SLOW ? 1000 : 60 });
});

Deno.test("join of plain arrays is their intersection", () => {
  const program = compiled(`
pub fn main(a: [i8; 3], b: [i8; 4]) -> [(bool, i8); const { 3usize + 4usize - 1usize }] { join(a, b) }`);
  // Negative numbers stand behind the others, as keys compare as bit strings.
  assert.equal(
    run(program, "[1, 5, -7]", "[2, 5, 6, -7]"),
    "[(false, 0), (false, 0), (false, 0), (false, 0), (true, 5), (true, -7)]",
  );
});

Deno.test("panics in the body of a join loop count only for pairs that match", () => {
  const program = compiled(`
pub fn main(a: [(u8, u8); 2], b: [(u8, u8); 2]) -> u8 {
    let mut s = 0u8;
    for (x, y) in join_iter(a, b) {
        s = s + x.1 / y.1;
    }
    s
}`);
  assert.equal(run(program, "[(1, 9), (2, 8)]", "[(2, 4), (3, 0)]"), "2");
  assert.equal(run(program, "[(1, 9), (3, 8)]", "[(2, 4), (3, 0)]"), "DivByZero at 5:17");
});

Deno.test("join of two empty arrays is empty, and so is a join with the result", () => {
  const size = "const { 0usize + 0usize - 1usize }";
  const program = compiled(`
pub fn main(x: u8, a: [(u8, u8); 0], b: [(u8, bool); 0]) -> ([(bool, (u8, u8), (u8, bool)); ${size}], u8) {
    let mut count = x;
    for row in join(a, b) { count += 1; }
    for row in join(join([true; 0], [true; 0]), [(true,); 0]) { count += 1; }
    for row in join(join([true; 0], [true; 0]), [(true,), (true,), (false,)]) { count += 10; }
    for (r, s) in join_iter(a, b) { count += 1; }
    (join(a, b), count)
}`);
  assert.equal(run(program, "7", "[(1, 2); 0]", "[(1, true); 0]"), "([], 27)");
});

Deno.test("an array of a negative size is refused unless it is a join of nothing", () => {
  const source = (size: string): string =>
    `pub fn main(x: u8, a: [u8; const { ${size} }]) -> u8 { x }`;
  assert.throws(() => compiled(source("0usize - 1usize")), /Cannot use \d+ as an array size/);
  assert.throws(() => compiled(source("1usize + 0usize - 2usize")), /as an array size/);
});
