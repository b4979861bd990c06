/** Back-pressure, deadlines and endings of the channel over libp2p streams on 127.0.0.1. */
import assert from "node:assert/strict";
import { ConnectionError, LimitError, ProtocolError } from "../../lib/base/mod.ts";
import { directConnect, encodeFrameStart, startNode, StreamChannel } from "../../lib/net/mod.ts";
import { StreamLink } from "../../lib/net/stream_link.ts";
import { type Clock, systemClock } from "../../lib/session/mod.ts";
import { FakeStream } from "./fake_stream.ts";
import { ManualClock } from "./manual_clock.ts";
import {
  loopbackMesh,
  loopbackNode,
  meshRequest,
  TEST_SID,
  type TestMesh,
  type TestNode,
} from "./loopback.ts";

const MIB = 1 << 20;
const TAG = new Uint8Array(8).fill(7);
const DONE = { kind: "done", step: "", more: false, tag: TAG, sequence: 0 } as const;

async function withMesh(
  options: Parameters<typeof loopbackMesh>,
  body: (mesh: TestMesh, channels: StreamChannel[]) => Promise<void>,
): Promise<void> {
  const mesh = await loopbackMesh(...options);
  try {
    await body(mesh, mesh.meshes.map(({ channel }) => channel as StreamChannel));
  } finally {
    await mesh.stop();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A channel of party 0 of 3 whose links are in the hands of the test. */
function fakeChannel(
  limits: ConstructorParameters<typeof StreamChannel>[0]["limits"] = {},
  onWait: (text: string) => void = () => {},
): {
  channel: StreamChannel;
  fakes: FakeStream[];
  clock: ManualClock;
  ended: string[];
} {
  const fakes = [new FakeStream(), new FakeStream()];
  const clock = new ManualClock();
  const ended: string[] = [];
  const links = new Map(fakes.map((fake, index) => [index + 1, new StreamLink(fake.stream, TAG)]));
  const channel = new StreamChannel({
    self: 0,
    links,
    clock,
    limits,
    onReady: () => {},
    onEnd: (text) => ended.push(text),
    onWait,
  });
  return { channel, fakes, clock, ended };
}

/** The frame that says that a mesh is complete. */
const bare = (kind: "ready" | "done") => (sequence: number): Uint8Array =>
  encodeFrameStart({ kind, step: "", more: false, tag: TAG, sequence }, 0);
const ready = bare("ready");
const done = bare("done");

/** A data frame as a peer sends it. */
function data(sequence: number, step: string, payload: Uint8Array, more = false): Uint8Array {
  const start = encodeFrameStart({ kind: "data", step, more, tag: TAG, sequence }, payload.length);
  const out = new Uint8Array(start.length + payload.length);
  out.set(start);
  out.set(payload, start.length);
  return out;
}

Deno.test("a slow reader holds the sender, and memory stays bounded", async () => {
  const highWaterBytes = 4 * MIB;
  await withMesh([2, { highWaterBytes }], async (_, [a, b]) => {
    assert.ok(a && b);
    const total = 64;
    let sent = 0;
    const sending = (async () => {
      for (; sent < total; sent++) await a.send(1, `m${sent}`, new Uint8Array(MIB));
    })();
    while (b.stored.bytes <= highWaterBytes) await turn();
    for (let i = 0; i < total; i++) {
      for (let k = 0; k < 3; k++) await turn();
      assert.ok(b.stored.bytes <= highWaterBytes + 2 * MIB, `${b.stored.bytes} bytes are stored`);
      assert.ok(sent - i <= 32, `the sender is ${sent - i} MiB ahead`);
      await b.recv(0, `m${i}`, MIB);
    }
    await sending;
    assert.deepEqual(b.stored, { messages: 0, bytes: 0 });
  });
});

Deno.test("two parties that both send before they receive do not block each other", async () => {
  await withMesh([2, { highWaterBytes: MIB }], async (_, channels) => {
    await Promise.all(channels.map(async (channel) => {
      const other = 1 - channel.self;
      for (let i = 0; i < 40; i++) await channel.send(other, `m${i}`, new Uint8Array(MIB));
      for (let i = 0; i < 40; i++) await channel.recv(other, `m${i}`, MIB);
    }));
  });
});

Deno.test("a ring of parties that wait for each other gets on in the end", async () => {
  const clock: Clock = {
    now: () => systemClock.now(),
    after: (ms, action) => systemClock.after(ms === 1000 ? 2 : ms, action),
  };
  await withMesh([3, { highWaterBytes: MIB }, clock], async (_, [p, q, r]) => {
    assert.ok(p && q && r);
    await Promise.all([
      (async () => {
        await p.recv(1, "then", 1);
        await p.send(2, "go", new Uint8Array(1));
      })(),
      (async () => {
        for (let i = 0; i < 24; i++) await q.send(2, `bulk ${i}`, new Uint8Array(MIB));
        await q.send(0, "then", new Uint8Array(1));
      })(),
      (async () => {
        await r.recv(0, "go", 1);
        for (let i = 0; i < 24; i++) await r.recv(1, `bulk ${i}`, MIB);
      })(),
    ]);
  });
});

Deno.test("close() waits until a slow party has read everything", async () => {
  await withMesh([2, { highWaterBytes: MIB }], async ({ meshes }, [a, b]) => {
    assert.ok(a && b && meshes[0]);
    for (let i = 0; i < 3; i++) await a.send(1, `m${i}`, new Uint8Array(MIB).fill(i));
    const closing = meshes[0].close();
    for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 3; k++) await turn();
      assert.equal((await b.recv(0, `m${i}`, MIB))[5], i);
    }
    await closing;
    await assert.rejects(b.recv(0, "more", 1), /party 0 has finished/);
  });
});

Deno.test("a party that finishes does not disturb the others", async () => {
  await withMesh([3], async ({ meshes, ended }, [, b, c]) => {
    assert.ok(b && c);
    const waiting = b.recv(2, "late", 1);
    const closing = meshes[0]?.close();
    await assert.rejects(b.recv(0, "never", 1), /party 0 has finished/);
    await c.send(1, "late", new Uint8Array([1]));
    assert.deepEqual(await waiting, new Uint8Array([1]));
    await closing;
    assert.deepEqual(ended.flat(), []);
  });
});

Deno.test("a deadline names the party and the step, and progress moves it", async () => {
  const { channel, fakes, clock } = fakeChannel({ stepTimeoutMs: 10_000 });
  const waiting = assert.rejects(channel.recv(1, "garble/3", 4), {
    name: "ConnectionError",
    message: 'Cannot receive step "garble/3" of party 1: party 1 sent nothing for 10 s',
  });
  clock.advance(9000);
  fakes[0]?.arrive(data(0, "other", new Uint8Array(1)));
  await turn();
  clock.advance(9000);
  const inTime = channel.recv(1, "other", 1);
  assert.deepEqual(await inTime, new Uint8Array(1));
  clock.advance(10_000);
  await waiting;
});

Deno.test("a deadline names the party that takes nothing", async () => {
  const { channel, fakes, clock } = fakeChannel({ stepTimeoutMs: 10_000 });
  const [fake] = fakes;
  assert.ok(fake);
  fake.slow = true;
  const sending = assert.rejects(channel.send(1, "big", new Uint8Array(3 * MIB)), {
    name: "ConnectionError",
    message: 'Cannot send step "big" to party 1: party 1 took nothing for 10 s',
  });
  clock.advance(10_000);
  await sending;
});

Deno.test("the end of a channel says whom it waits for, and does so no longer than the limit", async () => {
  const waits: string[] = [];
  const onWait = (text: string): void => void waits.push(text);
  const { channel, fakes, clock } = fakeChannel({ stepTimeoutMs: 25_000 }, onWait);
  const closing = channel.close();
  fakes[0]?.arrive(encodeFrameStart(DONE, 0));
  fakes[0]?.end();
  for (let i = 0; i < 5; i++) {
    await turn();
    clock.advance(5000);
  }
  await closing;
  assert.deepEqual(waits, [10, 20].map((s) => `waiting ${s} s for party 2 to read what we sent`));
});

Deno.test("messages that nobody asks for end the channel at the limit", async () => {
  const { channel, fakes, ended } = fakeChannel({ limitBytes: 10_000, highWaterBytes: 20_000 });
  const waiting = assert.rejects(channel.recv(2, "x", 1), LimitError);
  for (let i = 0; i < 40; i++) fakes[0]?.arrive(data(i, `empty ${i}`, new Uint8Array(0)));
  await waiting;
  assert.match(
    ended.join(),
    /the messages of party 1: they are more than the limit of 10000 bytes/,
  );
});

Deno.test("a peer's frames that are no valid messages end the channel with ProtocolError", async () => {
  const cases: [Uint8Array[], RegExp][] = [
    [[data(0, "s", new Uint8Array(1)), data(1, "s", new Uint8Array(1))], /it came twice/],
    [[data(1, "s", new Uint8Array(1))], /it has number 1 instead of 0/],
    [[data(0, "s", new Uint8Array(5), true)], /cut into frames of a wrong size/],
    [
      [encodeFrameStart({ kind: "hello", step: "", more: false, tag: TAG, sequence: 0 }, 0)],
      /hello/,
    ],
    [[new Uint8Array(20).fill(255)], /unknown version/],
    [[0, 1].map(ready), /Party 1 was ready twice/],
    [[0, 1].map(done), /Party 1 sent more after its last/],
    [[done(0), data(1, "s", new Uint8Array(1))], /Party 1 sent more after its last/],
  ];
  for (const [frames, message] of cases) {
    const { channel, fakes } = fakeChannel();
    const waiting = assert.rejects(channel.recv(2, "x", 1), (error) => {
      assert.ok(error instanceof ProtocolError);
      assert.match(error.message, message);
      return true;
    });
    for (const frame of frames) fakes[0]?.arrive(frame);
    await waiting;
    await assert.rejects(channel.send(2, "y", new Uint8Array(1)), ProtocolError);
  }
});

Deno.test("a message longer than asked for is refused before all of it is stored", async () => {
  const { channel, fakes } = fakeChannel();
  const waiting = assert.rejects(channel.recv(1, "s", 100), {
    name: "ProtocolError",
    message: /it has at least 1048576 bytes instead of 100/,
  });
  fakes[0]?.arrive(data(0, "s", new Uint8Array(MIB), true));
  await waiting;
});

Deno.test("the reason of a peer is made harmless before it is shown", async () => {
  const { channel, fakes } = fakeChannel();
  const reason = new TextEncoder().encode(`\x1b[31mfake\n${"x".repeat(400)}`);
  const start = { kind: "abort", step: "", more: false, tag: TAG, sequence: 0 } as const;
  const waiting = assert.rejects(channel.recv(1, "s", 1), (error) => {
    assert.ok(error instanceof ConnectionError);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(error.message, /[\x00-\x1f]/);
    assert.ok(error.message.length < 500);
    return true;
  });
  fakes[0]?.arrive(encodeFrameStart(start, reason.length));
  fakes[0]?.arrive(reason);
  await waiting;
});

Deno.test("open() refuses a hello for other parties", async () => {
  const nodes = [await loopbackNode(), await loopbackNode()];
  const stop = new AbortController();
  const [a, b] = nodes.map(({ node, gate }) => directConnect({ node, gate, clock: systemClock }));
  assert.ok(a && b);
  // Party 0 thinks that the other one is party 2.
  const request = meshRequest(nodes, 0);
  const peers = request.peers.map((peer) => peer.party === 1 ? { ...peer, party: 2 } : peer);
  const accepting = assert.rejects(b.open(meshRequest(nodes, 1), stop.signal), /over/);
  await assert.rejects(a.open({ ...request, peers }, stop.signal), {
    name: "AgreementError",
    message: "Cannot connect to party 2: it refused: it is another session or party",
  });
  stop.abort(new Error("over"));
  await accepting;
  for (const { gate } of nodes) gate.close();
  await Promise.all(nodes.map(({ node }) => node.stop()));
});

Deno.test("open() does not take a stream of another session", async () => {
  const nodes = [await loopbackNode(), await loopbackNode()];
  const stop = new AbortController();
  const opens = nodes.map(({ node, gate }, self) => {
    const sid = TEST_SID.map((byte) => byte ^ self);
    return assert.rejects(
      directConnect({ node, gate, clock: systemClock })
        .open({ ...meshRequest(nodes, self), sid }, stop.signal),
    );
  });
  const [first] = nodes;
  assert.ok(first);
  while (first.node.peers().length === 0) await turn();
  stop.abort(new Error("over"));
  await Promise.all(opens);
  for (const { gate } of nodes) gate.close();
  await Promise.all(nodes.map(({ node }) => node.stop()));
});

Deno.test("two sessions of the same nodes keep apart", async () => {
  const nodes = [await loopbackNode(), await loopbackNode()];
  const signal = new AbortController().signal;
  const open = async (self: number, session: number): Promise<StreamChannel> => {
    const { node, gate } = nodes[self] as TestNode;
    const sid = TEST_SID.map((byte) => byte ^ session);
    const mesh = await directConnect({ node, gate, clock: systemClock })
      .open({ ...meshRequest(nodes, self), sid }, signal);
    return mesh.channel as StreamChannel;
  };
  const [a1, a2, b2, b1] = await Promise.all([open(0, 1), open(0, 2), open(1, 2), open(1, 1)]);
  assert.ok(a1 && a2 && b2);
  await Promise.all([a1.send(1, "x", new Uint8Array([1])), a2.send(1, "x", new Uint8Array([2]))]);
  assert.deepEqual(await b1.recv(0, "x", 1), new Uint8Array([1]));
  assert.deepEqual(await b2.recv(0, "x", 1), new Uint8Array([2]));
  await Promise.all([a1, a2, b1, b2].map((channel) => channel.abort("over")));
  for (const { gate } of nodes) gate.close();
  await Promise.all(nodes.map(({ node }) => node.stop()));
});

// feature: B72, B73
Deno.test("startNode() and dial() say what is wrong with an address", async () => {
  const { node, gate } = await loopbackNode();
  const identity = node.identity;
  const [address = ""] = node.addresses();
  const listen = [address.replace(/\/p2p\/.*/, "")];
  await assert.rejects(startNode({ identity, listen }), {
    name: "UsageError",
    message: /the port is in use/,
  });
  await assert.rejects(startNode({ identity, listen: ["nonsense"] }), { name: "UsageError" });
  const other = await loopbackNode();
  const wrong = address.replace(/\/p2p\/.*/, "");
  await assert.rejects(other.node.dial({ peer: other.node.peerId, addresses: [wrong] }), {
    name: "UnreachableError",
  });
  const third = await loopbackNode();
  await assert.rejects(other.node.dial({ peer: third.node.peerId, addresses: [wrong] }), {
    name: "UnreachableError",
    message: new RegExp(`another peer answered at that address, ${node.peerId}`),
  });
  assert.equal(await other.node.dial({ addresses: [address] }), node.peerId);
  for (const each of [other, third, { node, gate }]) {
    each.gate.close();
    await each.node.stop();
  }
});

Deno.test("a process ends by itself after its node has stopped", async () => {
  const code = `import { generateIdentity, startNode } from "./lib/net/mod.ts";
    const identity = await generateIdentity();
    const node = await startNode({ identity, listen: ["/ip4/127.0.0.1/tcp/0"] });
    await node.stop();
    console.log("stopped");`;
  const root = new URL("../..", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", "--allow-env", "--allow-sys", "-"],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    signal: AbortSignal.timeout(30_000),
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { success, stdout } = await child.output();
  assert.equal(new TextDecoder().decode(stdout).trim(), "stopped");
  assert.ok(success);
});
