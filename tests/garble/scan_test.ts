import assert from "node:assert/strict";
import { SOURCE_LENGTH_MAX } from "../../lib/garble/limits.ts";
import { scan } from "../../lib/garble/scan.ts";
import type { Token } from "../../lib/garble/token.ts";

function tokens(text: string): readonly Token[] {
  const result = scan({ name: "test", text });
  assert.deepEqual(result.diagnostics, []);
  return result.tokens.slice(0, -1);
}

function texts(text: string): string[] {
  return tokens(text).map((t) => t.text);
}

function errors(text: string): string[] {
  return scan({ name: "test", text }).diagnostics.map((d) => d.kind);
}

function places(text: string): string[] {
  return tokens(text).map(({ text: own, position: p }) =>
    `${own} ${p.startLine}:${p.startCol}-${p.endLine}:${p.endCol}`
  );
}

Deno.test("scan() takes the longest punctuation", () => {
  assert.deepEqual(texts("a>>=b>>c..=d..e::f->g=>h"), [
    ..."a >>= b >> c ..= d .. e :: f -> g => h".split(" "),
  ]);
  assert.deepEqual(texts("a&&b&c||d|e<<=f<=g<h!=!i"), [
    ..."a && b & c || d | e <<= f <= g < h != ! i".split(" "),
  ]);
});

Deno.test("scan() gives the sign to a number that follows it directly", () => {
  assert.deepEqual(texts("x-1 x - 1 x - -1 x --1 x-=1 ->1"), [
    ..."x -1 x - 1 x - -1 x - -1 x -= 1 -> 1".split(" "),
  ]);
});

Deno.test("scan() reads numbers with their suffixes and limits", () => {
  const numbers = tokens("0 007u8 255u8 18446744073709551615 5i8 -128i8 -9223372036854775808 -0");
  const shown = numbers.map((t) => t.kind === "number" ? `${t.value} ${t.suffix}` : t.text);
  assert.deepEqual(shown, [
    ...["0 U?", "7 u8", "255 u8", "18446744073709551615 U?", "5 i8", "-128 i8"],
    ...["-9223372036854775808 S?", "0 S?"],
  ]);
  for (const text of ["256u8", "128i8", "1u7", "0x10", "1_000", "18446744073709551616"]) {
    assert.deepEqual(errors(text), ["InvalidUnsignedNum"], text);
  }
  assert.deepEqual(errors("9".repeat(100_000)), ["InvalidUnsignedNum"]);
});

Deno.test("scan() skips comments, also nested and overlapping ones", () => {
  assert.deepEqual(texts("a // b\nc /* d /* e */ f */ g /// h\n//! i\nj"), ["a", "c", "g", "j"]);
  assert.deepEqual(texts("/*/*/ x */ y */ z"), ["z"]);
  assert.deepEqual(texts("/**/a/***/b"), ["a", "b"]);
  for (const text of ["/*", "/* /* */", "x /*/"]) {
    assert.deepEqual(errors(text), ["UnexpectedCharacter"], text);
  }
});

Deno.test("scan() refuses characters outside the language and reports several", () => {
  for (const c of ['"', "'", "#", "@", "?", "~", "$", "\\", "ä", "\f", "😀", "\u0000", "`"]) {
    assert.deepEqual(errors(`a ${c} b`), ["UnexpectedCharacter"], JSON.stringify(c));
  }
  assert.deepEqual(errors("# 300u8 @"), [
    ...["UnexpectedCharacter", "InvalidUnsignedNum", "UnexpectedCharacter"],
  ]);
  assert.deepEqual(texts("/* ä 😀 */ x // ü"), ["x"]);
});

Deno.test("scan() refuses a text that is too long", () => {
  assert.deepEqual(errors(" ".repeat(SOURCE_LENGTH_MAX)), []);
  assert.deepEqual(errors(" ".repeat(SOURCE_LENGTH_MAX + 1)), ["SourceTooLong"]);
});

Deno.test("scan() gives true spans", () => {
  const text = "pub fn /* 😀 */ main\n  -5i8";
  assert.deepEqual(tokens(text).map((t) => text.slice(t.span.start, t.span.end)), [
    ...["pub", "fn", "main", "-5i8"],
  ]);
});

Deno.test("scan() counts one column too few behind a blank on line 0", () => {
  assert.deepEqual(places("pub fn main("), [
    "pub 0:0-0:2",
    "fn 0:3-0:5",
    "main 0:6-0:10",
    "( 0:10-0:11",
  ]);
});

Deno.test("scan() counts exactly on later lines", () => {
  assert.deepEqual(places("\n  a + bc\n\td"), [
    "a 1:2-1:3",
    "+ 1:4-1:5",
    "bc 1:6-1:8",
    "d 2:1-2:2",
  ]);
});

Deno.test("scan() starts a token in the first column at the last blank or token before it", () => {
  assert.deepEqual(places("ab {\nx + 255"), [
    "ab 0:0-0:1",
    "{ 0:2-0:3",
    "x 0:3-1:1",
    "+ 1:2-1:3",
    "255 1:4-1:7",
  ]);
  assert.deepEqual(places("ab \nx"), ["ab 0:0-0:1", "x 0:2-1:1"]);
});

Deno.test("scan() shifts line 0 if the text starts with a one-character token", () => {
  assert.deepEqual(places("a b\nc"), ["a 0:0-0:1", "b 0:2-0:3", "c 0:3-1:1"]);
  assert.deepEqual(places("ab c"), ["ab 0:0-0:1", "c 0:2-0:3"]);
  assert.deepEqual(places(" a b"), ["a 0:0-0:1", "b 0:2-0:3"]);
});

Deno.test("scan() leaves the mark alone in comments and counts their scalar values", () => {
  assert.deepEqual(places("\nab /* c d */ e"), ["ab 0:0-1:2", "e 1:13-1:14"]);
  assert.deepEqual(places("\nab /* c d */e"), ["ab 0:0-1:2", "e 1:3-1:13"]);
  assert.deepEqual(places("\n/*😀ä*/e"), ["e 0:0-1:7"]);
  assert.deepEqual(places("ab/*\n*/c d"), ["ab 0:0-0:1", "c 0:1-1:3", "d 1:4-1:5"]);
});
