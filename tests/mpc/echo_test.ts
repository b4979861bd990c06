import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { Echo } from "../../lib/mpc/echo.ts";

const SID = new Uint8Array(32);

/** The hash of what `entries` say: "step from text". */
function hash(parties: number, ...entries: readonly string[]): string {
  const echo = new Echo(parties);
  for (const entry of entries) {
    const [step, from, text] = entry.split(" ");
    echo.record(step ?? "", Number(from), utf8(text ?? ""));
  }
  return echo.take(SID, "compare").join();
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
  echo.record("a", 0, utf8("x"));
  echo.take(SID, "compare");
  assert.equal(echo.take(SID, "compare").join(), hash(3));
  assert.notEqual(echo.take(SID, "other").join(), hash(3));
});

Deno.test("Echo records nothing for two parties", () => {
  assert.equal(hash(2, "a 0 x"), hash(2));
});
