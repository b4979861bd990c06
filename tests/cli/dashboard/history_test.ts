import assert from "node:assert/strict";
import fc from "fast-check";
import { Series, SERIES_LENGTH, TimeLine } from "../../../lib/cli/dashboard/history.ts";

Deno.test("Series keeps the newest samples", () => {
  const series = new Series();
  for (let i = 0; i < SERIES_LENGTH + 5; i++) series.add(i);
  assert.equal(series.samples().length, SERIES_LENGTH);
  assert.deepEqual([series.samples()[0], series.samples().at(-1)], [5, SERIES_LENGTH + 4]);
});

Deno.test("TimeLine tells what was when, with a gap where nothing is known", () => {
  const line = new TimeLine<"a" | "b">();
  line.reach("a", 400);
  line.reach("b", 1000, 600);
  line.reach("a", 900);
  assert.deepEqual(line.stretches(), [
    { phase: "a", fromMs: 0, toMs: 404 },
    { phase: "b", fromMs: 600, toMs: 1000 },
  ]);
  assert.equal(line.endMs, 1000);
});

Deno.test("a time line of any length is bounded, in order, and right to one part in 256", () => {
  const steps = fc.array(
    fc.record({ phase: fc.constantFrom("a", "b", "c"), ms: fc.integer({ min: 1, max: 100_000 }) }),
    { minLength: 1, maxLength: 2000 },
  );
  fc.assert(fc.property(steps, (pieces) => {
    const line = new TimeLine();
    let endMs = 0;
    for (const { phase, ms } of pieces) line.reach(phase, endMs += ms);
    const stretches = line.stretches();
    assert.ok(stretches.length <= 512);
    assert.equal(stretches[0]?.fromMs, 0);
    assert.equal(stretches.at(-1)?.toMs, endMs);
    for (const [at, { fromMs, toMs }] of stretches.entries()) {
      assert.ok(fromMs < toMs);
      assert.equal(fromMs, stretches[at - 1]?.toMs ?? 0);
    }
    const column = Math.max(4, endMs / 256);
    let fromMs = 0;
    for (const { phase, ms } of pieces) {
      const toMs = fromMs + ms;
      if (ms > 2 * column) {
        const middle = (fromMs + toMs) / 2;
        const there = stretches.find((found) => found.fromMs <= middle && middle < found.toMs);
        assert.equal(there?.phase, phase);
      }
      fromMs = toMs;
    }
  }));
});
