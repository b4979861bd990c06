import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Event,
  type Level,
  observeAll,
  PROGRESS_INTERVAL_MS,
  sanitize,
  sanitizeLines,
  textSink,
} from "../../lib/observability/mod.ts";

interface Sink {
  readonly observe: (event: Event) => void;
  readonly lines: () => string[];
  time: number;
}

function sink(options: { level?: Level; quiet?: boolean } = {}): Sink {
  let text = "";
  const made: Sink = {
    time: 0,
    observe: textSink({
      write: (line) => text += line,
      levels: { least: options.level ?? "info", byModule: new Map() },
      quiet: options.quiet ?? false,
      progress: true,
      now: () => made.time,
    }),
    lines: () => text.split("\n").slice(0, -1),
  };
  return made;
}

function progress(done: number, total = 1_000_000): Event {
  return { kind: "progress", phase: "leaky ANDs", done, total };
}

Deno.test("`textSink()` shows notices and log lines from the level on", () => {
  const { observe, lines } = sink({ level: "warn" });
  observe({ kind: "notice", text: "waiting for peers to join us..." });
  observe({ kind: "log", level: "info", module: "net", text: "hidden" });
  observe({ kind: "log", level: "warn", module: "net", text: "cannot dial" });
  observe({ kind: "log", level: "error", module: "net", text: "gone" });
  assert.deepEqual(lines(), [
    "> waiting for peers to join us...",
    "1970-01-01T00:00:00.000Z warn  net: cannot dial",
    "1970-01-01T00:00:00.000Z error net: gone",
  ]);
});

Deno.test("`textSink()` that is quiet shows neither notices nor progress, but warnings", () => {
  const { observe, lines } = sink({ quiet: true });
  observe({ kind: "notice", text: "hello" });
  observe(progress(1_000_000));
  observe({ kind: "log", level: "warn", module: "net", text: "cannot dial" });
  assert.equal(lines().length, 1);
});

Deno.test("`textSink()` shows progress now and then, and each completion once", () => {
  const made = sink();
  made.observe(progress(0));
  made.time = PROGRESS_INTERVAL_MS - 1;
  made.observe(progress(100_000));
  assert.deepEqual(made.lines(), []);
  made.time = PROGRESS_INTERVAL_MS;
  made.observe(progress(327_680));
  made.observe(progress(400_000));
  made.observe(progress(1_000_000));
  made.observe(progress(1_000_000));
  made.observe({ kind: "progress", phase: "garbling", done: 0, total: 0 });
  assert.deepEqual(made.lines(), [
    "> leaky ANDs: 327680 of 1000000 AND gates (32 %), 27,307 gates/s, about 34 s left",
    "> leaky ANDs: 1000000 of 1000000 AND gates (100 %), 83,333 gates/s, about 9 s left",
    "> garbling: 0 of 0 AND gates (100 %), 83,333 gates/s",
  ]);
});

Deno.test("one event is one harmless line, whatever a peer put into it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const { observe, lines } = sink();
      observe({ kind: "notice", text });
      observe({ kind: "log", level: "error", module: "net", text });
      assert.equal(lines().length, 2);
      assert.doesNotMatch(lines().join(""), /[\p{Cc}\p{Bidi_Control}]/u);
    }),
    { verbose: true },
  );
});

Deno.test("`sanitize()` shows control characters and leaves other text alone", () => {
  assert.equal(
    sanitize("\x1b[31mred\x07\r\n\u202eevil\u009b\ud800"),
    "\\u{1b}[31mred\\u{7}\\u{d}\\u{a}\\u{202e}evil\\u{9b}\ufffd",
  );
  assert.equal(sanitize("Grüße, 世界 🎉 שלום"), "Grüße, 世界 🎉 שלום");
  assert.equal(sanitizeLines("a\nhint: b\x1b", "  "), "a\n  hint: b\\u{1b}");
});

Deno.test("`observeAll()` hands each event to every sink", () => {
  const first: Event[] = [];
  const second: Event[] = [];
  observeAll((event) => first.push(event), (event) => second.push(event))(progress(1));
  assert.deepEqual([first, second], [[progress(1)], [progress(1)]]);
});
