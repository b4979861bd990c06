import assert from "node:assert/strict";
import { LimitError } from "../../lib/base/mod.ts";
import {
  compile,
  type CompileOptions,
  decodeOutput,
  type Diagnostic,
  encodeInput,
} from "../../lib/garble/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import { compiled, outcome } from "./run_program.ts";

function problems(text: string, options: CompileOptions = {}): readonly Diagnostic[] {
  const result = compile({ name: "test.garble", text }, options);
  assert.equal(result.ok, false);
  return result.ok ? [] : result.diagnostics;
}

Deno.test("compile() names the parties and their types", () => {
  const program = compiled(
    "struct S { a: u8 }\npub fn main(x: u32, y: S, z: (bool, i8)) -> i8 { z.1 }",
  );
  const facts = program.parameters.map(({ name, bits }) => ({ name, bits }));
  assert.deepEqual(facts, [{ name: "x", bits: 32 }, { name: "y", bits: 8 }, {
    name: "z",
    bits: 9,
  }]);
  assert.equal(program.parties, 3);
  assert.deepEqual(program.circuit.header.inputs, [32, 8, 9]);
});

Deno.test("compile() gives each element of a lone array to a party, also of a named size", () => {
  const text = "const N: usize = 3usize;\npub fn main(x: [u8; N]) -> u8 { x[0] }";
  const program = compiled(text);
  assert.deepEqual(program.parameters.map(({ name }) => name), ["x[0]", "x[1]", "x[2]"]);
  assert.deepEqual(program.circuit.header.inputs, [8, 8, 8]);
});

Deno.test("compile() reports the problems of every stage", () => {
  assert.equal(problems("pub fn main(x: u8) -> u8 { x # 1 }")[0]?.stage, "Scan");
  assert.equal(problems("pub fn main(x: u8) -> u8 { x + }")[0]?.stage, "Parse");
  assert.equal(problems("pub fn main(x: u8) -> u8 { x + true }")[0]?.stage, "Type");
  const [missing] = problems("pub fn sum(x: u8) -> u8 { x }");
  assert.equal(missing?.kind, "FnNotFound");
  assert.match(missing?.hint ?? "", /sum/);
});

Deno.test("compile() reports missing and wrong external constants", () => {
  const text = "const N: usize = PARTY_0::N;\npub fn main(x: [u8; N], y: u8) -> u8 { x[0] + y }";
  assert.equal(problems(text)[0]?.kind, "MissingConstant");
  const wrong = problems(text, { constants: new Map([["PARTY_0::N", "true"]]) });
  assert.equal(wrong[0]?.kind, "InvalidLiteralType");
  assert.equal(
    compiled(text, { constants: new Map([["PARTY_0::N", "4"]]) }).parameters[0]?.bits,
    32,
  );
});

const MAIN = "pub fn main(x: u8, y: u8) -> u8 ";

Deno.test("compile() stops at its limits and names them", () => {
  const doubling = Array.from(
    { length: 40 },
    (_, i) => `fn f${i}(x: u8) -> u8 { f${i + 1}(f${i + 1}(x)) }`,
  );
  const cases: readonly (readonly [limit: string, text: string])[] = [
    ["iterations", `${MAIN}{ for i in 0..1000000 { for j in 0..1000000 {} } x }`],
    ["iterations", `${MAIN}{ f0(x) }\n${doubling.join("\n")}\nfn f40(x: u8) -> u8 { x }`],
    ["gates", `${MAIN}{ let mut z = x; for i in 0..1000000 { z = (z / (y | 1)) * x; } z }`],
    ["gates", `${MAIN}{ let mut z = 0u8; for i in 0..400000 { z = z * z / (x | 1); } z }`],
    ["bits", `${MAIN}{ let z = [[x; 65536]; 16]; z[0][0] }`],
    ["wires", "pub fn main(x: [u64; 20], y: u8) -> [u64; 20] { x }"],
  ];
  const limits = { gates: 100_000, wires: 1_000, iterations: 1_000_000, bits: 1 << 22 };
  for (const [limit, text] of cases) {
    assert.throws(() => compile({ name: "test", text }, { limits }), (error) => {
      assert.ok(error instanceof LimitError);
      assert.ok(error.message.includes(`(limit "${limit}"`), error.message);
      return true;
    });
  }
});

Deno.test("compile() can be stopped in every stage", () => {
  const arms = Array.from({ length: 300 }, (_, i) => `(${i}u16, ${i}) => 1,`).join("\n");
  const stages = {
    parsing: `${MAIN}{ ${"x;".repeat(1_000)} }`,
    matches: `pub fn main(x: u16, y: u16) -> u8 { match (x, y) { ${arms} _ => 2 } }`,
    loops: `${MAIN}{ let a = [x; 100]; for i in 0..1000 { let b = a; } x }`,
    gates: `${MAIN}{ let mut z = x; for i in 0..100 { z = z / (y | 1u8); } z }`,
  };
  for (const [name, text] of Object.entries(stages)) {
    let ticks = 0;
    const whole = compile({ name, text }, { tick: () => void ticks++ });
    assert.ok(whole.ok && ticks > 2, `${name}: ${ticks} ticks`);
    for (let stop = 1; stop <= ticks; stop++) {
      let left = stop;
      const tick = (): void => {
        if (--left === 0) throw new LimitError(`stopped at ${stop}`);
      };
      assert.throws(() => compile({ name, text }, { tick }), /stopped at/);
    }
    const bare = compile({ name, text });
    assert.ok(bare.ok);
    assert.deepEqual(bare.program.circuit.header.digest, whole.program.circuit.header.digest);
  }
});

Deno.test("the limit of nesting counts brackets, chains, types and calls", () => {
  const calls = Array.from({ length: 50 }, (_, i) => `fn f${i}(x: u8) -> u8 { f${i + 1}(x) }`);
  const structs = Array.from({ length: 50 }, (_, i) => `struct S${i} { a: S${i + 1} }`);
  const cases = {
    NestedTooDeeply: `${MAIN}{ ${"(".repeat(30)}x${")".repeat(30)} }`,
    CallsNestedTooDeeply: `${MAIN}{ f0(x) }\n${calls.join("\n")}\nfn f50(x: u8) -> u8 { x }`,
    TypeNestedTooDeeply: `${MAIN}{ x }\n${structs.join("\n")}\nstruct S50 { a: u8 }`,
  };
  for (const [kind, text] of Object.entries(cases)) {
    assert.equal(compile({ name: kind, text }).ok, true, kind);
    const kinds = new Set(
      problems(text, { limits: { nesting: 20 } }).map((problem) => problem.kind),
    );
    assert.deepEqual([...kinds], [kind]);
  }
});

Deno.test("a loop over a huge range ends in an error at once", () => {
  const text = `${MAIN}{ for i in 0..4000000000 {} x }`;
  try {
    assert.ok(problems(text).length > 0);
  } catch (error) {
    assert.ok(error instanceof LimitError);
  }
});

Deno.test("a panic is shown with reason, place and excerpt", () => {
  const program = compiled("pub fn main(x: u8, y: u8) -> u8 {\n    let z = x - y;\n    z / y\n}");
  const overflow = outcome(program, ["1", "2"]);
  assert.equal(overflow.kind, "panic");
  assert.equal(
    overflow.text,
    ["Overflow", " --> test.garble:2:13", "  |", "2 |     let z = x - y;", "  |             ^^^^^"]
      .join("\n"),
  );
  const byZero = outcome(program, ["1", "0"]);
  assert.ok(byZero.kind === "panic" && byZero.line === 3 && byZero.column === 5);
  assert.match(byZero.text, /^Division By Zero\n/);
});

Deno.test("decodeOutput() refuses outputs that no program gives", () => {
  const program = compiled("pub fn main(x: u8, y: u8) -> u8 { x + y }");
  const input = ["255", "1"].map((text, i) => encodeInput(program, i, text));
  const bits = evaluate(program.circuit, input);
  assert.equal(decodeOutput(program, bits).kind, "panic");
  const otherPlace = bits.slice();
  otherPlace[10] = 0xff;
  assert.throws(() => decodeOutput(program, otherPlace), RangeError);
  const otherReason = bits.slice();
  otherReason[3] = 0xff;
  assert.throws(() => decodeOutput(program, otherReason), RangeError);
  assert.throws(() => decodeOutput(program, bits.subarray(0, 5)), RangeError);
});
