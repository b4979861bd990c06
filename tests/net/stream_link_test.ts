import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, ConnectionError, ProtocolError } from "../../lib/base/mod.ts";
import { encodeFrameStart, type FrameKind } from "../../lib/net/mod.ts";
import { StreamLink } from "../../lib/net/stream_link.ts";
import { FakeStream } from "./fake_stream.ts";

const TAG = new Uint8Array(8).fill(7);

/** The bytes of a frame as a peer sends it. */
function frame(
  sequence: number,
  payload: Uint8Array,
  { kind = "data", step = "s", tag = TAG }: { kind?: FrameKind; step?: string; tag?: Uint8Array } =
    {},
): Uint8Array {
  const start = encodeFrameStart({ kind, step, more: false, tag, sequence }, payload.length);
  return concat(start, payload);
}

Deno.test("StreamLink reads frames however the bytes are cut", async () => {
  const fake = new FakeStream();
  const link = new StreamLink(fake.stream, TAG);
  const bytes = concat(frame(0, new Uint8Array([1, 2])), frame(1, new Uint8Array(0)));
  const reading = [link.next()];
  for (const byte of bytes) fake.arrive(new Uint8Array([byte]));
  assert.deepEqual((await reading[0])?.payload, new Uint8Array([1, 2]));
  assert.equal((await link.next())?.sequence, 1);
  fake.end();
  assert.equal(await link.next(), undefined);
});

Deno.test("StreamLink hands over all frames that came before the end", async () => {
  const fake = new FakeStream();
  const link = new StreamLink(fake.stream, TAG);
  fake.arrive(frame(0, new Uint8Array([5])));
  fake.end(new Error("reset"));
  assert.deepEqual((await link.next())?.payload, new Uint8Array([5]));
  await assert.rejects(link.next(), ConnectionError);
});

Deno.test("StreamLink refuses gaps, repetitions, foreign tags and torn frames", async () => {
  const cases: [Uint8Array, RegExp][] = [
    [frame(1, new Uint8Array(1)), /it has number 1 instead of 0/],
    [concat(frame(0, new Uint8Array(0)), frame(0, new Uint8Array(0))), /number 0 instead of 1/],
    [frame(0, new Uint8Array(1), { tag: new Uint8Array(8) }), /another session/],
    [frame(0, new Uint8Array(9)).subarray(0, 25), /the link ended inside it/],
    [new Uint8Array(20), /unknown version/],
  ];
  for (const [bytes, message] of cases) {
    const fake = new FakeStream();
    const link = new StreamLink(fake.stream, TAG);
    fake.arrive(bytes);
    fake.end();
    await assert.rejects(async () => {
      while (await link.next() !== undefined);
    }, message);
  }
});

Deno.test("StreamLink ends in frames or in an error of ours, whatever arrives", async () => {
  const property = fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 })), async (chunks) => {
    const fake = new FakeStream();
    const link = new StreamLink(fake.stream);
    for (const chunk of chunks) fake.arrive(concat(new Uint8Array([1, 1]), chunk));
    fake.end();
    try {
      while (await link.next() !== undefined);
    } catch (error) {
      assert.ok(error instanceof ProtocolError || error instanceof ConnectionError, String(error));
    }
  });
  await fc.assert(property, { numRuns: 200 });
});

Deno.test("StreamLink pauses a stream whose frames nobody takes, and lets it go on", async () => {
  const fake = new FakeStream();
  const link = new StreamLink(fake.stream, TAG);
  const payload = new Uint8Array(1 << 20).fill(3);
  for (let i = 0; i < 6; i++) fake.arrive(frame(i, payload));
  assert.equal(fake.readStatus, "paused");
  for (let i = 0; i < 6; i++) {
    assert.equal((await link.next())?.sequence, i);
    assert.equal(fake.windowClosed, fake.readStatus === "paused", `frame ${i}`);
  }
  const last = link.next();
  assert.equal(fake.readStatus, "readable");
  fake.arrive(frame(6, payload));
  assert.equal((await last)?.sequence, 6);
});

Deno.test("StreamLink gathers small frames of one task in one write", async () => {
  const fake = new FakeStream();
  const link = new StreamLink(fake.stream, TAG);
  for (let i = 0; i < 100; i++) {
    link.write({ kind: "data", step: "s", payload: new Uint8Array(10) });
  }
  await Promise.resolve();
  assert.deepEqual(fake.sends, [100 * 31]);
  for (let i = 0; i < 100; i++) {
    link.write({ kind: "data", step: "s", payload: new Uint8Array(2000) });
  }
  await Promise.resolve();
  assert.ok(fake.sends.slice(1, -1).every((size) => size >= 65536), fake.sends.join());
});

Deno.test("StreamLink holds a writer until the queue is short, whatever the events say", async () => {
  const fake = new FakeStream();
  fake.slow = true;
  const link = new StreamLink(fake.stream, TAG);
  let drained = false;
  for (let i = 0; i < 3; i++) {
    link.write({ kind: "data", step: "s", payload: new Uint8Array(1 << 20) });
  }
  const waiting = link.drained().then(() => drained = true);
  for (let i = 0; i < 20; i++) {
    fake.take(100_000, "drain");
    await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
    assert.equal(drained, false);
  }
  fake.take(fake.writeBufferLength, "idle");
  await waiting;
});

Deno.test("StreamLink frees a held writer when the stream closes or the signal aborts", async () => {
  const fake = new FakeStream();
  fake.slow = true;
  const link = new StreamLink(fake.stream, TAG);
  link.write({ kind: "data", step: "s", payload: new Uint8Array(1 << 20) });
  const stop = new AbortController();
  const aborted = assert.rejects(link.drained(stop.signal), /enough/);
  stop.abort(new Error("enough"));
  await aborted;
  const closed = assert.rejects(link.drained(), ConnectionError);
  fake.end(new Error("reset"));
  await closed;
  assert.throws(() => link.write({ kind: "done" }), ConnectionError);
});
