import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { sha256 } from "../../lib/crypto/mod.ts";
import {
  BLOB_PROTOCOL,
  BlockReader,
  blocksOf,
  fetchBlob,
  type Node,
  offerBlobs,
  type OutgoingFrame,
} from "../../lib/net/mod.ts";
import { StreamLink } from "../../lib/net/stream_link.ts";
import { systemClock } from "../../lib/session/clock.ts";
import { ManualClock } from "./manual_clock.ts";
import { loopbackNode } from "./loopback.ts";

const MIB = 1 << 20;

async function withNodes(
  serve: (node: Node) => Promise<void>,
  body: (
    fetch: (digest: Uint8Array<ArrayBuffer>, bytesMax?: number) => Promise<Uint8Array>,
    open: () => Promise<BlockReader>,
  ) => Promise<void>,
): Promise<void> {
  const [{ node: a }, { node: b }] = [await loopbackNode(), await loopbackNode()];
  try {
    await serve(a);
    const peer = await b.dial({ addresses: a.addresses() });
    const whom = { node: b, peer, clock: systemClock };
    const signal = new AbortController().signal;
    await body(
      (digest, bytesMax = 4 * MIB) => fetchBlob({ ...whom, digest, bytesMax }, signal),
      () => BlockReader.open(whom, signal),
    );
  } finally {
    await Promise.all([a.stop(), b.stop()]);
  }
}

// feature: B84
Deno.test("fetchBlob() gets a file that is offered, of any size, and nothing else", async () => {
  const large = new Uint8Array(2 * MIB + 5).map((_, i) => i * 7);
  const blobs = [utf8("a program"), new Uint8Array(0), large, new Uint8Array(MIB)];
  const offer = { source: blocksOf(blobs), clock: systemClock };
  await withNodes((node) => offerBlobs(node, offer), async (fetch) => {
    for (const blob of blobs) assert.deepEqual(await fetch(sha256(blob)), blob);
    await assert.rejects(fetch(sha256(utf8("another"))), {
      name: "NotOfferedError",
      message: "Cannot fetch the file: no such file is offered",
    });
    await assert.rejects(fetch(sha256(large), MIB), { name: "LimitError" });
  });
});

/** A peer that answers every request with these frames. */
function liar(...frames: readonly OutgoingFrame[]): (node: Node) => Promise<void> {
  return (node) =>
    node.handleStreams(async (stream) => {
      const link = new StreamLink(stream);
      await link.next();
      for (const frame of frames) link.write(frame);
      await link.finish();
    }, BLOB_PROTOCOL);
}

const blob = (payload: Uint8Array, more = false): OutgoingFrame => ({
  kind: "data",
  step: "blob",
  payload,
  more,
});

// feature: B88
Deno.test("fetchBlob() refuses what a lying peer sends", async () => {
  const digest = sha256(utf8("a program"));
  const full = new Uint8Array(MIB);
  const cases: [readonly OutgoingFrame[], string, RegExp][] = [
    [[blob(utf8("another"))], "ProtocolError", /another one than was asked for/],
    [[], "ConnectionError", /the peer ended/],
    [[blob(utf8("a "), true), blob(utf8("program"))], "ProtocolError", /no valid answer/],
    [[{ kind: "data", step: "x", payload: utf8("a program") }], "ProtocolError", /no valid answer/],
    [[{ kind: "ready" }], "ProtocolError", /no valid answer/],
    [Array.from({ length: 6 }, () => blob(full, true)), "LimitError", /more than 4194304 bytes/],
    [[{ kind: "refuse", payload: utf8("no\u001b[2J") }], "NotOfferedError", /no\\u\{1b\}\[2J$/],
  ];
  for (const [frames, name, message] of cases) {
    await withNodes(liar(...frames), async (fetch) => {
      await assert.rejects(fetch(digest), { name, message });
    });
  }
});

Deno.test("fetchBlob() says that a peer offers nothing", async () => {
  await withNodes(() => Promise.resolve(), async (fetch) => {
    await assert.rejects(fetch(new Uint8Array(32)), {
      name: "NotOfferedError",
      message: /the peer offers none$/,
    });
  });
});

Deno.test("one stream answers many requests in order, refusals between them", async () => {
  const blobs = Array.from({ length: 20 }, (_, i) => new Uint8Array(100_000).fill(i));
  const offer = { source: blocksOf(blobs), clock: systemClock };
  await withNodes((node) => offerBlobs(node, offer), async (_fetch, open) => {
    const reader = await open();
    const wanted = blobs.flatMap((blob) => [sha256(blob), new Uint8Array(32)]);
    const answers = await Promise.all(
      wanted.map((digest) => reader.ask({ digest, bytesMax: MIB })),
    );
    answers.forEach((answer, i) => {
      if (i % 2 === 1) assert.deepEqual(answer, { refused: "no such file is offered" });
      else assert.deepEqual(answer, { bytes: blobs[i / 2] });
    });
    reader.close();
  });
});

Deno.test("one peer cannot keep all streams for itself", async () => {
  const blob = utf8("a program");
  const offer = { source: blocksOf([blob]), clock: systemClock };
  await withNodes((node) => offerBlobs(node, offer), async (fetch, open) => {
    const readers = await Promise.all(Array.from({ length: 4 }, open));
    await assert.rejects(fetch(sha256(blob)), { name: "ConnectionError" });
    for (const reader of readers) {
      assert.ok("bytes" in await reader.ask({ digest: sha256(blob), bytesMax: MIB }));
    }
    for (const reader of readers) reader.close();
  });
});

Deno.test("idle streams of many peers give way to a request after five seconds", async () => {
  const blob = utf8("a program");
  const clock = new ManualClock();
  const nodes = await Promise.all(Array.from({ length: 6 }, () => loopbackNode()));
  const [server, customer, ...idlers] = nodes.map(({ node }) => node);
  assert.ok(server && customer);
  try {
    await offerBlobs(server, { source: blocksOf([blob]), clock });
    const signal = new AbortController().signal;
    const reader = async (node: Node): Promise<BlockReader> => {
      const peer = await node.dial({ addresses: server.addresses() });
      return await BlockReader.open({ node, peer, clock: systemClock }, signal);
    };
    const ask = async (from: BlockReader): Promise<boolean> =>
      "bytes" in await from.ask({ digest: sha256(blob), bytesMax: MIB });
    const idle: BlockReader[] = [];
    for (const node of [...idlers, ...idlers, ...idlers, ...idlers]) idle.push(await reader(node));
    // Why asked once: the server has taken the streams of all of them then.
    for (const one of idle) assert.ok(await ask(one));
    clock.advance(4999);
    await assert.rejects(reader(customer).then(ask), { name: "ConnectionError" });
    clock.advance(1);
    assert.ok(await ask(await reader(customer)));
  } finally {
    await Promise.all(nodes.map(({ node }) => node.stop()));
  }
});
