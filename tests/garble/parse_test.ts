import assert from "node:assert/strict";
import type { Expr } from "../../lib/garble/ast.ts";
import { parseExprText, parseProgram } from "../../lib/garble/parse/program.ts";

/** The expression with full brackets. */
function show(e: Expr): string {
  switch (e.kind) {
    case "binary":
      return `(${show(e.left)} ${e.operator} ${show(e.right)})`;
    case "unary":
      return `(${e.operator}${show(e.operand)})`;
    case "cast":
      return `(${show(e.operand)} as ${e.type.kind === "name" ? e.type.name : e.type.kind})`;
    case "name":
      return e.name;
    case "number":
      return `${e.value}`;
    case "index":
      return `${show(e.array)}[${show(e.index)}]`;
    case "element":
      return `${show(e.target)}.${e.index}`;
    case "field":
      return `${show(e.target)}.${e.name.text}`;
    case "call":
      return `${e.name.text}(${e.args.map(show).join(", ")})`;
    case "tuple":
      return `<${e.elements.map(show).join(", ")}>`;
    case "if": {
      const body = e.then.statements.map((s) =>
        s.kind === "expression" ? show(s.expression) : s.kind
      );
      const otherwise = e.otherwise === undefined ? "" : ` else ${show(e.otherwise)}`;
      return `if ${show(e.condition)} {${body.join("; ")}}${otherwise}`;
    }
    case "block":
      return `{${
        e.block.statements.map((s) => s.kind === "expression" ? show(s.expression) : s.kind).join(
          "; ",
        )
      }}`;
    default:
      return e.kind;
  }
}

function tree(text: string): string {
  const { expr, diagnostics } = parseExprText({ name: "test", text });
  return expr === undefined ? diagnostics.map((d) => d.kind).join(" ") : show(expr);
}

/** The kinds of the statements of a function body, expressions drawn. */
function statements(body: string): string[] {
  const { program, diagnostics } = parseProgram({ name: "test", text: `fn f() -> () {${body}}` });
  if (program === undefined) return diagnostics.map((d) => d.kind);
  const list = program.functions[0]?.body.statements ?? [];
  return list.map((s) => s.kind === "expression" ? show(s.expression) : s.kind);
}

function errors(text: string): string[] {
  const { program, diagnostics } = parseProgram({ name: "test", text });
  assert.equal(program === undefined, diagnostics.length > 0);
  return diagnostics.map((d) => d.kind);
}

Deno.test("parseExprText() follows the table of precedences", () => {
  assert.equal(
    tree("a || b && c == d < e | f ^ g & h << i + j * k as u8"),
    "(a || (b && (c == (d < (e | (f ^ (g & (h << (i + (j * (k as u8" + ")".repeat(11),
  );
  assert.equal(tree("a - b - c * d / e % f"), "((a - b) - (((c * d) / e) % f))");
  assert.equal(tree("a < b < c == d"), "(((a < b) < c) == d)");
  assert.equal(tree("!-a.0.1[2].x as u8 as u16"), "(((!(-a.0.1[2].x)) as u8) as u16)");
  assert.equal(tree("(a + b) * (c,).0"), "((a + b) * <c>.0)");
});

Deno.test("parseExprText() reads x-1 as a subtraction", () => {
  assert.equal(tree("x-1"), "(x - 1)");
  assert.equal(tree("x -1*2 - -3"), "((x - (1 * 2)) - -3)");
  assert.equal(tree("x-1u8"), "(x - 1)");
  assert.equal(tree("x-18446744073709551615"), "(x - 18446744073709551615)");
  assert.equal(tree("a[1 + i] + a[i + 1] + a[i-1]"), "((a[(1 + i)] + a[(i + 1)]) + a[(i - 1)])");
  assert.equal(tree("x * -1u8"), "InvalidUnsignedNum");
  assert.equal(tree("x * -9223372036854775809"), "InvalidSignedNum");
});

Deno.test("a sign behind a statement that starts with if or match begins a new statement", () => {
  assert.deepEqual(statements("if c {1} else {2} -1"), ["if c {1} else {2}", "-1"]);
  assert.deepEqual(statements("if c {1} else {2} - 1"), ["(if c {1} else {2} - 1)"]);
  assert.deepEqual(statements("match x { 0 => if c {1} else {2} -1 => 3 } -1"), ["match", "-1"]);
  assert.deepEqual(statements("if (c-1) {a[i-1]} else {2} -1"), [
    ...["if (c - 1) {a[(i - 1)]} else {2}", "-1"],
  ]);
});

Deno.test("an operator binds into the last branch of an else-if chain", () => {
  assert.equal(tree("if a {1} else {3} + 4"), "(if a {1} else {3} + 4)");
  assert.equal(
    tree("if a {1} else if b {2} else {3} + 4"),
    "if a {1} else (if b {2} else {3} + 4)",
  );
});

Deno.test("a bare block is only legal where a whole expression starts", () => {
  assert.equal(tree("2 + {1}"), "ExpectedExpr");
  assert.equal(tree("{1} + 2"), "InvalidLiteral");
  assert.equal(tree("2 + ({1})"), "(2 + {1})");
  assert.equal(tree("!if a {b} else {c}"), "ExpectedExpr");
});

Deno.test("statements end as the language wants, and stray semicolons are accepted", () => {
  assert.deepEqual(statements("a; b"), ["a", "b"]);
  assert.deepEqual(statements("if c { a }; ; b;;"), ["if c {a}", "b"]);
  assert.deepEqual(statements("for i in 0..2 { a } b"), ["for", "b"]);
  assert.deepEqual(statements("for i in 0..2 { a }; {1} {2}"), ["for", "{1}", "{2}"]);
  assert.deepEqual(statements("x = 1; x[i].0.f += 2; (x) = 3;"), ["assign", "assign", "assign"]);
  assert.deepEqual(statements("a b"), ["Expected"]);
  assert.deepEqual(statements("f(x) += 1;"), ["Expected"]);
  assert.deepEqual(statements("(a, b).0 = 1;"), ["Expected"]);
  assert.deepEqual(statements("let x = 1"), ["Expected"]);
  assert.deepEqual(statements("let x;"), ["Expected"]);
  assert.deepEqual(statements("let mut (a, b) = c;"), ["ExpectedIdentifier"]);
});

Deno.test("the unit value and every payload type are accepted", () => {
  assert.equal(tree("()"), "<>");
  assert.deepEqual(errors("enum E { A((u8, u8)), B([u8; 2]), C(, [u8; 2]), D(), F, }"), []);
});

Deno.test("struct literals are banned in headers, but not in brackets inside them", () => {
  assert.deepEqual(statements("if x == s {1} else {2}"), ["if (x == s) {1} else {2}"]);
  assert.deepEqual(statements("if x == (S {a: 1}) {1} else {2}"), [
    "if (x == struct) {1} else {2}",
  ]);
  assert.deepEqual(statements("if (if a {b} else {c}) == S {x: 1} {d}"), [
    "if (if a {b} else {c} == struct) {d}",
  ]);
  assert.deepEqual(statements("match x { 0 => S {a: 1}, _ => s }"), ["match"]);
  assert.deepEqual(statements("for i in x { S {a: i}; }"), ["for"]);
});

Deno.test("commas between arms may be dropped behind blocks only", () => {
  assert.deepEqual(
    statements("match x { 0 => {1} 1 => if a {b} 2 => match c {_ => d} _ => x = 1, }"),
    [
      "match",
    ],
  );
  assert.deepEqual(statements("match x { 0 => 1 _ => 2 }"), ["Expected"]);
  assert.deepEqual(statements("match x {}"), ["InvalidPattern"]);
});

Deno.test("patterns follow the token classes", () => {
  const pattern = (text: string): string[] => statements(`match x { ${text} => 1 }`);
  for (
    const good of ["-5..-1", "-5i8..5i8", "0u8..=9u8", "5i8", "(a, (b,))"]
  ) {
    assert.deepEqual(pattern(good), ["match"], good);
  }
  for (const good of ["S {a, ..}", "S {a: 1, b,}", "S {}", "E::A(1, x,)", "E::B", "E::C()", "()"]) {
    assert.deepEqual(pattern(good), ["match"], good);
  }
  for (const bad of ["-5..5", "0..=9u8", "1..x"]) {
    assert.deepEqual(pattern(bad), ["InvalidRangeExpr"], bad);
  }
  assert.deepEqual(pattern("S {..}"), ["ExpectedIdentifier"]);
  assert.deepEqual(pattern("[a, b]"), ["InvalidPattern"]);
});

Deno.test("ranges have number tokens on both sides", () => {
  assert.equal(tree("0..5u8"), "range");
  assert.equal(tree("0u8..5u16"), "InvalidRangeTypes");
  for (const bad of ["0..=5", "0..n", "0i8..5i8", "-1..5"]) {
    assert.equal(tree(bad), "InvalidRangeExpr", bad);
  }
  assert.equal(tree("n..5"), "InvalidLiteral");
});

Deno.test("array sizes are numbers, names or constant expressions", () => {
  assert.deepEqual(
    errors("fn f(a: [u8; 3], b: [u8; N], c: [u8; const { N + max(1, M) - P::Q }]) -> () {}"),
    [],
  );
  assert.deepEqual(errors("fn f(a: [u8; 3u8]) -> () {}"), ["InvalidArraySize"]);
  assert.deepEqual(errors("fn f(a: [u8; 4294967296]) -> () {}"), ["InvalidArraySize"]);
  assert.deepEqual(errors("fn f(a: [u8; const { 2 * N }]) -> () {}"), ["InvalidConstExpr"]);
  assert.equal(tree("[0; const { N }]"), "InvalidArraySize");
  assert.deepEqual(statements("[]"), ["InvalidLiteral"]);
  assert.equal(tree("[]"), "array");
});

Deno.test("items are checked and recovered from one by one", () => {
  assert.deepEqual(
    errors("pub const A: u8 = 1u8; pub struct S {} pub enum E {A} pub fn f() -> () {} pub"),
    [],
  );
  assert.deepEqual(errors("pub pub fn f() -> () {}"), ["InvalidTopLevelDef"]);
  assert.deepEqual(errors("use x; fn f() {} struct S { a } fn g(x: u8) -> u8 { x + } enum E {}"), [
    ...["InvalidTopLevelDef", "Expected", "Expected", "ExpectedExpr", "ExpectedIdentifier"],
  ]);
  assert.deepEqual(errors("fn f() -> () { let 5 = ; x y; { a b } let = 3; z }"), [
    ...["ExpectedExpr", "Expected", "Expected", "InvalidPattern"],
  ]);
  assert.deepEqual(errors("fn f() -> () { x.foo() }"), ["Expected"]);
  assert.deepEqual(errors("fn f() -> () { x.+ }"), ["ExpectedMethodCallOrFieldAccess"]);
});

Deno.test("hostile nesting ends in a diagnostic", () => {
  const many = 50_000;
  for (
    const open of [
      "(",
      "[",
      "{",
      "!",
      "-",
      "f(",
      "S{a:",
      "E::A(",
      "if x {",
      "match x { _ => ",
      "a[",
    ]
  ) {
    const found = errors(`fn f() -> u8 { ${open.repeat(many)}`);
    assert.ok(found.includes("NestedTooDeeply"), `${open}: ${found}`);
  }
  for (const link of ["x + ", "x * ", "x == "]) {
    const found = errors(`fn f() -> u8 { ${link.repeat(many)} x }`);
    assert.deepEqual(found, ["NestedTooDeeply"], link);
  }
  for (const tail of [" as u8", ".0", "[0]", ".a", " + 1"]) {
    const found = errors(`fn f() -> u8 { x${tail.repeat(many)} }`);
    assert.deepEqual(found, ["NestedTooDeeply"], tail);
  }
  assert.deepEqual(errors(`fn f() -> u8 { ${"if a {1} else ".repeat(many)}`), ["NestedTooDeeply"]);
  assert.deepEqual(errors(`fn f(a: ${"(".repeat(many)}`), ["NestedTooDeeply"]);
  assert.deepEqual(errors(`fn f(a: u8) -> u8 { let ${"(".repeat(many)}`), ["NestedTooDeeply"]);
});
