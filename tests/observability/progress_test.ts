import assert from "node:assert/strict";
import {
  type Pace,
  PaceMeter,
  type Phase,
  type Progress,
  progressBar,
  progressText,
  secondsText,
} from "../../lib/observability/mod.ts";

function progress(phase: Phase, done: number, total = 1000, bytes?: number): Progress {
  return { kind: "progress", phase, done, total, ...(bytes === undefined ? {} : { bytes }) };
}

Deno.test("the pace counts a gate when all stages have passed it, and tells the time left", () => {
  let time = 0;
  const meter = new PaceMeter();
  const paceOf = (event: Progress): Pace => meter.add(event, time);
  assert.deepEqual(paceOf(progress("setup", 1000)), {});
  time = 10_000;
  assert.deepEqual(paceOf(progress("authenticated bits", 1000)), {
    gatesPerSecond: 25,
    secondsLeft: 30,
  });
  time = 20_000;
  assert.deepEqual(paceOf(progress("leaky ANDs", 1000)), { gatesPerSecond: 25, secondsLeft: 20 });
  paceOf(progress("buckets", 1000));
  time = 40_000;
  assert.deepEqual(paceOf(progress("evaluation", 1000)), { gatesPerSecond: 25, secondsLeft: 0 });
});

Deno.test("a circuit without AND gates has no pace", () => {
  const meter = new PaceMeter();
  meter.add(progress("setup", 0, 0), 0);
  assert.deepEqual(meter.add(progress("garbling", 0, 0), 1000), {});
  assert.equal(progressText(progress("garbling", 0, 0)), "garbling: 0 of 0 AND gates (100 %)");
});

Deno.test("a line of progress has bytes, gates per second and the time left", () => {
  const pace = { gatesPerSecond: 12_345.6, secondsLeft: 61 };
  assert.equal(
    progressText(progress("buckets", 250, 1000, 2_500_000), pace),
    "buckets: 250 of 1000 AND gates (25 %), 2.50 MB, 12,346 gates/s, about 1 min 1 s left",
  );
  assert.deepEqual([0.1, 59, 60, 3599, 7500].map(secondsText), [
    ...["1 s", "59 s", "1 min 0 s", "59 min 59 s", "2 h 5 min"],
  ]);
});

Deno.test("a bar is drawn over itself, now and then, and vanishes at the end", () => {
  let time = 1000;
  let shown = "";
  const bar = progressBar({
    write: (text) => shown += text,
    columns: () => 60,
    now: () => time,
  });
  bar.show(progress("buckets", 0));
  time += 50;
  bar.show(progress("buckets", 100));
  assert.equal(shown.split("\r").length, 2, "drawn too often");
  time += 100;
  bar.show(progress("buckets", 500, 1000, 3_000));
  const last = shown.split("\r\x1b[K").at(-1) ?? "";
  assert.match(last, /^4\/7 buckets +█{10}░{10} 50 % {2}3\.00 kB/);
  assert.ok(last.length < 60, `${last.length} characters`);
  bar.hide();
  assert.ok(shown.endsWith("\r\x1b[K"));
  const before = shown;
  bar.hide();
  assert.equal(shown, before, "it was hidden already");
  bar.show(progress("output", 1000));
  assert.equal(shown, before, "it came back at the end");
});
