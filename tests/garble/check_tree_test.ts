import assert from "node:assert/strict";
import type { Expr } from "../../lib/garble/typed_expr.ts";
import { showType } from "../../lib/garble/types.ts";
import { accept, main, resultOf } from "./front_end.ts";
import { checkTree } from "./typed_tree.ts";

/** The expression with types at literals, conversions and comparisons. */
function show(e: Expr): string {
  switch (e.kind) {
    case "number":
      return `${e.value}:${showType(e.type)}`;
    case "local":
      return e.local.name;
    case "convert":
      return `to ${showType(e.type)}(${show(e.operand)})`;
    case "arithmetic":
    case "bitwise":
    case "shift":
    case "comparison":
    case "logical":
      return `(${show(e.left)} ${e.operator} ${show(e.right)})`;
    case "scale":
      return `(${show(e.operand)} x ${e.negate ? "-" : ""}${e.factor})`;
    case "cast":
      return `(${show(e.operand)} as ${showType(e.type)})`;
    case "unary":
      return `${e.operator}${show(e.operand)}`;
    case "index":
      return `${show(e.array)}[${show(e.index)}]`;
    case "if":
      return `if ${show(e.condition)} ${show(e.then)} else ${show(e.otherwise)}`;
    case "block":
      return e.result === undefined || e.statements.length > 0 ? "{…}" : `{${show(e.result)}}`;
    case "match":
      return `match {${e.arms.map((arm) => show(arm.body)).join(", ")}}`;
    case "tuple":
    case "array":
      return `[${e.elements.map(show).join(", ")}]`;
    default:
      return e.kind;
  }
}

function tree(body: string, type: string): string {
  const text = main(body, type);
  checkTree(accept(text));
  return show(resultOf(text)).replaceAll("unspecified unsigned int", "U?")
    .replaceAll("unspecified signed int", "S?");
}

Deno.test("literals are built at their final type", () => {
  assert.equal(tree("a + 1", "u8"), "(a + 1:u8)");
  assert.equal(tree("1 + 2 + a", "u8"), "((1:u8 + 2:u8) + a)");
  assert.equal(tree("if t { 1 } else { 2 }", "u64"), "if t {1:u64} else {2:u64}");
  assert.equal(tree("match a { 0 => 1, _ => y }", "u64"), "match {{1:u64}, {y}}");
  assert.equal(tree("l[1]", "u8"), "local[1:usize]".replace("local", "l"));
});

Deno.test("a value that was built at 32 bits is converted", () => {
  assert.equal(tree("let v = 5; v", "u64"), "to u64(v)");
  assert.equal(tree("let v = 5; v + a", "u8"), "(to u8(v) + a)");
  assert.equal(tree("let v = (1, [2, 3]); v", "(u64, [u16; 2])"), "to (u64, [u16; 2])(v)");
  assert.equal(tree("let v = -5; v", "i64"), "to i64(v)");
  assert.equal(
    tree("(t, a + (200 + 100) << 0)", "(bool, u8)"),
    "[t, ((a + (200:u8 + 100:u8)) << 0:u8)]",
  );
  assert.equal(tree("l[1 + 2]", "u8"), "l[to usize((1:U? + 2:U?))]");
  assert.equal(tree("let v = match a { 0 => 1 + 1, _ => b }; v", "u8"), "v");
  assert.equal(tree("a << (1 + 2)", "u8"), "(a << to u8((1:U? + 2:U?)))");
});

Deno.test("comparisons keep the larger width", () => {
  assert.equal(tree("a < (200 + 100)", "bool"), "(to u32(a) < to u32((200:U? + 100:U?)))");
  assert.equal(tree("s < (100 + 100)", "bool"), "(to i32(s) < to i32((100:U? + 100:U?)))");
  assert.equal(tree("y > (200 + 100)", "bool"), "(y > to u64((200:U? + 100:U?)))");
  assert.equal(tree("a <= 3", "bool"), "(a <= 3:u8)");
  assert.equal(tree("-1 < 3000000000", "bool"), "(-1:S? < 3000000000:S?)");
});

Deno.test("multiplication by a small literal is a node of its own", () => {
  assert.equal(tree("a * 2", "u8"), "(a x 2)");
  assert.equal(tree("3u8 * a", "u8"), "(a x 3)");
  assert.equal(tree("s * -1", "i8"), "(s x -1)");
  assert.equal(tree("(7) * (a + b)", "u8"), "((a + b) x 7)");
  assert.equal(tree("a * 31", "u8"), "(a x 31)");
  assert.equal(tree("a * 32", "u8"), "(a * 32:u8)");
  assert.equal(tree("a * 8u8", "u8"), "(a * 8:u8)");
  assert.equal(tree("y * 63u64", "u64"), "(y x 63)");
  assert.equal(tree("a * 0", "u8"), "(a * 0:u8)");
  assert.equal(tree("100 * 5 * a", "u8"), "((100:u8 x 5) * a)");
});

Deno.test("a compound assignment reads its place through one slot", () => {
  const typed = accept(main("let mut v = [a, b]; v[n] += l[0] * 2; v[0] = 1; {}"));
  const assigns = typed.functions.get("main")?.body.statements.filter((s) => s.kind === "assign");
  const [compound, plain] = assigns ?? [];
  assert.ok(compound?.kind === "assign" && plain?.kind === "assign");
  assert.equal(show(compound.value), "(v + (l[0:usize] x 2))");
  assert.ok(compound.value.kind === "arithmetic" && compound.value.left.kind === "local");
  assert.equal(compound.value.left.local, compound.current);
  assert.equal(plain.current, undefined);
});

Deno.test("struct literals are in alphabetical order", () => {
  const text = "struct S { b: u8, a: bool }\n" + main("S { b: a, a: t }", "S");
  const value = resultOf(text);
  assert.ok(value.kind === "struct");
  assert.deepEqual(value.fields.map(show), ["t", "a"]);
});

Deno.test("panic positions are the skewed extents of the nodes", () => {
  const position = (text: string): string => {
    const e = resultOf(text);
    assert.ok("position" in e, e.kind);
    const { startLine, startCol, endLine, endCol } = e.position;
    return `${startLine}:${startCol}-${endLine}:${endCol}`;
  };
  assert.equal(position("pub fn main(x: u8) -> u8 {\n  x + 255\n}"), "1:2-1:9");
  assert.equal(position("pub fn main(x: u8) -> u8 {\nx + 255\n}"), "0:25-1:7");
  assert.equal(position("pub fn main(x: u8) -> u8 { x + 255 }"), "0:26-0:33");
  assert.equal(position("pub fn main(x: u8) -> u8 {\n  (x + 1) + (x)\n}"), "1:3-1:14");
  assert.equal(position("pub fn main(x: [u8; 2], i: usize) -> u8 {\n  x[i]\n}"), "1:2-1:6");
  const struct = "struct S { f: u8 }\n";
  assert.equal(position(struct + "pub fn main(x: S) -> u8 {\n  x.f + 1\n}"), "2:4-2:9");
  const assign = accept("pub fn main(x: u8) -> () {\n  let mut a = [1u8];\n  a[0] += x;\n}")
    .functions.get("main")?.body.statements[1];
  assert.ok(assign?.kind === "assign" && assign.value.kind === "arithmetic");
  const expected = { startLine: 2, startCol: 2, endLine: 2, endCol: 11 };
  assert.deepEqual(assign.value.position, expected);
  const [step] = assign.steps;
  assert.deepEqual(step?.kind === "index" && step.position, expected);
});
