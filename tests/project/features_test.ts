import assert from "node:assert/strict";
import { findingsOf, readItems, readMarks, renderPage } from "../../scripts/features.ts";

const ITEMS = readItems("B1: first\nB2: { item: second, left_out: not wanted }\nD1: a | b\n");
const MARK = "// feature: ";

Deno.test("readMarks() reads the mark above a test, in all forms that a test has", () => {
  const text = [
    `${MARK}B1`,
    `Deno.test("plain", () => {});`,
    `  ${MARK}B1, D1`,
    "  processTest(",
    "    `a test of ${name} and ${other}`,",
    `${MARK}D1`,
    "Deno.test({",
    `  name: "an object",`,
    `${MARK}B1`,
    "const x = 1;",
  ].join("\n");
  const { marks, findings } = readMarks("tests/a_test.ts", text);
  assert.deepEqual(marks.map(({ test, ids }) => [test, ids.join()]), [
    ["plain", "B1"],
    ["a test of … and …", "B1,D1"],
    ["an object", "D1"],
  ]);
  assert.deepEqual(findings, ["tests/a_test.ts:9: no test below the mark"]);
});

Deno.test("findingsOf() tells items without a test, left out in vain, and marks of no item", () => {
  const mark = (...ids: string[]): Parameters<typeof findingsOf>[1][number] => {
    return { path: "tests/a_test.ts", test: "t", ids };
  };
  assert.deepEqual(findingsOf(ITEMS, [mark("B1", "D1")]), []);
  assert.deepEqual(findingsOf(ITEMS, [mark("B1", "B2", "B3")]), [
    `tests/a_test.ts: "t" shows "B3", which is no item`,
    "B2: left out, but a test shows it",
    "D1: no test shows it: a | b",
  ]);
});

Deno.test("renderPage() has a row for each item, with its tests or its reason", () => {
  const page = renderPage(ITEMS, [{ path: "tests/a_test.ts", test: "t | u", ids: ["B1", "D1"] }]);
  assert.match(page, /^\| B1 \| first \| \[a_test\.ts\]\(\.\.\/tests\/a_test\.ts\): t \\\| u \|$/m);
  assert.match(page, /^\| B2 \| second \| left out: not wanted \|$/m);
  assert.match(page, /^\| D1 \| a \\\| b \|/m);
  assert.match(page, /3 items:\n2 are shown by tests, 1 are left out/);
});
