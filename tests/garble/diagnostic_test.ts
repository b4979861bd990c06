import assert from "node:assert/strict";
import {
  CODES,
  diagnostic,
  renderDiagnostics,
  sortDiagnostics,
} from "../../lib/garble/diagnostic.ts";
import { lineColumn } from "../../lib/garble/source.ts";
import { frontEnd, main } from "./front_end.ts";

function drawn(text: string): string {
  return renderDiagnostics({ name: "sum.garble.rs", text }, frontEnd(text).diagnostics);
}

/** The hints for a program. */
function hints(text: string): (string | undefined)[] {
  return frontEnd(text).diagnostics.map((d) => d.hint);
}

Deno.test("renderDiagnostics() draws place, excerpt, carets and help", () => {
  assert.equal(
    drawn("pub fn main(a: u8, b: u16) -> u16 {\n    a + b\n}"),
    [
      "error[E0319]: the types u8 and u16 do not go together",
      " --> sum.garble.rs:2:5",
      "  |",
      "2 |     a + b",
      "  |     ^^^^^",
      '  = help: add a cast, "… as u16"',
    ].join("\n"),
  );
});

Deno.test("renderDiagnostics() draws several, sorted by position", () => {
  const text = "pub fn main(count: u8) -> u8 {\n  let x: u8 = true;\n  coutn\n}";
  const codes = [...drawn(text).matchAll(/^error\[(E\d+)\]/gm)].map((m) => m[1]);
  assert.deepEqual(codes, [CODES.UnexpectedType, CODES.UnknownIdentifier]);
  assert.match(drawn(text), /--> sum\.garble\.rs:3:3\n/);
  assert.match(drawn(text), /help: did you mean "count"\?/);
});

Deno.test("renderDiagnostics() widens the gutter with the line number", () => {
  const text = `${"\n".repeat(99)}pub fn main(a: u8) -> u8 { b }`;
  const lines = drawn(text).split("\n");
  assert.equal(lines[1], "   --> sum.garble.rs:100:28");
  assert.equal(lines[4], `    | ${" ".repeat(27)}^`);
});

Deno.test("renderDiagnostics() puts the caret right behind tabs and wide characters", () => {
  const cases = [["/* 😀 */\t", 8 + 4], ["/* 宽度 */ ", 11], ["/* e\u0301 */ ", 8]] as const;
  for (const [front, columns] of cases) {
    const text = `${front}pub fn main(a: u8) -> u8 { b }`;
    const [, , , code, caret] = drawn(text).split("\n");
    assert.equal(code, `1 | ${text.replaceAll("\t", "    ")}`);
    assert.equal(caret, `  | ${" ".repeat(columns + 27)}^`);
  }
});

Deno.test("renderDiagnostics() cuts long lines and shows no control characters", () => {
  const long = `pub fn main(a: u8) -> u8 { ${"a + ".repeat(200)}b }`;
  assert.ok(drawn(long).split("\n").every((line) => line.length < 200));
  assert.match(drawn(long), /\^/);
  const hostile = drawn("\u001b[31m \u202e pub fn");
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(hostile, /[\u001b\u202e]/);
});

Deno.test("renderDiagnostics() draws the end of the text and an empty text", () => {
  assert.equal(
    drawn("pub fn main(a: u8) -> u8 {\n"),
    [
      'error[E0212]: expected "}", found the end of the text',
      " --> sum.garble.rs:2:1",
      "  |",
      "2 | ",
      "  | ^",
    ].join("\n"),
  );
  const span = { start: 0, end: 0 };
  const list = [diagnostic("InvalidLiteral", { message: "the value is empty", span })];
  assert.equal(
    renderDiagnostics({ name: "value", text: "" }, list),
    "error[E0205]: the value is empty\n --> value:1:1",
  );
});

Deno.test("codes are unique and name their stage", () => {
  const codes = Object.values(CODES);
  assert.equal(new Set(codes).size, codes.length);
  const problem = { message: "m", span: { start: 0, end: 0 } };
  assert.equal(diagnostic("UnexpectedCharacter", problem).stage, "Scan");
  assert.equal(diagnostic("Expected", problem).stage, "Parse");
  assert.equal(diagnostic("TypeMismatch", problem).stage, "Type");
  assert.equal(diagnostic("MissingConstant", problem).stage, "Compile");
});

Deno.test("sortDiagnostics() drops exact repetitions only", () => {
  const at = (start: number, message: string): ReturnType<typeof diagnostic> =>
    diagnostic("Expected", { message, span: { start, end: start } });
  const sorted = sortDiagnostics([at(2, "b"), at(1, "a"), at(2, "b"), at(2, "c")]);
  assert.deepEqual(sorted.map((d) => d.message), ["a", "b", "c"]);
});

Deno.test("hints name the next step", () => {
  assert.deepEqual(hints(main("let v = a; v = 1; {}")), ['write "mut v" where it is declared']);
  assert.deepEqual(hints(main("w", "u8")), ['add a cast, "… as u8"']);
  assert.deepEqual(hints(main("if a { 1 } else { 2 }", "u8")), ['compare it, "… != 0"']);
  assert.deepEqual(hints(main("return a;", "u8")), [
    "there is no return: the last expression of a function is its value",
  ]);
  assert.deepEqual(hints(main("300", "u8")), ["u8 goes from 0 to 255"]);
  assert.deepEqual(hints(main("match a { 0 => 1 }", "u8")), ['add an arm "_ => …"']);
  assert.deepEqual(hints("const A: u16 = 2;\n" + main("")), ["write 2u16"]);
  assert.deepEqual(hints(main("if a = 1 { 1 }")), ['write "==" to compare']);
  assert.deepEqual(hints(main("'")), [
    "there are no strings; a text is an array of bytes, [u8; N]",
  ]);
  assert.deepEqual(hints(`const N: u8 = 2u8;\n${main("[a; N]; {}")}`), [
    'declare it as "const N: usize = …"',
  ]);
  assert.deepEqual(hints("fn f(a: &u8) -> () {}"), [
    "there are no references, all values are copied",
  ]);
});

Deno.test("a match that is not exhaustive names a missing case", () => {
  const missing = (body: string): string | undefined => {
    return /: (.*) is missing$/.exec(frontEnd(main(body)).diagnostics[0]?.message ?? "")?.[1];
  };
  assert.equal(missing("match a { 0 => 1, 2..=255 => 2 };"), "1u8");
  assert.equal(missing("match a { 5..=9 => 1 };"), "0u8..=4u8");
  assert.equal(missing("match a { 0..=9 => 1 };"), "10u8..=255u8");
  assert.equal(
    missing("match (t, (s, a)) { (true, _) => 1, (_, (_, 7)) => 2 };"),
    "(false, (_, 0u8..=6u8))",
  );
  const e = "enum E { A, B(u8) }\nstruct S { e: E, t: bool }\n";
  const text = e +
    main("match (S { e: E::A, t }) { S { e: E::A, t: true } => 1, S { t: false, .. } => 2 };");
  assert.match(
    frontEnd(text).diagnostics[0]?.message ?? "",
    /: S \{e: E::B\(_\), t: true\} is missing$/,
  );
});

Deno.test("lineColumn() counts from 1 in scalar values", () => {
  assert.deepEqual(lineColumn("a\n😀b", 4), { line: 2, column: 2 });
  assert.deepEqual(lineColumn("", 0), { line: 1, column: 1 });
});
