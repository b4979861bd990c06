import assert from "node:assert/strict";
import {
  answerProbe,
  linkProber,
  type Node,
  type OutgoingFrame,
  PROBE_PROTOCOL,
  probeLink,
  ROUNDS,
} from "../../lib/net/mod.ts";
import { rateOf } from "../../lib/net/probe.ts";
import { StreamLink } from "../../lib/net/stream_link.ts";
import type { Clock } from "../../lib/session/mod.ts";
import { systemClock } from "../../lib/session/clock.ts";
import { shapeLink } from "../bench/session/link.ts";
import { loopbackNode } from "./loopback.ts";
import { ManualClock } from "./manual_clock.ts";

const PART: OutgoingFrame = { kind: "data", step: "probe", payload: new Uint8Array(8192) };
const LIMIT_MS = 60_000;

interface Pair {
  /** Asks. */
  readonly asker: Node;
  /** Is asked. */
  readonly other: Node;
  /** Measures the link, with a limit of a minute. */
  measure(clock?: Clock): Promise<number | undefined>;
}

/** Two connected nodes; `mbit` is what the link carries. */
async function withPair(body: (pair: Pair) => Promise<void>, mbit = 0): Promise<void> {
  const [{ node: asker }, { node: other }] = [await loopbackNode(), await loopbackNode()];
  using link = shapeLink(other.addresses()[0] ?? "", { delayMs: 0, mbit });
  try {
    const peer = await asker.dial({ addresses: [link.address] });
    const signal = new AbortController().signal;
    const measure = (clock: Clock = systemClock): Promise<number | undefined> =>
      probeLink(asker, { peer, clock, limitMs: LIMIT_MS }, signal);
    await body({ asker, other, measure });
  } finally {
    await Promise.all([asker.stop(), other.stop()]);
  }
}

/** Measures a peer that takes the stream and does this. */
async function measureOdd(
  behave: (link: StreamLink, clock: ManualClock) => Promise<void>,
): Promise<number | undefined> {
  let rate: number | undefined;
  await withPair(async ({ other, measure }) => {
    const clock = new ManualClock();
    const done = Promise.withResolvers<void>();
    await other.handleStreams((stream) => {
      const link = new StreamLink(stream);
      done.resolve(behave(link, clock).catch(() => link.destroy("The asker has ended it")));
    }, PROBE_PROTOCOL);
    rate = await measure(clock);
    await done.promise;
  });
  return rate;
}

/** Answers the first `count` rounds as it should. */
async function rounds(link: StreamLink, count: number): Promise<void> {
  for (const parts of ROUNDS.slice(0, count)) {
    for (let i = 0; i < parts; i++) await link.next();
    for (let i = 0; i < parts; i++) link.write(PART);
  }
}

Deno.test("the rate is that of the bytes between the smallest and the faster of the largest rounds", () => {
  // 63 parts of 8 KiB in 430 - 30 ms; round trips that all rounds take do not count.
  const rate = 63 * 65_536 / 0.4;
  assert.equal(rateOf([30, 60, 200, 900, 430]), rate);
  assert.equal(rateOf([230, 260, 400, 630, 2000]), rate);
  for (const last of [30, 20]) assert.equal(rateOf([30, 30, 30, last, 30]), 63 * 65_536 * 1000);
});

Deno.test("a slow link is told from a fast one", async () => {
  const rates: (number | undefined)[] = [];
  for (const mbit of [10, 0]) {
    await withPair(async ({ asker, other, measure }) => {
      await answerProbe(other, { asker: asker.peerId, clock: systemClock });
      rates.push(await measure());
    }, mbit);
  }
  const [slow, fast] = rates;
  assert.ok(slow !== undefined && fast !== undefined);
  assert.ok(slow > 0 && fast > slow, `${slow} ${fast}`);
});

Deno.test("one probe of one peer is answered, and nobody else's", async () => {
  await withPair(async ({ asker, other, measure }) => {
    await answerProbe(other, { asker: other.peerId, clock: systemClock });
    assert.equal(await measure(), undefined);
    assert.ok(asker.peers().length > 0);
  });
  await withPair(async ({ asker, other, measure }) => {
    await answerProbe(other, { asker: asker.peerId, clock: systemClock });
    assert.ok(await measure());
    assert.equal(await measure(), undefined);
    // The connection goes on.
    assert.ok(await asker.ping(other.peerId) >= 0);
  });
});

Deno.test("a peer without the protocol, or one that ends the stream, has no rate", async () => {
  await withPair(async ({ measure }) => assert.equal(await measure(), undefined));
  assert.equal(await measureOdd((link) => link.finish()), undefined);
  assert.equal(await measureOdd((link) => Promise.resolve(link.destroy("no"))), undefined);
  const half = async (link: StreamLink): Promise<void> => {
    await rounds(link, 2);
    await link.finish();
  };
  assert.equal(await measureOdd(half), undefined);
});

Deno.test("a peer that never answers has no rate, and one that stops answering has the rate 0", async () => {
  for (const [count, rate] of [[0, undefined], [1, 0], [4, 0]] as const) {
    const stop = async (link: StreamLink, clock: ManualClock): Promise<void> => {
      await rounds(link, count);
      await link.next();
      clock.advance(LIMIT_MS - 1);
      clock.advance(1);
    };
    assert.equal(await measureOdd(stop), rate, `${count}`);
  }
});

Deno.test("garbage, frames of another form and a flood end the probe without a rate", async () => {
  const frames: OutgoingFrame[] = [
    { ...PART, payload: new Uint8Array(8191) },
    { ...PART, payload: new Uint8Array(0) },
    { ...PART, step: "other" },
    { ...PART, more: true },
    { kind: "lobby", payload: new Uint8Array(8192) },
  ];
  for (const frame of frames) {
    const lie = async (link: StreamLink): Promise<void> => {
      await rounds(link, 1);
      await link.next();
      link.write(frame);
    };
    assert.equal(await measureOdd(lie), undefined);
  }
  await withPair(async ({ other, measure }) => {
    const noise = crypto.getRandomValues(new Uint8Array(5000));
    await other.handleStreams((stream) => void stream.send(noise), PROBE_PROTOCOL);
    assert.equal(await measure(), undefined);
  });
  let written = 0;
  const flood = async (link: StreamLink): Promise<void> => {
    for (; written < 4000; written++) {
      link.write(PART);
      await link.drained(undefined, 1 << 16);
    }
  };
  assert.equal(await measureOdd(flood), undefined);
  assert.ok(written < 4000, "the asker took all of the flood");
});

Deno.test("who answers takes no other frames, no more than a round, and not for ever", async () => {
  const refused = async (
    ask: (link: StreamLink, clock: ManualClock) => Promise<void>,
  ): Promise<void> => {
    await withPair(async ({ asker, other }) => {
      const clock = new ManualClock();
      await answerProbe(other, { asker: asker.peerId, clock });
      const signal = AbortSignal.timeout(10_000);
      const link = new StreamLink(await asker.openStream(other.peerId, signal, PROBE_PROTOCOL));
      await ask(link, clock).catch(() => {});
      await link.gone;
      assert.equal(signal.aborted, false);
    });
  };
  await refused((link) => Promise.resolve(link.write({ ...PART, step: "other" })));
  await refused(async (link) => {
    for (let i = 0; i < 4000; i++) {
      link.write(PART);
      await link.drained(undefined, 1 << 16);
    }
  });
  await refused(async (link, clock) => {
    link.write(PART);
    await link.next();
    clock.advance(15_000);
  });
});

Deno.test("links are measured for half of the time that the others wait, and for seconds at most", async () => {
  await withPair(async ({ asker, other }) => {
    for (const [waitMs, limitMs] of [[4000, 1000], [60_000, 3000]] as const) {
      const clock = new ManualClock();
      const limits: number[] = [];
      const watched: Clock = {
        now: () => clock.now(),
        after(ms, action): () => void {
          limits.push(ms);
          return clock.after(ms, action);
        },
      };
      const signal = new AbortController().signal;
      const measure = linkProber({ node: asker, clock: watched, waitMs, signal });
      assert.equal(await measure(other.peerId), undefined);
      clock.advance(limitMs);
      assert.equal(await measure(other.peerId), undefined);
      clock.advance(1);
      assert.equal(await measure(other.peerId), undefined);
      assert.deepEqual(limits, [limitMs, limitMs]);
    }
  });
});
