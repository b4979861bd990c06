import assert from "node:assert/strict";
import { UsageError } from "../../lib/base/mod.ts";
import { CHECKS } from "../../lib/mpc/mod.ts";
import { checkCounts, expectedChecks, spread, summarise } from "../bench/session/figures.ts";
import { readFlags } from "../bench/session/flags.ts";
import { expectedOutput, measureRun } from "../bench/session/group.ts";
import { fill } from "../bench/session/report.ts";
import { chartSvg, short } from "../bench/session/svg.ts";

Deno.test("a benchmark run: processes compute twice over slow links, and every check ran", async () => {
  const setting = { circuit: "join1", parties: 3, k: 2, chunk: 1000, workers: 1 };
  const wanted = await expectedOutput(setting.circuit);
  const run = await measureRun({ ...setting, link: { delayMs: 1, mbit: 1000 } }, wanted);
  const figures = summarise(setting, { ands: 100, rounds: 10 }, [run]);
  assert.equal(figures.bytes_sent.length, 3);
  for (const [party, phases] of figures.bytes_by_phase.entries()) {
    const sum = Object.values(phases).reduce((total, bytes) => total + bytes, 0);
    assert.ok(sum > 10_000 && sum === figures.bytes_sent[party]);
  }
  assert.deepEqual(Object.keys(figures.checks).sort(), [...CHECKS].sort());
  assert.ok(Object.values(figures.checks).every((count) => count > 0));
  assert.ok(figures.setup_ms > 0 && figures.setup_ms < figures.protocol_ms);
  await assert.rejects(measureRun(setting, "00"), /The result of join1 is wrong/);
});

Deno.test("a check that did not run is an error", () => {
  const figures = (counts: Readonly<Record<string, number>>): never =>
    ({ checks: Object.fromEntries(CHECKS.map((name) => [name, counts[name] ?? 1])) }) as never;
  assert.equal(checkCounts([figures({}), figures({})])["COT check"], 2);
  assert.equal(checkCounts([figures({ echo: 0 }), figures({ echo: 0 })]).echo, 0);
  const none = figures({ echo: 0, "V check": 0 });
  assert.throws(() => checkCounts([none, none]), /did not run: V check$/);
  assert.throws(() => checkCounts([none, none, none]), /did not run: echo, V check$/);
  assert.deepEqual(expectedChecks(3), [...CHECKS]);
});

Deno.test("spread() gives the middle and the ends", () => {
  assert.deepEqual(spread([5, 1, 3]), { median: 3, min: 1, max: 5 });
  assert.deepEqual(spread([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4 });
});

Deno.test("readFlags() takes lists and refuses what it does not know", () => {
  const flags = readFlags(["--parties", "2,3", "--circuit=sha256", "--runs", "1", "--mbit=10"]);
  assert.deepEqual([flags.parties, flags.circuits, flags.runs], [[2, 3], ["sha256"], 1]);
  assert.deepEqual(flags.link, { delayMs: 0, mbit: 10 });
  assert.equal(readFlags([]).link, undefined);
  for (const args of [["--bogus"], ["--runs", "x"], ["--parties", ""]]) {
    assert.throws(() => readFlags(args), UsageError);
  }
});

Deno.test("fill() replaces what stands between the marks, and misses none", () => {
  const text = "a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb\n";
  const filled = fill(text, { x: "new" });
  assert.equal(filled, "a\n<!-- bench:x -->\nnew\n<!-- /bench:x -->\nb\n");
  assert.equal(fill(filled, { x: "new" }), filled);
  assert.throws(() => fill(text, { y: "" }), /no place for "y"/);
});

Deno.test("chartSvg() draws a bar for each value, as high as it is", () => {
  const heights = (text: string): number[] =>
    [...text.matchAll(/height="([\d.]+)" fill="#(?:3b6fb6|9dbbe3)"/g)].map((match) =>
      Number(match[1])
    );
  const chart = { title: "a < b", unit: "ms", series: ["x", "y"] } as const;
  const groups = [{ label: "one, n = 2", values: [100, 1000] }, {
    label: "two",
    values: [10, undefined],
  }];
  const log = chartSvg({ ...chart, groups, kind: "logarithmic" });
  assert.match(log, /a &lt; b/);
  assert.deepEqual(heights(log), [150, 300, 0, 12, 12]);
  const stacked = chartSvg({ ...chart, groups, kind: "stacked" });
  assert.deepEqual(heights(stacked), [25, 250, 2.5, 12, 12]);
  assert.deepEqual([12, 1234, 2e6].map(short), ["12", "1.23k", "2M"]);
});
