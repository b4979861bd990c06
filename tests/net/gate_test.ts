/** What a node takes from peers that have not shown who they are. */
import assert from "node:assert/strict";
import { concat } from "../../lib/base/mod.ts";
import { directConnect, encodeFrameStart, type FrameKind, Gate } from "../../lib/net/mod.ts";
import { decodeHello, encodeHello } from "../../lib/net/hello.ts";
import { StreamLink } from "../../lib/net/stream_link.ts";
import { FakeStream } from "./fake_stream.ts";
import { portOf } from "./forwarder.ts";
import { loopbackNode, meshRequest } from "./loopback.ts";
import { ManualClock } from "./manual_clock.ts";

const TAG = new Uint8Array(8).fill(7);
const MIB = 1 << 20;

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function frame(kind: FrameKind, sequence: number, payload: Uint8Array, step = ""): Uint8Array {
  const start = { kind, step, more: false, tag: TAG, sequence };
  return concat(encodeFrameStart(start, payload.length), payload);
}

/** A stream that `peer` opens. */
function opened(gate: Gate, peer: string): FakeStream {
  const fake = new FakeStream();
  gate.accept(new StreamLink(fake.stream), peer);
  return fake;
}

Deno.test("strangers with silent streams, however many, do not keep out a party that is expected", async () => {
  const gate = new Gate(new ManualClock());
  for (let i = 0; i < 1000; i++) opened(gate, `stranger ${i >> 3}`);
  const late = opened(gate, "one more stranger");
  assert.equal(late.status, "reset");
  const taken: string[] = [];
  gate.expect("party", TAG, ({ peer }) => taken.push(peer));
  opened(gate, "party").arrive(frame("hello", 0, new Uint8Array(80)));
  await turn();
  assert.deepEqual(taken, ["party"]);
  gate.close();
});

Deno.test("one peer has few streams without a first frame, and gets room again after some time", async () => {
  const clock = new ManualClock();
  const gate = new Gate(clock);
  const streams = Array.from({ length: 100 }, () => opened(gate, "peer"));
  assert.equal(streams.filter(({ status }) => status === "open").length, 16);
  clock.advance(15_000);
  await turn();
  assert.equal(streams.filter(({ status }) => status === "open").length, 0);
  assert.equal(opened(gate, "peer").status, "open");
  gate.close();
});

Deno.test("a stream that nobody has taken may hold little, and a taken one whole messages", async () => {
  const gate = new Gate(new ManualClock());
  const bytes = new Uint8Array(MIB);
  const silent = opened(gate, "peer");
  silent.arrive(frame("lobby", 0, bytes).subarray(0, 70_000));
  assert.equal(silent.status, "reset");
  const eager = opened(gate, "peer");
  eager.arrive(frame("hello", 0, new Uint8Array(80)));
  await turn();
  eager.arrive(frame("data", 1, bytes, "s").subarray(0, 70_000));
  assert.equal(eager.status, "reset");
  const links: StreamLink[] = [];
  gate.expect("peer", TAG, ({ link }) => links.push(link));
  const patient = opened(gate, "peer");
  patient.arrive(frame("hello", 0, new Uint8Array(80)));
  await turn();
  patient.arrive(frame("data", 1, bytes, "s"));
  const [link] = links.slice(-1);
  assert.equal((await link?.next())?.payload.length, MIB);
  gate.close();
});

Deno.test("one stream brings several messages of a lobby, but not any number of them", async () => {
  const gate = new Gate(new ManualClock());
  const heard: number[] = [];
  gate.listen(TAG, (_, bytes) => heard.push(bytes[0] ?? -1));
  const stream = opened(gate, "peer");
  for (let i = 0; i < 20; i++) stream.arrive(frame("lobby", i, new Uint8Array([i])));
  await turn();
  assert.deepEqual(heard, Array.from({ length: 16 }, (_, i) => i));
  assert.equal(stream.status, "reset");
  gate.close();
});

Deno.test("a host with silent sockets does not keep others out", async () => {
  const [server, client] = [await loopbackNode(), await loopbackNode()];
  const [address = ""] = server.node.addresses();
  const port = portOf(address);
  const sockets = await Promise.all(Array.from({ length: 64 }, () => {
    return Deno.connect({ hostname: "127.0.0.1", port });
  }));
  const ended = sockets.map((socket) => socket.read(new Uint8Array(1)).catch(() => null));
  const reached = async (): Promise<boolean> => {
    try {
      await client.node.dial({ addresses: [address] });
      return true;
    } catch {
      return false;
    }
  };
  // Why more than once: so many from one host are the most in a second.
  while (!await reached());
  const first = await Promise.race([...ended, turn().then(() => "all are open")]);
  assert.equal(first, "all are open");
  for (const socket of sockets) socket.close();
  await Promise.all(ended);
  for (const { gate, node } of [server, client]) {
    gate.close();
    await node.stop();
  }
});

Deno.test("a party that breaks each new stream is dialled again slowly, and told of seldom", async () => {
  const [honest, hostile] = [await loopbackNode(), await loopbackNode()];
  const nodes = [honest, hostile];
  const clock = new ManualClock();
  const notices: string[] = [];
  const observe = ({ kind, ...event }: { kind: string; text?: string }): void => {
    if (kind === "notice") notices.push(event.text ?? "");
  };
  const request = meshRequest(nodes, 0);
  let streams = 0;
  hostile.gate.expect(honest.node.peerId, request.sid.slice(0, 8), ({ link, hello }) => {
    streams += 1;
    const { from, to, nonce, attempt } = decodeHello(hello.payload);
    const { sid } = request;
    const ends = { sid, from: to, to: from, nonce: new Uint8Array(16).fill(1), echo: nonce };
    link.write({ kind: "hello", payload: encodeHello({ ...ends, attempt, received: 0 }) });
    void link.finish().then(() => link.destroy("again"));
  });
  const seen = async (text: RegExp, count: number): Promise<void> => {
    while (notices.filter((notice) => text.test(notice)).length < count) await turn();
  };
  const connect = directConnect({ ...honest, clock, observe });
  const mesh = await connect.open(request, new AbortController().signal);
  await seen(/lost the connection/, 1);
  for (let i = 0; i < 20; i++) await turn();
  assert.equal(streams, 1, "it was dialled at once");
  for (let i = 0; i < 3; i++) {
    const before: number = streams;
    clock.advance(300);
    while (streams === before) await turn();
    for (let k = 0; k < 20; k++) await turn();
    assert.equal(streams, before + 1);
  }
  assert.ok(notices.length <= 4, notices.join("\n"));
  const aborting = mesh.channel.abort("the test is over");
  clock.advance(2000);
  await aborting;
  for (const { gate } of nodes) gate.close();
  await Promise.all(nodes.map(({ node }) => node.stop()));
});
