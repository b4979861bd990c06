/** Files from several providers: who lies, fails or is silent is left, and others do its part. */
import assert from "node:assert/strict";
import { toHex } from "../../lib/base/mod.ts";
import { sha256 } from "../../lib/crypto/mod.ts";
import {
  announceFile,
  BLOB_PROTOCOL,
  type BlockStore,
  CHUNK_BYTES,
  fetchFile,
  type FileId,
  fileProviders,
  type FileRequest,
  nameFile,
  type Node,
  offerBlobs,
} from "../../lib/net/mod.ts";
import { StreamLink } from "../../lib/net/stream_link.ts";
import { systemClock } from "../../lib/session/clock.ts";
import { loopbackNode } from "./loopback.ts";

type Bytes = Uint8Array<ArrayBuffer>;

class MemoryStore implements BlockStore {
  readonly blocks = new Map<string, Bytes>();
  /** Digests that were asked for, in order. */
  readonly asked: string[] = [];

  block(digest: Bytes): Promise<Bytes | undefined> {
    this.asked.push(toHex(digest));
    return Promise.resolve(this.blocks.get(toHex(digest)));
  }

  put(digest: Bytes, bytes: Bytes): Promise<void> {
    this.blocks.set(toHex(digest), bytes);
    return Promise.resolve();
  }
}

interface TestFile {
  readonly id: FileId;
  readonly bytes: Bytes;
  readonly blocks: readonly Bytes[];
}

/** A file of `count` different chunks, the last of which is short. */
function testFile(count: number): TestFile {
  const size = (count - 1) * CHUNK_BYTES + 1000;
  const bytes = new Uint8Array(size).map((_, i) => (i >>> 18) * 31 + i * 7);
  const chunks = Array.from(
    { length: count },
    (_, i) => bytes.slice(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
  );
  const { id, root } = nameFile({ size, chunks: chunks.map((chunk) => sha256(chunk)) });
  return { id, bytes, blocks: root === undefined ? chunks : [root, ...chunks] };
}

async function storeOf(blocks: readonly Bytes[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const block of blocks) await store.put(sha256(block), block);
  return store;
}

/** What a provider does with its node. */
type Behaviour = (node: Node) => Promise<unknown>;

const honest = (blocks: readonly Bytes[]): Behaviour => async (node) => {
  const source = await storeOf(blocks);
  await offerBlobs(node, { source, clock: systemClock });
  return source;
};

const liar: Behaviour = (node) =>
  node.handleStreams(async (stream) => {
    const link = new StreamLink(stream);
    while (await link.next() !== undefined) {
      link.write({ kind: "data", step: "blob", payload: new Uint8Array(100) });
    }
  }, BLOB_PROTOCOL);

const silent: Behaviour = (node) =>
  node.handleStreams((stream) => void new StreamLink(stream), BLOB_PROTOCOL);

interface Outcome {
  readonly store: MemoryStore;
  readonly failures: readonly string[];
  readonly progress: readonly number[];
  readonly peers: readonly string[];
  readonly error: unknown;
  readonly node: Node;
}

/** Fetches `file` from providers that behave as told, asked in this order. */
async function fetched(
  file: TestFile,
  behaviours: readonly Behaviour[],
  change: (peers: readonly string[]) => Partial<FileRequest> = () => ({}),
  store = new MemoryStore(),
): Promise<Outcome> {
  const nodes = await Promise.all([...behaviours, null].map(() => loopbackNode()));
  const own = nodes.pop()?.node;
  assert.ok(own !== undefined);
  const failures: string[] = [];
  const progress: number[] = [];
  try {
    for (const [i, behave] of behaviours.entries()) if (nodes[i]) await behave(nodes[i].node);
    const peers = await Promise.all(
      nodes.map(({ node }) => own.dial({ addresses: node.addresses() })),
    );
    const request: FileRequest = {
      id: file.id,
      async *providers(): AsyncGenerator<string> {
        yield* peers;
      },
      clock: systemClock,
      accept: (_, first) => store.put(file.id.digest, first),
      onFailure: (peer, error) => failures.push(`${peers.indexOf(peer)}: ${error}`),
      onProgress: ({ done, total }) => {
        assert.equal(total, file.bytes.length);
        progress.push(done);
      },
      store,
      ...change(peers),
    };
    const error = await fetchFile(own, request, new AbortController().signal)
      .then(() => undefined, (reason) => reason);
    return { store, failures, progress, peers, error, node: own };
  } finally {
    await Promise.all([...nodes.map(({ node }) => node.stop()), own.stop()]);
  }
}

function assertWhole({ store, error, progress }: Outcome, { blocks, bytes }: TestFile): void {
  assert.equal(error, undefined);
  for (const block of blocks) assert.deepEqual(store.blocks.get(toHex(sha256(block))), block);
  assert.equal(progress.at(-1), bytes.length);
  assert.deepEqual(progress, progress.toSorted((a, b) => a - b));
}

const FILE = testFile(12);

Deno.test("a file comes from several providers, and small and empty ones from one", async () => {
  for (const file of [FILE, testFile(1)]) {
    assertWhole(await fetched(file, [honest(file.blocks), honest(file.blocks)]), file);
  }
  const empty = new Uint8Array(0);
  const file = {
    ...nameFile({ size: 0, chunks: [sha256(empty)] }),
    ...{ bytes: empty, blocks: [empty] },
  };
  assertWhole(await fetched(file, [honest([empty])]), file);
});

// feature: B88
Deno.test("a provider that lies is found at its first block, loses its standing, and another does its part", async () => {
  const outcome = await fetched(FILE, [liar, honest(FILE.blocks)]);
  assertWhole(outcome, FILE);
  assert.ok(outcome.failures.every((failure) => failure.startsWith("0: ProtocolError")));
  assert.ok(outcome.node.reputation.record(outcome.peers[0] ?? "").score <= -9);
  assert.ok(outcome.node.reputation.record(outcome.peers[1] ?? "").score > -1);
});

Deno.test("a provider that has a part does what it can, and another one the rest", async () => {
  const [root, ...chunks] = FILE.blocks;
  assert.ok(root !== undefined);
  const first = honest([root, ...chunks.slice(0, 6)]);
  const outcome = await fetched(FILE, [first, honest(FILE.blocks)]);
  assertWhole(outcome, FILE);
});

Deno.test("a provider that says nothing is left after a while", async () => {
  const waits = Promise.withResolvers<() => void>();
  const clock = {
    ...systemClock,
    after(ms: number, action: () => void): () => void {
      if (ms < 30_000) return systemClock.after(ms, action);
      waits.resolve(action);
      return () => {};
    },
  };
  const outcome = await fetched(
    FILE,
    [silent, honest(FILE.blocks)],
    ([first = "", second = ""]) => ({
      clock,
      async *providers(): AsyncGenerator<string> {
        yield first;
        (await waits.promise)();
        yield second;
      },
    }),
  );
  assertWhole(outcome, FILE);
  assert.equal(outcome.failures.length, 1);
  assert.ok(outcome.failures[0]?.startsWith("0: ConnectionError"));
});

Deno.test("a fetch goes on where it was, and a damaged chunk is fetched again", async () => {
  const store = await storeOf(FILE.blocks.slice(0, 5));
  const source = await storeOf(FILE.blocks);
  const offering: Behaviour = (node) => offerBlobs(node, { source, clock: systemClock });
  const outcome = await fetched(FILE, [offering], undefined, store);
  assertWhole(outcome, FILE);
  assert.equal(source.asked.length, FILE.blocks.length - 5);
  assert.ok((outcome.progress[0] ?? 0) <= CHUNK_BYTES);
});

Deno.test("when nobody gives the rest, the error tells who was asked and why it is not there", async () => {
  const part = await fetched(FILE, [honest(FILE.blocks.slice(0, 3)), liar]);
  assert.ok(part.error instanceof Error);
  assert.equal(part.error.name, "UnreachableError");
  assert.match(part.error.message, /no such file is offered/);
  assert.match(part.error.message, /another one than was asked for/);
  const nobody = await fetched(FILE, []);
  assert.match(String(nobody.error), /nobody is known who has it/);
});

Deno.test("what the store refuses ends the fetch with its reason, and nobody is blamed", async () => {
  const outcome = await fetched(FILE, [honest(FILE.blocks)], () => ({
    accept: () => Promise.reject(new RangeError("no room")),
  }));
  assert.match(String(outcome.error), /no room/);
  assert.deepEqual(outcome.failures, []);
});

Deno.test("a root whose chunks have other lengths is refused, whoever gives it", async () => {
  const short = new Uint8Array(10);
  const last = new Uint8Array(5);
  const { id, root } = nameFile({
    size: CHUNK_BYTES + 5,
    chunks: [sha256(short), sha256(last)],
  });
  assert.ok(root !== undefined);
  const bytes = new Uint8Array(CHUNK_BYTES + 5);
  const broken = await fetched({ id, bytes, blocks: [] }, [honest([root, short, last])]);
  assert.match(String(broken.error), /ProtocolError.*do not fit together/);
});

Deno.test("providers are found through a peer that only knows of them", async () => {
  const [provider, boot, joiner] = await Promise.all(
    [0, 1, 2].map(async () => (await loopbackNode()).node),
  );
  assert.ok(provider && boot && joiner);
  try {
    await honest(FILE.blocks)(provider);
    await provider.dial({ addresses: boot.addresses() });
    await joiner.dial({ addresses: boot.addresses() });
    const signal = new AbortController().signal;
    // Why again: the bootnode takes a peer into its table once it knows what the peer speaks.
    while (await announceFile(provider, FILE.id, signal) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const store = new MemoryStore();
    const search = { id: FILE.id, clock: systemClock, onFailure: assert.ifError };
    await fetchFile(joiner, {
      id: FILE.id,
      providers: (enough) => fileProviders(joiner, search, enough),
      clock: systemClock,
      accept: (_, first) => store.put(FILE.id.digest, first),
      onFailure: (peer) => assert.equal(peer, boot.peerId),
      onProgress: () => {},
      store,
    }, signal);
    assert.equal(store.blocks.size, FILE.blocks.length);
  } finally {
    await Promise.all([provider, boot, joiner].map((node) => node.stop()));
  }
});

Deno.test("a provider whose connection is lost goes on when it is back", async () => {
  const [provider, joiner] = await Promise.all(
    [0, 1].map(async () => (await loopbackNode()).node),
  );
  assert.ok(provider && joiner);
  try {
    const source = await storeOf(FILE.blocks);
    await offerBlobs(provider, { source, clock: systemClock });
    const peer = await joiner.dial({ addresses: provider.addresses() });
    const store = new MemoryStore();
    const lost: Promise<unknown>[] = [];
    const put = store.put.bind(store);
    store.put = async (digest, bytes): Promise<void> => {
      await put(digest, bytes);
      if (store.blocks.size !== 4) return;
      lost.push(
        new Promise<void>((resolve) => joiner.onDisconnect(() => resolve()))
          .then(() => joiner.dial({ addresses: provider.addresses() })),
      );
      joiner.drop(peer);
    };
    const failures: unknown[] = [];
    const search = { id: FILE.id, clock: systemClock, onFailure: assert.ifError };
    await fetchFile(joiner, {
      id: FILE.id,
      providers: (enough) => fileProviders(joiner, search, enough),
      clock: systemClock,
      accept: (_, first) => store.put(FILE.id.digest, first),
      onFailure: (_, error) => failures.push(error),
      onProgress: () => {},
      store,
    }, new AbortController().signal);
    await Promise.all(lost);
    assert.equal(store.blocks.size, FILE.blocks.length);
    assert.equal(lost.length, 1);
    assert.ok(failures.length > 0);
  } finally {
    await Promise.all([provider, joiner].map((node) => node.stop()));
  }
});
