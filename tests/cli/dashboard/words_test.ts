import assert from "node:assert/strict";
import {
  bytesText,
  countText,
  durationText,
  shortDigest,
  shortName,
  timeText,
} from "../../../lib/cli/dashboard/words.ts";

Deno.test("numbers, times and names are short", () => {
  assert.deepEqual([0, 1023, 1024, 2_000_000, 3e9].map(bytesText), [
    ...["0 B", "1023 B", "1.0 KiB", "1.9 MiB", "2.8 GiB"],
  ]);
  assert.deepEqual([0, 999, 12_345, 230e6].map(countText), ["0", "999", "12.3 k", "230 M"]);
  assert.deepEqual(
    [0, 999, 1500, 59_949, 65_000, 7.65e6, 1e9].map(durationText),
    ["0 ms", "999 ms", "1.5 s", "59.9 s", "1 min 5 s", "2 h 7 min", "11 days"],
  );
  assert.equal(shortName("12D3KooWAbcdefghijk"), "12D3…fghijk");
  assert.equal(shortName("short"), "short");
  assert.equal(shortDigest("0123456789abcdef"), "0123456789ab…");
  assert.equal(timeText(Date.UTC(2026, 0, 2, 3, 4, 5)), "03:04:05");
});
