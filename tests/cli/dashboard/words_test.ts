import assert from "node:assert/strict";
import {
  countText,
  durationText,
  shortDigest,
  timeText,
} from "../../../lib/cli/dashboard/words.ts";

Deno.test("numbers, times and digests are short", () => {
  assert.deepEqual([0, 999, 12_345, 230e6].map(countText), ["0", "999", "12.3 k", "230 M"]);
  assert.deepEqual(
    [0, 999, 1500, 59_949, 65_000, 7.65e6, 1e9].map(durationText),
    ["0 ms", "999 ms", "1.5 s", "59.9 s", "1 min 5 s", "2 h 7 min", "11 days"],
  );
  assert.equal(shortDigest("0123456789abcdef"), "0123456789ab…");
  assert.equal(timeText(Date.UTC(2026, 0, 2, 3, 4, 5)), "03:04:05");
});
