import assert from "node:assert/strict";
import process from "node:process";
import { LimitError, ProgramError } from "../../lib/base/mod.ts";
import { validateCircuit } from "../../lib/circuit/mod.ts";
import { compile } from "../../lib/garble/mod.ts";
import { renderDiagnostics } from "../../lib/garble/diagnostic.ts";
import { readValue } from "../../lib/garble/literal.ts";
import { BOOL, INTS, type Type } from "../../lib/garble/types.ts";
import { frontEnd } from "./front_end.ts";
import { checkTree } from "./typed_tree.ts";

const COUNT = process.env.P2P_MPC_SLOW === "1" ? 100_000 : 2_000;

/** A small seeded generator (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;

function pick(random: Random, list: readonly string[]): string {
  return list[random(list.length)] ?? "";
}

/** The programs under examples/. */
function examples(): string[] {
  const folder = new URL("../../examples/", import.meta.url);
  const names = [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name).sort();
  return names.flatMap((name) => {
    const files = [...Deno.readDirSync(new URL(`${name}/`, folder))].map((file) => file.name);
    const program = `${name}.garble.rs`;
    return files.includes(program)
      ? [Deno.readTextFileSync(new URL(`${name}/${program}`, folder))]
      : [];
  });
}

const CORPUS = [
  ...examples(),
  `const N: usize = 3usize;
const M: usize = PARTY_0::M + max(1usize, N);
struct P { y: u8, x: [u16; N] }
enum E { A, B(u8, (u8, bool)), C() }
fn helper(e: E, p: P) -> (u16, u8) {
  let v = match e { E::A => 1, E::B(5, (y, true)) => y, E::B(_, (z, _)) => z, E::C() => 0 };
  (p.x[1] + 1, v)
}
pub fn main(a: u8, b: [u32; 4], e: E) -> (u16, u8) {
  let mut s = 0u32;
  for i in 0..4 { s += b[i]; }
  let mut arr = [0u8; N];
  arr[1] = a; arr[2] <<= 2;
  if s > 10 { arr[0] = 1; }
  let p = P { x: [1u16; N], y: a };
  let P { x, .. } = p;
  for ((k1, v1), (k2, v2)) in join_iter([(1u8, 2u8)], [(1u8, true)]) { if v2 { arr[0] = v1; } }
  helper(e, p)
}`,
  `pub fn main(x: i32, y: i32) -> (bool, i32, [u8; 3]) {
  let z = if x < y && !(x == 3) || y >= -5 { x * 2 - y } else if x != y { (x / 7) % 3 } else { -x };
  let mut t = ((1, 2), [true, false]);
  t.1[0] ^= x <= y;
  let w = { let q = 5; q + 1 };
  let j: [(bool, u8); const { 2usize + 3usize - 1usize }] = join([1u8, 2u8], [1u8, 2u8, 3u8]);
  let c = match (x, t.1[1]) { (-5..-1, true) => w, (0, _) => 1 + w, (n, false) => 3, _ => 4 };
  (t.1[0], z + c, [j[0].1, x as u8, (y >> 3) as u8 | 0u8])
}`,
];

const WORDS = [
  ..."const struct enum fn let if else match mut as pub for in true false _ x y a b i N E P S"
    .split(" "),
  ..."u8 i32 usize bool 0 1 5 255 256u8 -1 - 1u8 -5i8 18446744073709551616 join join_iter main"
    .split(" "),
  ..."( ) { } [ ] , ; : :: . .. ..= -> => + - * / % & && | || ^ ! = == != < > <= >= << >>".split(
    " ",
  ),
  ...'+= -= <<= x[0] x.0 x.y E::A E::B(1) P{x:1} const{N} // /* */ \n # " ä f(x) [1,2] (1,) ()'
    .split(" "),
];

const TOKEN = /\s+|\w+|[^\s\w]/g;

/** A program of the corpus with a few tokens deleted, doubled, swapped or replaced. */
function mutated(random: Random): string {
  const tokens = pick(random, CORPUS).match(TOKEN) ?? [];
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(tokens.length);
    const other = tokens[random(tokens.length)] ?? "";
    const kind = random(5);
    if (kind === 0) tokens.splice(at, 1 + random(3));
    else if (kind === 1) tokens.splice(at, 0, other);
    else if (kind === 2) tokens.splice(at, 1, other);
    else if (kind === 3) tokens.splice(at, 1, pick(random, WORDS));
    else tokens.splice(at, 0, ` ${pick(random, WORDS)} `);
  }
  return tokens.join("");
}

/** Words in any order, inside a function or not. */
function soup(random: Random): string {
  const words = Array.from({ length: random(30) }, () => pick(random, WORDS)).join(" ");
  return random(4) === 0
    ? words
    : `pub fn main(x: u8, y: (u8, i32), a: [u8; 3]) -> u8 { ${words} }`;
}

const NUMBERS = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "usize"];

/** An expression that is meant to have the type, of literals and operators mostly. */
function expression(random: Random, type: string, depth: number): string {
  const inner = (t: string): string => expression(random, t, depth - 1);
  if (depth === 0) {
    if (type === "bool") return pick(random, ["true", "t", "v_bool"]);
    return pick(random, ["1", "7", "100", `3${type}`, `v_${type}`, "k", "(1 + 2)"]);
  }
  if (type === "bool") {
    const t = pick(random, NUMBERS);
    const operator = pick(random, ["<", ">", "<=", ">=", "==", "!="]);
    return pick(random, [
      ...[`(${inner(t)} ${operator} ${inner(t)})`, `(${inner("bool")} && ${inner("bool")})`],
      ...[`!${inner("bool")}`, `((${inner(t)}, ${inner("bool")}) == (${inner(t)}, t))`],
    ]);
  }
  const operator = pick(random, ["+", "-", "*", "/", "%", "&", "|", "^"]);
  const other = pick(random, NUMBERS);
  return pick(random, [
    ...[`(${inner(type)} ${operator} ${inner(type)})`, `(${inner(type)} << ${inner("u8")})`],
    ...[`(${inner(other)} as ${type})`, `[${inner(type)}, ${inner(type)}][${inner("usize")}]`],
    ...[`(${inner(type)}, t).0`, `({ let k = ${inner(type)}; ${inner(type)} })`],
    `(if ${inner("bool")} { ${inner(type)} } else { ${inner(type)} })`,
    `(match ${inner("u8")} { 0 => ${inner(type)}, k => ${inner(type)} })`,
  ]);
}

/** A program that is nearly well typed, with untyped literals in many places. */
function typed(random: Random): string {
  const type = pick(random, [...NUMBERS, "bool"]);
  const params = [...NUMBERS, "bool"].map((t) => `v_${t}: ${t}`).join(", ");
  const depth = 1 + random(3);
  const annotation = pick(random, ["", "", `: ${type}`]);
  const first = expression(random, type, depth);
  const second = expression(random, type, depth);
  return `pub fn main(t: bool, ${params}) -> ${type} {
    let k = ${pick(random, ["5", "v_u8", "1 + 2", "v_usize"])};
    let mut m${annotation} = ${first};
    m = ${second};
    ${pick(random, ["m", "m + 1", second, "k"])}
  }`;
}

/** Bounds within which a mutated program ends soon. */
const LIMITS = { gates: 20_000, wires: 20_000, iterations: 2_000, bits: 20_000 };

/** A program that was accepted ends in a circuit, or at a limit that the error names. */
function lower(text: string): void {
  const constants = new Map([["PARTY_0::M", "2"]]);
  try {
    const made = compile({ name: "fuzz", text }, { limits: LIMITS, constants });
    if (made.ok) validateCircuit(made.program.circuit);
    else assert.ok(made.diagnostics.every(({ stage }) => stage === "Compile"));
  } catch (error) {
    const size = error instanceof ProgramError && error.message.includes("as an array size");
    assert.ok(
      size || (error instanceof LimitError && /\(limit "/.test(error.message)),
      String(error),
    );
  }
}

/** Ends in a circuit, at a limit, or in diagnostics that can be drawn. */
function survive(text: string, seed: number): boolean {
  try {
    const { typed: program, diagnostics } = frontEnd(text);
    assert.equal(program === undefined, diagnostics.length > 0);
    if (program !== undefined) {
      checkTree(program);
      lower(text);
    }
    for (const { span } of diagnostics) {
      assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length);
    }
    renderDiagnostics({ name: "fuzz", text }, diagnostics);
    return program !== undefined;
  } catch (error) {
    throw new Error(`seed ${seed}:\n${text}`, { cause: error });
  }
}

/** Number of accepted programs among `COUNT` of the kind. */
function run(make: (random: Random) => string, salt: number): number {
  let accepted = 0;
  for (let i = 0; i < COUNT; i++) {
    const seed = salt * 1_000_003 + i;
    if (survive(make(generator(seed)), seed)) accepted++;
  }
  return accepted;
}

Deno.test("the corpus itself is accepted", () => {
  for (const text of CORPUS) assert.ok(survive(text, 0), text);
});

Deno.test("mutated programs end in a circuit, at a limit or in diagnostics", () => {
  const accepted = run(mutated, 1);
  assert.ok(accepted > 0 && accepted < COUNT, `${accepted} of ${COUNT} accepted`);
});

Deno.test("soups of words end in a circuit, at a limit or in diagnostics", () => {
  assert.ok(run(soup, 2) < COUNT);
});

Deno.test("nearly well-typed programs give sound trees and circuits", () => {
  const accepted = run(typed, 3);
  assert.ok(accepted * 20 > COUNT, `${accepted} of ${COUNT} accepted`);
});

Deno.test("soups as literals end in a value or in what is needed instead", () => {
  const pair: Type = { kind: "tuple", elements: [INTS.u8, BOOL] };
  const types: Type[] = [
    ...[INTS.u8, INTS.i64, BOOL, pair],
    { kind: "array", element: INTS.u8, size: { kind: "fixed", length: 2 } },
  ];
  for (let i = 0; i < COUNT; i++) {
    const random = generator(4_000_000 + i);
    const text = Array.from({ length: random(6) }, () => pick(random, WORDS)).join(" ");
    const type = types[random(types.length)] ?? BOOL;
    const read = readValue(type, text);
    assert.ok(
      read.ok || (read.problem.line >= 1 && read.problem.column >= 1 && read.problem.needed !== ""),
      text,
    );
  }
});
