import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { Echo } from "../../lib/mpc/echo.ts";

const SID = new Uint8Array(32);

/** The hash of what `entries` say: "step from text". */
function hash(parties: number, ...entries: readonly string[]): string {
  const echo = new Echo(parties);
  for (const entry of entries) {
    const [step, from, text] = entry.split(" ");
    echo.record("scope", step ?? "", Number(from), utf8(text ?? ""));
  }
  return echo.take(SID, "compare", "scope").join();
}

Deno.test("Echo depends on step, party and bytes of every entry, not on their order", () => {
  const base = hash(3, "a 0 x", "a 1 y", "b 0 z");
  assert.equal(hash(3, "b 0 z", "a 1 y", "a 0 x"), base);
  const others = [
    hash(3, "a 0 x", "a 1 y"),
    hash(3, "a 0 y", "a 1 x", "b 0 z"),
    hash(3, "a 0 x", "b 1 y", "b 0 z"),
    hash(3, "a 0 x", "a 2 y", "b 0 z"),
    hash(3, "a 0 x", "a 1 y", "b 0 zz"),
  ];
  for (const other of others) assert.notEqual(other, base);
});

Deno.test("Echo starts anew after each comparison", () => {
  const echo = new Echo(3);
  echo.record("scope", "a", 0, utf8("x"));
  echo.take(SID, "compare", "scope");
  assert.equal(echo.take(SID, "compare", "scope").join(), hash(3));
  assert.notEqual(echo.take(SID, "other", "scope").join(), hash(3));
});

Deno.test("Echo compares each scope apart, and at the end everything", () => {
  const whole = (...scopes: readonly string[]): string => {
    const echo = new Echo(3);
    for (const [i, scope] of ["one", "two"].entries()) echo.record(scope, "a", i, utf8("x"));
    for (const scope of scopes) echo.take(SID, `compare ${scope}`, scope);
    return echo.take(SID, "last").join();
  };
  const echo = new Echo(3);
  echo.record("other", "a", 0, utf8("x"));
  echo.record("scope", "a", 0, utf8("x"));
  assert.equal(echo.take(SID, "compare", "scope").join(), hash(3, "a 0 x"));
  assert.notEqual(whole("one"), whole());
  assert.notEqual(whole("one"), whole("one", "two"));
  assert.equal(whole("one", "two"), whole("two", "one"));
});

Deno.test("Echo records nothing for two parties", () => {
  assert.equal(hash(2, "a 0 x"), hash(2));
});
