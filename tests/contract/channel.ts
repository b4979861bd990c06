/** What every {@linkcode Channel} promises, as one suite that an implementation joins by name. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ConnectionError, ProtocolError } from "../../lib/base/mod.ts";
import type { Channel } from "../../lib/mpc/channel.ts";

/** A connected network for one test. */
export interface TestNetwork {
  readonly channels: readonly Channel[];
  /** Cuts the links of one party without a word. */
  crash(party: number): void | Promise<void>;
  /** Frees everything; called also after an abort. */
  close(): Promise<void>;
}

/** How an implementation joins the suite. */
export interface ChannelSubject {
  readonly name: string;
  open(parties: number, seed?: number): Promise<TestNetwork>;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that tell length, sender and position apart. */
function pattern(length: number, seed: number): Bytes {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = (i * 31 + (i >>> 8) * 7 + seed) & 255;
  return out;
}

function at(channels: readonly Channel[], party: number): Channel {
  const channel = channels[party];
  assert.ok(channel);
  return channel;
}

/** All ordered pairs of different parties. */
function pairs(parties: number): { from: number; to: number }[] {
  const out: { from: number; to: number }[] = [];
  for (let from = 0; from < parties; from++) {
    for (let to = 0; to < parties; to++) if (from !== to) out.push({ from, to });
  }
  return out;
}

/** Runs the suite for one implementation. */
export function channelContract(subject: ChannelSubject): void {
  function check(what: string, parties: number, body: (net: TestNetwork) => Promise<void>): void {
    Deno.test(`${subject.name} ${what}`, async () => {
      const network = await subject.open(parties);
      try {
        await body(network);
      } finally {
        await network.close();
      }
    });
  }

  check("knows its party and their number", 3, ({ channels }) => {
    assert.deepEqual(channels.map(({ self, parties }) => [self, parties]), [[0, 3], [1, 3], [
      2,
      3,
    ]]);
    return Promise.resolve();
  });

  check("delivers messages by step, in whatever order they are asked for", 2, async (net) => {
    const [a, b] = [at(net.channels, 0), at(net.channels, 1)];
    for (let i = 0; i < 20; i++) await a.send(1, `step ${i}`, pattern(i * 10, i));
    for (let i = 19; i >= 0; i--) {
      assert.deepEqual(await b.recv(0, `step ${i}`, i * 10), pattern(i * 10, i));
    }
  });

  check("waits for a message that comes later", 2, async (net) => {
    const [a, b] = [at(net.channels, 0), at(net.channels, 1)];
    const waiting = [b.recv(0, "second", 3), b.recv(0, "first", 2)];
    await a.send(1, "first", pattern(2, 1));
    await a.send(1, "second", pattern(3, 2));
    assert.deepEqual(await Promise.all(waiting), [pattern(3, 2), pattern(2, 1)]);
  });

  check("hands over buffers that start at 0 and are alone in their memory", 2, async (net) => {
    const [a, b] = [at(net.channels, 0), at(net.channels, 1)];
    await a.send(1, "x", pattern(40, 0).subarray(3, 20));
    const got = await b.recv(0, "x", 17);
    assert.equal(got.byteOffset, 0);
    assert.equal(got.buffer.byteLength, 17);
    assert.deepEqual(got, pattern(40, 0).slice(3, 20));
  });

  check("receives from all parties at once", 4, async (net) => {
    await Promise.all(
      pairs(4).map(({ from, to }) =>
        at(net.channels, from).send(to, "all", pattern(1000 + from, from * 4 + to))
      ),
    );
    await Promise.all(
      pairs(4).map(async ({ from, to }) => {
        const got = await at(net.channels, to).recv(from, "all", 1000 + from);
        assert.deepEqual(got, pattern(1000 + from, from * 4 + to));
      }),
    );
  });

  check("serves many steps at once, asked for in any order", 3, async (net) => {
    const steps = Array.from({ length: 61 }, (_, index) => index);
    await Promise.all(
      pairs(3).map(async ({ from, to }) => {
        const order = steps.map((index) => (index * (7 + 2 * from) + to) % steps.length);
        for (const i of order) {
          await at(net.channels, from).send(to, `${i}`, pattern(i * 37, from + i));
        }
      }).concat(
        pairs(3).map(async ({ from, to }) => {
          const order = steps.map((index) => (index * (11 + 2 * to) + from) % steps.length);
          await Promise.all(order.map(async (i) => {
            const got = await at(net.channels, to).recv(from, `${i}`, i * 37);
            assert.deepEqual(got, pattern(i * 37, from + i));
          }));
        }),
      ),
    );
  });

  check("carries several MiB both ways at once", 2, async (net) => {
    const size = (5 << 20) + 12345;
    await Promise.all(
      pairs(2).map(({ from, to }) => at(net.channels, from).send(to, "big", pattern(size, from))),
    );
    for (const { from, to } of pairs(2)) {
      const got = await at(net.channels, to).recv(from, "big", size);
      assert.ok(Buffer.from(got).equals(pattern(size, from)), `from ${from}`);
    }
  });

  check("carries lengths around the size of a frame", 2, async (net) => {
    const mib = 1 << 20;
    const lengths = [0, 1, mib - 1, mib, mib + 1, 2 * mib];
    for (const length of lengths) {
      await at(net.channels, 0).send(1, `of ${length}`, pattern(length, 5));
    }
    for (const length of lengths) {
      const got = await at(net.channels, 1).recv(0, `of ${length}`, length);
      assert.ok(Buffer.from(got).equals(pattern(length, 5)), `length ${length}`);
    }
  });

  check("refuses a message of another length", 2, async (net) => {
    const [a, b] = [at(net.channels, 0), at(net.channels, 1)];
    const early = assert.rejects(b.recv(0, "short", 9), ProtocolError);
    await a.send(1, "short", pattern(8, 0));
    await early;
  });

  check("refuses a stored message of another length", 2, async (net) => {
    const [a, b] = [at(net.channels, 0), at(net.channels, 1)];
    await a.send(1, "long", pattern(10, 0));
    await a.send(1, "mark", pattern(1, 0));
    await b.recv(0, "mark", 1);
    await assert.rejects(b.recv(0, "long", 9), {
      name: "ProtocolError",
      message: /party 0 in step "long": it has 10 bytes instead of 9/,
    });
  });

  check("refuses parties that do not exist", 2, async (net) => {
    const a = at(net.channels, 0);
    for (const party of [0, 2, -1, 0.5]) {
      await assert.rejects(a.send(party, "x", pattern(1, 0)), RangeError);
      await assert.rejects(a.recv(party, "x", 1), RangeError);
    }
  });

  check(
    "ends waiting and later calls of the others with the reason of an abort",
    3,
    async (net) => {
      const [a, b, c] = [at(net.channels, 0), at(net.channels, 1), at(net.channels, 2)];
      const left = { name: "ConnectionError", message: /party 1 left: MAC check failed/ };
      const waiting = [
        assert.rejects(a.recv(1, "never", 1), left),
        assert.rejects(a.recv(2, "never", 1), left),
        assert.rejects(c.recv(1, "never", 1), left),
      ];
      await b.abort("MAC check failed");
      await Promise.all(waiting);
      await assert.rejects(a.send(2, "later", pattern(1, 0)), left);
      await assert.rejects(c.recv(0, "later", 1), left);
    },
  );

  check("lets data in flight arrive before the notice of an abort", 2, async (net) => {
    const [a, b] = [at(net.channels, 0), at(net.channels, 1)];
    const size = 3 << 20;
    await a.send(1, "last", pattern(size, 9));
    const leaving = a.abort("done for");
    const got = await b.recv(0, "last", size);
    assert.ok(Buffer.from(got).equals(pattern(size, 9)));
    await assert.rejects(b.recv(0, "more", 1), /party 0 left: done for/);
    await Promise.all([leaving, b.abort("the other one left")]);
  });

  check("fails its own calls after its own abort", 2, async (net) => {
    const a = at(net.channels, 0);
    const waiting = assert.rejects(a.recv(1, "never", 1), ConnectionError);
    await a.abort("interrupted");
    await waiting;
    await assert.rejects(a.send(1, "x", pattern(1, 0)), ConnectionError);
    await assert.rejects(a.recv(1, "x", 1), ConnectionError);
    await a.abort("a second one does nothing");
  });

  check("names a party whose connection is lost", 3, async (net) => {
    const lost = { name: "ConnectionError", message: /lost the connection to party 2/ };
    const waiting = [
      assert.rejects(at(net.channels, 0).recv(2, "never", 1), lost),
      assert.rejects(at(net.channels, 1).recv(2, "never", 1), lost),
    ];
    await net.crash(2);
    await Promise.all(waiting);
  });
}
