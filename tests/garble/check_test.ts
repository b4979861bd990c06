import assert from "node:assert/strict";
import { showType } from "../../lib/garble/types.ts";
import { accept, kinds, main, reject } from "./front_end.ts";

/** Accepts statements in a main with many parameters. */
function ok(body: string, type = "()"): void {
  accept(main(body, type));
}

/** Rejects them with one problem. */
function no(kind: string, body: string, type = "()"): void {
  reject(main(body, type), kind);
}

/** Rejects items next to a correct main. */
function noItem(kind: string, items: string): void {
  reject(`${items}\n${main("{}")}`, kind);
}

Deno.test("operators demand operands that go together", () => {
  ok("(a + 1) as u16 + w", "u16");
  ok("a + 255", "u8");
  ok("(a << 3) & (b >> 7u8) | !a ^ b", "u8");
  ok("-s + -5", "i8");
  ok("t & (a < b) | !t ^ (a == 3)", "bool");
  ok("(a, [b, 1]) == (1u8, [2u8, 3u8])", "bool");
  ok("l == l && () == ({})", "bool");
  no("TypeMismatch", "a + w;");
  no("TypeMismatch", "a + -1;");
  no("UnexpectedType", "a + 256;");
  no("UnexpectedType", "s + 128;");
  no("ExpectedNumberType", "t + t;");
  no("ExpectedNumberType", "t < t;");
  no("ExpectedBoolOrNumberType", "l & l;");
  no("ExpectedBoolOrNumberType", "!l;");
  no("ExpectedSignedNumberType", "-a;");
  no("ExpectedSignedNumberType", "-(5);");
  no("UnexpectedType", "a && t;");
  no("UnexpectedType", "a << w;");
  no("UnexpectedType", "a << 256;");
});

Deno.test("struct patterns need the struct that is matched", () => {
  noItem("UnknownStruct", "pub fn f(v: u8) -> () { match v { Nothing { x } => x } }");
  noItem(
    "ExpectedStructType",
    "struct S { x: u8 }\npub fn f(v: u8) -> () { match v { S { x } => {} } }",
  );
  noItem(
    "UnexpectedType",
    "struct S { x: u8 }\nstruct T { x: u8 }\npub fn f(v: T) -> () { match v { S { x } => {} } }",
  );
});

Deno.test("computed sizes are equal if they are spelled alike", () => {
  const items = "const N: usize = P::N;\nconst M: usize = max(N, 2usize);\n";
  const f = (from: string, to: string): string =>
    `${items}pub fn f(v: [u8; const { ${from} }]) -> [u8; const { ${to} }] { v }\n${main("{}")}`;
  const sizes = ["P::N", "P::N + 1", "max(N, 2usize)", "min(N, M) - 1usize", "N", "M - (N - 1)"];
  for (const from of sizes) {
    for (const to of sizes) {
      if (from === to) accept(f(from, to));
      else reject(f(from, to), "UnexpectedType");
    }
  }
});

Deno.test("casts go between bools and numbers", () => {
  ok("t as u8 + a as u8 + (x as bool) as u8 + -1 as u8", "u8");
  no("ExpectedBoolOrNumberType", "l as u8;");
  no("ExpectedBoolOrNumberType", "a as (u8);");
  no("UnknownStructOrEnum", "a as u128;");
});

Deno.test("literals take the type that is demanded of them", () => {
  ok("let v: [u8; 3] = [1, 2, 3]; let p: (i8, [u64; 2]) = (-1, [5; 2]); {}");
  ok("let v: i64 = if t { 1 } else { -1 }; let u: u8 = match a { 0 => 1, _ => 2 }; {}");
  ok("let v: i32 = 5 - 10; let q: u8 = { let z = 1; 2 + 3 }; {}");
  ok("let r: [u8; 5] = 0..5; {}");
  ok("let z = [1, a, 2]; z[0] + a", "u8");
  ok("let z = [1, -1, s]; z[0]", "i8");
  ok("let z = [1, -1]; z[0] as i32", "i32");
  no("UnexpectedType", "let v: u8 = 256; {}");
  no("UnexpectedType", "let v: u8 = -1; {}");
  no("UnexpectedType", "let v: [u8; 2] = [1, 2, 3]; {}");
  no("UnexpectedType", "let v: (u8) = (1, 2); {}");
  no("UnexpectedType", "let v: u8 = (1,); {}");
  assert.deepEqual(kinds(main("[1, a, w];")), ["UnexpectedType"]);
});

Deno.test("let mut defaults to i32, one level deep in the type", () => {
  ok("let mut v = 1; v = -5; v", "i32");
  ok("let mut v = [1, 2]; v[0] = -1; v[1]", "i32");
  ok("let mut v = (1, t); v.0 = -1; v.0", "i32");
  ok("let mut v = [[1, 2], [3, 4]]; v[0][0] = 7; {}");
  ok("let v = 1; let z: u64 = v; z", "u64");
  no("UnexpectedType", "let mut v = [[1, 2], [3, 4]]; v[0][0] = x as i32; {}");
  no("UnexpectedType", "let mut v = 3000000000; {}");
  no("UnexpectedType", "let mut v = 1; v = x; {}");
});

Deno.test("places need a mutable variable and existing parts", () => {
  ok("let mut v = ([a, b], t); v.0[n] = 1; v.0[0] += a; v.1 |= t; v.0[1] <<= 2; {}");
  ok("let mut v = a; v -= 1; v *= 2; v /= 3; v %= 4; v &= 5; v ^= 6; v >>= 1; v", "u8");
  no("IdentifierNotDeclaredAsMutable", "a = 1;");
  no("IdentifierNotDeclaredAsMutable", "let v = a; v = 1; {}");
  no("IdentifierNotDeclaredAsMutable", "for i in 0..3 { i = 1; }");
  no("UnknownIdentifier", "v = 1;");
  no("UnexpectedType", "let mut v = a; v = w; {}");
  no("TypeMismatch", "let mut v = a; v += w; {}");
  no("ExpectedArrayType", "let mut v = a; v[0] = 1; {}");
  no("ExpectedTupleType", "let mut v = a; v.0 = 1; {}");
  no("TupleAccessOutOfBounds", "let mut v = (a,); v.1 = 1; {}");
  noItem(
    "UnknownIdentifier",
    "const C: u8 = 1u8;\nfn f(q: u8) -> () { C = q; }\npub fn g(q: u8) -> () { f(q) }",
  );
});

Deno.test("access to parts is checked", () => {
  ok("(l[0] + l[n] + l[1usize] + [[a, b]][0][1]) + (a, b).1", "u8");
  ok("let mut s2 = 0u8; for i in 0..4 { s2 += l[i] + l[3 - i]; } s2", "u8");
  no("UnexpectedType", "l[a];");
  no("UnexpectedType", "l[-1];");
  no("ExpectedArrayType", "a[0];");
  no("ExpectedTupleType", "l.0;");
  no("ExpectedStructType", "a.f;");
  no("TupleAccessOutOfBounds", "(a, b).2;");
  no("InvalidRange", "5..5;");
  no("InvalidRange", "7..5;");
});

Deno.test("the value of a block is its last expression, also with a semicolon", () => {
  ok("a;", "u8");
  ok("let v = { a; }; v", "u8");
  ok("if t { a } else { b };", "u8");
  ok("let v = a;");
  ok("for i in l { }");
  ok("");
  no("UnexpectedType", "let v = a;", "u8");
  no("UnexpectedType", "a", "u16");
  no("UnexpectedType", "if a { 1 } else { 2 }", "u8");
  no("TypeMismatch", "if t { a } else { w };");
  no("TypeMismatch", "if t { a };");
});

Deno.test("functions are found, called with the right arguments and not recursive", () => {
  const f = "fn f(p: u8, q: [u16; 2]) -> u16 { q[0] + p as u16 }\n";
  accept(f + main("f(1, [2, 3])", "u16"));
  accept("fn zero() -> u8 { 0 }\n" + main("zero()", "u8"));
  reject(f + main("f(1)", "u16"), "WrongNumberOfArgs");
  reject(f + main("f(w, [2, 3])", "u16"), "UnexpectedType");
  reject(f + main("let f = 1; f(1, [2, 3])", "u16"), "NoTopLevelFn");
  no("UnknownIdentifier", "nothing(1);");
  no("UnknownIdentifier", "nothing;");
  noItem("UnusedFn", "fn dead(p: u8) -> u8 { undefined_name }");
  noItem("PubFnWithoutParams", "pub fn f() -> u8 { undefined_name }");
  noItem("DuplicateFnParam", "pub fn f(p: u8, p: u8) -> u8 { p }");
  noItem("RecursiveFnDef", "pub fn f(p: u8) -> u8 { f(p) }");
  noItem("RecursiveFnDef", "pub fn f(p: u8) -> u8 { g(p) } fn g(p: u8) -> u8 { f(p) }");
});

Deno.test("local names shadow constants, and callees do not see the caller's names", () => {
  accept(
    "const C: u8 = 1u8;\nfn f(p: u8) -> u8 { p + C }\n" + main("let C = w; f(a) as u16 + C", "u16"),
  );
  reject("fn f(p: u8) -> u8 { p + b }\n" + main("f(a)", "u8"), "UnknownIdentifier");
});

Deno.test("structs are nominal, with every field once", () => {
  const s = "struct S { y: u8, x: (u16, bool) }\n";
  accept(s + main("let v = S { x: (1, t), y: a }; let S { x, .. } = v; v.x.0 + x.0", "u16"));
  accept(s + main("let y = a; let x = (w, t); let v = S { y, x }; v.y", "u8"));
  reject(s + main("S { x: (1, t) };"), "MissingStructField");
  reject(s + main("S { x: (1, t), y: a, z: 1 };"), "UnknownStructField");
  reject(s + main("S { x: (1, t), y: w };"), "UnexpectedType");
  reject(s + main("S { x: (1, t), y: 1, y: 2 };"), "DuplicateStructField");
  reject(s + main("let v = S { x: (1, t), y: a }; v.z;"), "UnknownStructField");
  reject(s + main("T { x: 1 };"), "UnknownStruct");
  reject(s + main("let S { x } = S { x: (1, t), y: 1 }; {}"), "MissingStructField");
  noItem("RecursiveType", "struct S { s: [S; 2] }");
  noItem("RecursiveType", "struct S { e: E } enum E { A(S) }");
  noItem("UnknownStructOrEnum", "struct S { s: f32 }");
});

Deno.test("enum literals and patterns have the shape of the variant", () => {
  const e = "enum E { A, B(u8, bool), C() }\nenum F { A }\n";
  const arms = "E::A => 0, E::B(v, true) => v, E::B(_, false) => 1, E::C() => 2";
  accept(e + main(`let v = if t { E::A } else { E::B(1, t) }; match v { ${arms} }`, "u8"));
  reject(e + main("E::A();"), "ExpectedUnitVariantFoundTupleVariant");
  reject(e + main("E::B;"), "ExpectedTupleVariantFoundUnitVariant");
  reject(e + main("E::B(1);"), "UnexpectedEnumVariantArity");
  reject(e + main("E::B(w, t);"), "UnexpectedType");
  reject(e + main("E::D;"), "UnknownEnumVariant");
  reject(e + main("G::A;"), "UnknownEnum");
  reject(e + main("match F::A { E::A => 1, _ => 2 };"), "UnexpectedType");
});

Deno.test("match is exhaustive, with the rule of signed columns", () => {
  ok("match a { 0 => 1, 1..=254 => 2, 255 => 3 }", "u8");
  ok("match s { -128i8..=127i8 => 1 }", "u8");
  ok("match (t, a) { (true, _) => 1, (false, 0..100) => 2, (_, v) => v }", "u8");
  ok("match w { 65535 => a, 3u8 => 1, _ => b }", "u8");
  ok("match a { 0 => { let v = 1; } 1 => {} _ => {} }");
  for (
    const arms of [
      ...["0 => 1, 2..=255 => 2", "0..255 => 1", "1..=255 => 1", "0..=100 => 1, 102..=255 => 2"],
    ]
  ) no("PatternsAreNotExhaustive", `match a { ${arms} };`);
  no("PatternsAreNotExhaustive", "match s { -128..=-1 => 1, 0..=127 => 2 };");
  no("PatternsAreNotExhaustive", "match (t, t) { (true, _) => 1, (_, true) => 2 };");
  no("TypeDoesNotSupportPatternMatching", "match l { _ => 1 };");
  no("PatternOutOfRange", "match a { 256 => 1, _ => 2 };");
  no("PatternOutOfRange", "match a { 3..0 => 1, _ => 2 };");
  no("ExpectedSignedNumberType", "match a { -1 => 1, _ => 2 };");
  no("ExpectedNumberType", "match t { 1 => 1, _ => 2 };");
  no("UnexpectedType", "match a { true => 1, _ => 2 };");
  no("ExpectedTupleType", "match a { (v) => 1 };");
  no("UnexpectedEnumVariantArity", "match (a, b) { (v,) => 1 };");
  no("UnexpectedType", "match t { true => a, false => w };");
});

Deno.test("omitted struct fields are wildcards in match", () => {
  const s = "struct S { a: bool, b: bool }\n";
  const v = "let v = S { a: t, b: t };";
  accept(s + main(`${v} match v { S { a: true, .. } => 1, S { a: false, .. } => 2 }`, "u8"));
  reject(
    s + main(`${v} match v { S { a: true, .. } => 1, S { b: false, .. } => 2 }`, "u8"),
    "PatternsAreNotExhaustive",
  );
});

Deno.test("let and for patterns are not checked for irrefutability", () => {
  ok("let 5 = a; let (1, q) = (a, b); let _ = w; for (2, v) in [(a, b)] { } q", "u8");
  ok("let _ = a; _", "u8");
});

Deno.test("constants are checked in order and without inference", () => {
  const good =
    "const A: usize = P::N; const B: usize = max(A, 2usize) - 1usize + min(3usize, A);\n" +
    "const C: bool = true; const D: i8 = -5i8; const E: [u8; B] = P::L;\n";
  const { constants, externals } = accept(
    good + main("let v: [u8; B] = [0; B]; E[0] + D as u8", "u8"),
  );
  assert.deepEqual(constants.map((k) => k.name), ["A", "B", "C", "D", "E"]);
  assert.deepEqual(externals.map((e) => `${e.name}: ${showType(e.type)}`), [
    "N: usize",
    "L: [u8; B]",
  ]);
  noItem("UnexpectedType", "const A: u16 = 2;");
  noItem("UnexpectedType", "const A: u16 = true;");
  noItem("UnknownIdentifier", "const A: u16 = B; const B: u16 = 2u16;");
  noItem("UnexpectedType", "const A: u16 = 2u16; const B: u8 = A;");
  noItem("InvalidLiteralType", "struct S {} const A: S = P::A;");
  noItem("UnknownIdentifier", "pub fn f(p: [u8; N]) -> () {}");
  noItem("UnexpectedType", "const N: u8 = 2u8; pub fn f(p: [u8; N]) -> () {}");
});

Deno.test("array sizes of the three flavours are different types", () => {
  const items = "const N: usize = 2usize;\n";
  accept(
    `${items}pub fn f(v: [u8; const { N + 1 }]) -> u8 { v[0] }\n` +
      main("let v: [u8; N] = [1; N]; {}"),
  );
  reject(
    `${items}pub fn f(v: [u8; const { N + 1 }]) -> [u8; const { 1 + N }] { v }\n` + main("{}"),
    "UnexpectedType",
  );
  reject(items + main("let v: [u8; N] = [1, 2]; {}"), "UnexpectedType");
  reject(items + main("let v: [u8; 2] = [1; N]; {}"), "UnexpectedType");
  reject(items + main("[1; a];"), "ArraySizeNotConst");
  reject(items + main("[1; M];"), "UnknownIdentifier");
});

Deno.test("join and join_iter check their rows", () => {
  ok("for ((k, v), (k2, u)) in join_iter([(a, t)], [(b, w)]) { let z: u16 = u; }");
  ok("let r: [(bool, u8); const { 4usize + 2usize - 1usize }] = join(l, [a, b]); r[0].0", "bool");
  ok("let r = join([(a, t)], [(b,)]); r[0].1.1", "bool");
  no("WrongNumberOfArgs", "join(l);");
  no("ExpectedArrayType", "join(a, l);");
  no("UnexpectedType", "join(l, [w]);");
  no("ExpectedTupleType", "join([(a, b)], l);");
  no("UnexpectedType", "join([(a, b)], [(w, b)]);");
  no("TupleAccessOutOfBounds", "join([{}], [(a,)]);");
  no("ExpectedTupleType", "for p in join_iter(l, [(a,)]) {}");
  no("TypeMismatch", "for p in join_iter([(a, b)], [(w, b)]) {}");
  no("ExpectedArrayType", "for p in a {}");
});

Deno.test("several problems are reported at once and follow-ups are not", () => {
  const body =
    "let p = nothing; let q = p + 1; let r: u8 = w; r + 1; a = 2; if a { 1 } else { t }; {}";
  assert.deepEqual(kinds(main(body)), [
    ...["UnknownIdentifier", "UnexpectedType", "IdentifierNotDeclaredAsMutable", "UnexpectedType"],
  ]);
});

Deno.test("hostile types and call chains end in a diagnostic", () => {
  const chain = Array.from({ length: 20_000 }, (_, i) => `fn f${i}(p: u8) -> u8 { f${i + 1}(p) }`);
  const text = `${chain.join("\n")}\nfn f20000(p: u8) -> u8 { p }\n${main("f0(a)", "u8")}`;
  assert.deepEqual(kinds(text), ["CallsNestedTooDeeply"]);
  const structs = Array.from({ length: 5_000 }, (_, i) => `struct S${i} { a: S${i + 1} }`);
  assert.ok(
    kinds(`${structs.join("\n")}\n struct S5000 {}\n${main("{}")}`).includes("TypeNestedTooDeeply"),
  );
  const wide = Array.from({ length: 60 }, (_, i) => `let t${i + 1} = (t${i}, t${i});`);
  assert.deepEqual(kinds(main(`let t0 = {}; ${wide.join(" ")} {}`)), ["TypeTooLarge"]);
  const deep = Array.from({ length: 5_000 }, (_, i) => `let t${i + 1} = (t${i},);`);
  assert.deepEqual(kinds(main(`let t0 = a; ${deep.join(" ")} {}`)), ["TypeNestedTooDeeply"]);
  no("TypeTooLarge", "[[a; 1000000]; 1000000];");
  const tuple = Array.from({ length: 40 }, () => "true").join(", ");
  const arms = Array.from({ length: 40 }, (_, i) => {
    return `(${tuple.split(", ").map((_, j) => j === i ? "true" : "_").join(", ")}) => 1`;
  });
  assert.deepEqual(kinds(main(`match (${tuple}) { ${arms.join(", ")} };`)), [
    "PatternsAreNotExhaustive",
  ]);
});
