import assert from "node:assert/strict";
import { ProgramError } from "../../lib/base/mod.ts";
import {
  arrayLength,
  type ConstantsResult,
  type ConstValue,
  evaluateConstants,
  resolveSizes,
} from "../../lib/garble/consts.ts";
import { showType } from "../../lib/garble/types.ts";
import { accept, main } from "./front_end.ts";

function evaluate(items: string, supplied: Record<string, ConstValue> = {}): ConstantsResult {
  return evaluateConstants(accept(`${items}\n${main("")}`), new Map(Object.entries(supplied)));
}

/** The value of the constant `X`. */
function valueOf(items: string, supplied: Record<string, ConstValue> = {}): ConstValue | undefined {
  const { constants, diagnostics } = evaluate(items, supplied);
  assert.deepEqual(diagnostics, []);
  return constants?.values.get("X");
}

Deno.test("evaluateConstants() adds, subtracts and takes extremes", () => {
  assert.equal(valueOf("const A: u8 = 5u8; const X: u8 = A + 2u8 - 1u8;"), 6n);
  assert.equal(valueOf("const X: i8 = max(-7i8, -3i8, -100i8);"), -3n);
  assert.equal(valueOf("const X: u16 = min(7u16, 3u16) + max(1u16, 9u16);"), 12n);
  assert.equal(valueOf("const X: bool = true;"), true);
});

Deno.test("evaluateConstants() wraps at 64 bits and cuts to the type, but not a usize", () => {
  assert.equal(valueOf("const X: u8 = 250u8 + 10u8;"), 4n);
  assert.equal(valueOf("const X: u64 = 1u64 - 2u64;"), (1n << 64n) - 1n);
  assert.equal(valueOf("const X: i8 = 127i8 + 1i8;"), -128n);
  assert.equal(valueOf("const X: usize = 0usize - 1usize;"), (1n << 64n) - 1n);
  assert.equal(valueOf("const X: u8 = max();"), 0n);
  assert.equal(valueOf("const X: u8 = min();"), 255n);
});

Deno.test("evaluateConstants() takes supplied values of the right type only", () => {
  assert.equal(valueOf("const X: usize = P::N + 1usize;", { "P::N": 4n }), 5n);
  const array = "const N: usize = P::N; const X: [u8; N] = P::L;";
  assert.deepEqual(valueOf(array, { "P::N": 2n, "P::L": [1n, 2n] }), [1n, 2n]);
  const wrong = (items: string, value: ConstValue): void => {
    const { constants, diagnostics } = evaluate(items, { "P::N": 2n, "P::L": value });
    assert.equal(constants, undefined);
    assert.deepEqual(diagnostics.map((d) => d.kind), ["InvalidLiteralType"]);
  };
  for (const value of [[1n], [1n, 256n], [1n, true], 5n]) wrong(array, value);
  for (const value of [-1n, 256n, true, []]) wrong("const X: u8 = max(1u8, P::L);", value);
  for (const value of [1n, [true]]) wrong("const X: (bool, u8) = P::L;", value);
});

Deno.test("evaluateConstants() reports every missing value in order", () => {
  const { diagnostics } = evaluate(
    "const A: u8 = P::B + Q::A; const B: u8 = P::B; const C: bool = P::C;",
  );
  assert.deepEqual(diagnostics.map((d) => `${d.kind} ${d.message.split(" ")[2]}`), [
    ...["MissingConstant P::B", "MissingConstant Q::A", "MissingConstant P::C"],
  ]);
});

Deno.test("resolveSizes() replaces every size, also inside structs and enums", () => {
  const text = `const N: usize = P::N;
    struct S { a: [u8; N], e: E }
    enum E { A, B([bool; const { max(N, 3) + P::N - 1u8 }]) }
    pub fn f(s: S, t: ([S; N], [u8; 2])) -> () {}`;
  const program = accept(text);
  const { constants } = evaluateConstants(program, new Map([["P::N", 4n]]));
  const [s, t] = program.functions.get("f")?.params ?? [];
  assert.ok(constants !== undefined && s !== undefined && t !== undefined);
  const struct = resolveSizes(s.type, constants);
  assert.ok(struct.kind === "struct");
  assert.deepEqual(struct.fields.map((f) => showType(f.type)), ["[u8; 4]", "E"]);
  const choice = struct.fields[1]?.type;
  assert.ok(choice?.kind === "enum");
  assert.deepEqual(choice.variants[1]?.payload?.map(showType), ["[bool; 7]"]);
  assert.equal(showType(resolveSizes(t.type, constants)), "([S; 4], [u8; 2])");
});

Deno.test("arrayLength() refuses lengths that are not below 2^32", () => {
  const { constants } = evaluate("const X: usize = 0usize - 1usize;");
  assert.ok(constants !== undefined);
  assert.equal(arrayLength({ kind: "fixed", length: 7 }, constants), 7);
  assert.throws(() => arrayLength({ kind: "named", name: "X" }, constants), ProgramError);
  assert.throws(() => arrayLength({ kind: "named", name: "Y" }, constants), ProgramError);
});
