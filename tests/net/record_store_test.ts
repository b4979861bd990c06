/** What strangers can have a node keep: over the wire, and at the bounds. */
import assert from "node:assert/strict";
import { peerIdFromString } from "@libp2p/peer-id";
import { concat, LimitError, utf8 } from "../../lib/base/mod.ts";
import { sha256 } from "../../lib/crypto/mod.ts";
import { findProviders, KAD_PROTOCOL } from "../../lib/net/discovery.ts";
import { generateIdentity, startNode } from "../../lib/net/mod.ts";
import { RecordStore } from "../../lib/net/record_store.ts";

type Key = Parameters<RecordStore["put"]>[0];

/** As much of a key as the store uses. */
function key(text: string): Key {
  const name = text.slice(text.lastIndexOf("/") + 1);
  return { toString: () => text, name: () => name } as Key;
}

const fileKey = (file: number, peer: string): Key => key(`/dht/provider/f${file}/${peer}`);

function varint(value: number): number[] {
  return value < 128 ? [value] : [value % 128 + 128, ...varint(Math.floor(value / 128))];
}

function field(tag: number, bytes: Uint8Array): Uint8Array {
  return concat(new Uint8Array([tag * 8 + 2, ...varint(bytes.length)]), bytes);
}

const digestOf = (file: number): Uint8Array => sha256(utf8(`file ${file}`));

/** The message by which a peer announces a file, with its length in front. */
function announcement(peer: string, file: number): Uint8Array {
  const multihash = concat(new Uint8Array([0x12, 0x20]), digestOf(file));
  const id = peerIdFromString(peer).toMultihash().bytes;
  const address = new Uint8Array([4, 127, 0, 0, 1, 6, 0, 1]);
  const provider = concat(field(1, id), field(2, address));
  const cid = concat(new Uint8Array([1, 0x55]), multihash);
  const message = concat(new Uint8Array([8, 2]), field(2, cid), field(9, provider));
  return concat(new Uint8Array(varint(message.length)), message);
}

Deno.test("a stranger that announces files without end has a node know the last of them only", async () => {
  const nodeOf = async (server: boolean) =>
    await startNode({
      identity: await generateIdentity(),
      listen: server ? ["/ip4/127.0.0.1/tcp/0"] : [],
      server,
    });
  const [node, stranger] = await Promise.all([true, false].map(nodeOf));
  assert.ok(node && stranger);
  const signal = AbortSignal.timeout(60_000);
  await stranger.dial({ addresses: node.addresses() }, signal);
  const stream = await stranger.openStream(node.peerId, signal, KAD_PROTOCOL);
  const count = 1100;
  for (let i = 0; i < count; i++) stream.send(announcement(stranger.peerId, i));
  const knows = async (file: number): Promise<boolean> => {
    const routing = node.libp2p.contentRouting;
    for await (const { id } of findProviders(routing, digestOf(file), signal)) {
      if (id.toString() === stranger.peerId) return true;
    }
    return false;
  };
  while (!await knows(count - 1)) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.deepEqual(await Promise.all([0, 75, 76, 500].map(knows)), [false, false, true, true]);
  await Promise.all([node.stop(), stranger.stop()]);
});

Deno.test("RecordStore keeps 8192 files of others, and peers with few of them do not lose theirs", () => {
  const store = new RecordStore("self");
  const value = new Uint8Array(6);
  const counts = (...peers: string[]): number[] =>
    peers.map((peer) => {
      const files = Array.from({ length: 3000 }, (_, i) => fileKey(i, peer));
      return files.filter((file) => store.has(file)).length;
    });
  for (let i = 0; i < 3000; i++) void store.put(fileKey(i, "self"), value);
  for (let i = 0; i < 10; i++) void store.put(fileKey(i, "honest"), value);
  const strangers = Array.from({ length: 20 }, (_, i) => `stranger${i}`);
  for (const peer of strangers) {
    for (let i = 0; i < 1200; i++) void store.put(fileKey(i, peer), value);
  }
  assert.deepEqual(counts("self", "honest"), [3000, 10]);
  const kept = counts(...strangers);
  assert.equal(kept.reduce((sum, count) => sum + count), 8192 - 10);
  assert.ok(Math.max(...kept) <= 1024);
  // What expires, or is announced again, makes no difference to the count.
  for (const peer of strangers) for (let i = 0; i < 1200; i++) void store.delete(fileKey(i, peer));
  for (let round = 0; round < 9; round++) {
    for (let i = 0; i < 1024; i++) void store.put(fileKey(i, "again"), value);
  }
  assert.deepEqual(counts("again", "honest"), [1024, 10]);
});

Deno.test("RecordStore refuses values of others, and what is too long", () => {
  const store = new RecordStore("self");
  assert.throws(() => store.put(key("/dht/record/x"), new Uint8Array(1)), LimitError);
  const peer = key("/peers/x");
  assert.throws(() => store.put(peer, new Uint8Array(64 * 1024 + 1)), LimitError);
  void store.put(peer, new Uint8Array(64 * 1024));
  assert.ok(store.has(peer));
});
