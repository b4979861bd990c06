/** What a lasting link keeps, acknowledges, refuses and gives up, on streams without a network. */
import assert from "node:assert/strict";
import { concat, ConnectionError, ProtocolError } from "../../lib/base/mod.ts";
import { encodeFrameStart, type FrameKind } from "../../lib/net/mod.ts";
import type { Hello } from "../../lib/net/hello.ts";
import { LastingLink, type LastingLinkInit, StartedAnewError } from "../../lib/net/lasting_link.ts";
import { StreamLink } from "../../lib/net/stream_link.ts";
import { FakeStream } from "./fake_stream.ts";
import { ManualClock } from "./manual_clock.ts";

const TAG = new Uint8Array(8).fill(7);
const OWN = new Uint8Array(16).fill(1);
const OTHER = new Uint8Array(16).fill(2);
const UNKNOWN = new Uint8Array(16);

function hello(change: Partial<Hello> = {}): Hello {
  const sid = new Uint8Array(32);
  const start = { sid, from: 0, to: 1, nonce: OTHER, echo: UNKNOWN, attempt: 1, received: 0 };
  return { ...start, ...change };
}

function count(value: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value));
  return out;
}

/** The end that a test plays on one stream. */
class Far {
  readonly fake = new FakeStream();
  readonly stream = new StreamLink(this.fake.stream, TAG);
  #sequence = 0;

  say(kind: FrameKind, payload: Uint8Array = new Uint8Array(0), step = ""): void {
    const start = { kind, step, more: false, tag: TAG, sequence: this.#sequence++ };
    this.fake.arrive(concat(encodeFrameStart(start, payload.length), payload));
  }

  /** The kinds of the frames that came, in order. */
  async heard(): Promise<string[]> {
    await Promise.resolve();
    const copy = new FakeStream();
    const reader = new StreamLink(copy.stream, TAG);
    copy.arrive(this.fake.sent.slice());
    const kinds: string[] = [];
    for (let frame = reader.take(); frame !== undefined; frame = reader.take()) {
      kinds.push(frame.kind === "data" ? frame.step : frame.kind);
    }
    return kinds;
  }
}

interface Setup {
  readonly link: LastingLink;
  readonly clock: ManualClock;
  readonly happened: string[];
}

/** The accepting end of a link. */
function setup(change: Partial<LastingLinkInit> = {}): Setup {
  const clock = new ManualClock();
  const happened: string[] = [];
  const link = new LastingLink({
    party: 3,
    nonce: OWN,
    clock,
    reconnectMs: 5000,
    suspect: () => happened.push("suspect"),
    distrust: () => happened.push("distrust"),
    onChange: (what) => happened.push(what),
    ...change,
  });
  return { link, clock, happened };
}

function attach(link: LastingLink, about: Partial<Hello> = {}): Far {
  const far = new Far();
  link.check(hello(about));
  link.attach(far.stream);
  return far;
}

const data = (step: string, length = 1): { kind: "data"; step: string; payload: Uint8Array } => ({
  kind: "data",
  step,
  payload: new Uint8Array(length),
});

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

Deno.test("LastingLink sends again what was not acknowledged, and only that", async () => {
  const { link, happened } = setup();
  const first = attach(link);
  for (const step of ["a", "b", "c"]) link.write(data(step));
  const reading = link.next();
  first.say("ack", count(1));
  await turn();
  first.fake.end(new Error("cut"));
  await turn();
  link.write(data("d"));
  const second = attach(link, { attempt: 2, echo: OWN, received: 2 });
  assert.deepEqual(await second.heard(), ["c", "d"]);
  assert.deepEqual(happened, ["lost", "back"]);
  second.say("data", new Uint8Array([9]), "x");
  assert.equal((await reading)?.step, "x");
});

Deno.test("LastingLink counts frames that were complete when their stream was lost", async () => {
  const { link } = setup();
  const first = attach(link);
  first.say("data", new Uint8Array([1]), "a");
  first.say("data", new Uint8Array([2]), "b");
  first.fake.end(new Error("cut"));
  await turn();
  assert.equal(link.standing.received, 2);
  assert.equal((await link.next())?.step, "a");
  assert.equal((await link.next())?.step, "b");
});

Deno.test("LastingLink keeps 2 MiB of streams that were lost while nobody reads, and lets the rest come again", async () => {
  const { link } = setup();
  const steps = Array.from({ length: 30 }, (_, i) => `m${i}`);
  for (let attempt = 1; attempt <= 10; attempt++) {
    const { received } = link.standing;
    const far = attach(link, { attempt, echo: attempt === 1 ? UNKNOWN : OWN });
    for (const step of steps.slice(received, received + 6)) {
      far.say("data", new Uint8Array(300_000), step);
    }
    far.fake.end(new Error("cut"));
    await turn();
  }
  assert.equal(link.standing.received, 7);
  const far = attach(link, { attempt: 11, echo: OWN });
  for (const step of steps.slice(7)) far.say("data", new Uint8Array(300_000), step);
  for (const step of steps) assert.equal((await link.next())?.step, step);
});

Deno.test("LastingLink holds a writer at 16 MiB until the other end has taken them over", async () => {
  const { link } = setup();
  const far = attach(link);
  for (let i = 0; i < 16; i++) link.write(data(`m${i}`, 1 << 20));
  let free = false;
  const waiting = link.drained().then(() => free = true);
  void link.next();
  await turn();
  assert.equal(free, false);
  far.say("ack", count(2));
  await waiting;
});

Deno.test("LastingLink acknowledges each mebibyte, and at once what is the last", async () => {
  const { link } = setup();
  const far = attach(link);
  for (let i = 0; i < 5; i++) {
    far.say("data", new Uint8Array(300_000), `m${i}`);
    await link.next();
  }
  assert.deepEqual(await far.heard(), ["ack"]);
  far.say("done");
  assert.equal((await link.next())?.kind, "done");
  assert.deepEqual(await far.heard(), ["ack", "ack"]);
});

Deno.test("LastingLink refuses hellos that are stale, replayed or of another process", () => {
  const cases: [Partial<Hello>, new (...args: never[]) => Error][] = [
    [{ attempt: 3, echo: OWN }, ProtocolError],
    [{ attempt: 2, echo: OWN }, ProtocolError],
    [{ attempt: 4, echo: OTHER }, ProtocolError],
    [{ attempt: 4, received: 1 }, ProtocolError],
    [{ attempt: 4, echo: OWN, received: 3 }, ProtocolError],
    [{ attempt: 4, echo: OWN, nonce: OWN }, StartedAnewError],
    [{ attempt: 4, nonce: new Uint8Array(16).fill(3) }, StartedAnewError],
  ];
  for (const [change, kind] of cases) {
    const { link } = setup();
    attach(link, { attempt: 3 });
    link.write(data("a"));
    link.write(data("b"));
    assert.throws(() => link.check(hello(change)), kind, JSON.stringify(change));
  }
  const { link } = setup();
  assert.throws(() => link.check(hello({ nonce: UNKNOWN })), ProtocolError);
});

Deno.test("LastingLink ends when an acknowledgement is a lie", async () => {
  for (const payload of [count(3), count(2 ** 60), new Uint8Array(7)]) {
    const { link } = setup();
    const far = attach(link);
    link.write(data("a"));
    const reading = assert.rejects(link.next(), ProtocolError);
    far.say("ack", payload);
    await reading;
    assert.throws(() => link.write(data("b")), ProtocolError);
  }
});

Deno.test("LastingLink gives a silent stream up, and the link when no other one comes", async () => {
  const { link, clock, happened } = setup();
  attach(link);
  const reading = assert.rejects(link.next(), {
    name: "ConnectionError",
    message: "Cannot go on: lost the connection to party 3, and could not get it back for 5 s",
  });
  for (let i = 0; i < 4; i++) clock.advance(15_000);
  await turn();
  assert.deepEqual(happened, ["suspect", "suspect", "distrust", "lost"]);
  clock.advance(5000);
  await reading;
  await assert.rejects(link.drained(), ConnectionError);
});

Deno.test("LastingLink keeps an idle link alive, and a stream that nobody reads", async () => {
  const { link, clock, happened } = setup();
  const far = attach(link);
  for (let i = 0; i < 6; i++) {
    clock.advance(15_000);
    await turn();
  }
  assert.deepEqual(await far.heard(), Array.from({ length: 6 }, () => "ack"));
  assert.deepEqual(happened, []);
});

Deno.test("LastingLink seeks a stream at the start and after each loss, until it is over", async () => {
  let sought = 0;
  const { link } = setup({ seek: () => sought += 1 });
  link.start();
  link.nextAttempt();
  const far = attach(link);
  far.fake.end(new Error("cut"));
  await turn();
  assert.equal(sought, 2);
  link.destroy("enough");
  assert.equal(await link.next(), undefined);
  assert.equal(sought, 2);
});

Deno.test("LastingLink does not wait for the last word of a process that has ended", async () => {
  const { link } = setup({ isGone: () => Promise.resolve(true) });
  const far = attach(link);
  link.write({ kind: "done" });
  const finishing = link.finish();
  far.fake.end(new Error("cut"));
  await finishing;
  assert.equal(await link.next(), undefined);
});
