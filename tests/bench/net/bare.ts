/** Links over libp2p's parts without anything of ours: noise alone, and whole nodes with noise or our TLS. */
import type { ConnectionEncrypter, MessageStream, Upgrader } from "@libp2p/interface";
import { noise } from "@chainsafe/libp2p-noise";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p, type Libp2p } from "libp2p";
import { generateIdentity } from "../../../lib/net/mod.ts";
import { socketTls } from "../../../lib/net/tls.ts";
import { type Link, request, SEND_BYTES, TRIP_BYTES } from "./link.ts";

const PROTOCOL = "/bench/1";
const ANY_PORT = "/ip4/127.0.0.1/tcp/0";

/** Waits until little is queued: what a careful user of a bare stream would do. */
async function drained(stream: MessageStream): Promise<void> {
  while (stream.writeBufferLength > 1 << 20) {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stream.removeEventListener("drain", done);
        stream.removeEventListener("idle", done);
        resolve();
      };
      stream.addEventListener("drain", done);
      stream.addEventListener("idle", done);
    });
  }
}

/** Answers requests on a stream. */
function serve(stream: MessageStream): void {
  let left = 0;
  let answer = 0;
  const head: number[] = [];
  stream.addEventListener("message", ({ data }) => {
    let at = 0;
    while (at < data.byteLength) {
      if (head.length < 8) {
        head.push(data instanceof Uint8Array ? data[at] ?? 0 : data.get(at));
        at += 1;
        if (head.length < 8) continue;
        const view = new DataView(new Uint8Array(head).buffer);
        left = view.getUint32(0);
        answer = view.getUint32(4);
        continue;
      }
      const part = Math.min(left, data.byteLength - at);
      at += part;
      left -= part;
      if (left > 0) continue;
      head.length = 0;
      stream.send(new Uint8Array(answer));
    }
  });
}

/** A link over a stream whose other end is served. */
function linkOver(stream: MessageStream): Link {
  let received = 0;
  let wake = (): void => {};
  stream.addEventListener("message", ({ data }) => {
    received += data.byteLength;
    wake();
  });
  const answer = async (count: number): Promise<void> => {
    while (received < count) await new Promise<void>((resolve) => wake = resolve);
    received -= count;
  };
  return {
    async bulk(bytes: number): Promise<void> {
      stream.send(request(bytes, 1));
      for (let at = 0; at < bytes; at += SEND_BYTES) {
        stream.send(new Uint8Array(SEND_BYTES));
        await drained(stream);
      }
      await answer(1);
    },
    async trips(count: number): Promise<void> {
      for (let i = 0; i < count; i++) {
        stream.send(request(TRIP_BYTES, TRIP_BYTES));
        stream.send(new Uint8Array(TRIP_BYTES));
        await answer(TRIP_BYTES);
      }
    },
  };
}

async function bareNode(kind: "noise" | "tls", listen: boolean): Promise<Libp2p> {
  const { privateKey } = await generateIdentity();
  return await createLibp2p({
    privateKey,
    addresses: { listen: listen ? [ANY_PORT] : [] },
    transports: [tcp()],
    connectionEncrypters: [kind === "tls" ? socketTls() : noise()],
    streamMuxers: [yamux()],
  });
}

/** A whole node that answers; its address. */
export async function serveNode(kind: "noise" | "tls"): Promise<string> {
  const node = await bareNode(kind, true);
  await node.handle(PROTOCOL, serve);
  return node.getMultiaddrs()[0]?.toString() ?? "";
}

/** A link to that address. */
export async function nodeLink(kind: "noise" | "tls", address: string): Promise<Link> {
  const node = await bareNode(kind, false);
  return linkOver(await node.dialProtocol(multiaddr(address), PROTOCOL));
}

/** What noise and the transport ask of a node: a name, and somebody who writes down what happens. */
async function components(): Promise<Parameters<ReturnType<typeof noise>>[0]> {
  const { privateKey } = await generateIdentity();
  const log = Object.assign(() => {}, {
    ...{ enabled: false, error: () => {}, trace: () => {} },
    newScope: (): typeof log => log,
  });
  const logger = { forComponent: () => log };
  const upgrader = { getStreamMuxers: () => new Map() } as unknown as Upgrader;
  return { privateKey, peerId: peerIdFromPrivateKey(privateKey), logger, upgrader };
}

/** An upgrader that makes a connection an encrypted one and nothing more. */
function noiseAlone(
  encrypter: ConnectionEncrypter,
  take: (stream: MessageStream) => void,
): Upgrader {
  return {
    upgradeInbound: async (raw: MessageStream) => {
      take((await encrypter.secureInbound(raw)).connection);
    },
    upgradeOutbound: async (raw: MessageStream) => {
      take((await encrypter.secureOutbound(raw)).connection);
    },
  } as unknown as Upgrader;
}

type TcpComponents = Parameters<ReturnType<typeof tcp>>[0];

/** Noise on a TCP connection, without a node; its address. */
export async function serveNoise(): Promise<string> {
  const own = await components();
  const upgrader = noiseAlone(noise()(own), serve);
  const listener = tcp()(own as unknown as TcpComponents).createListener({ upgrader });
  await listener.listen(multiaddr(ANY_PORT));
  return listener.getAddrs()[0]?.toString() ?? "";
}

/** A link to that address. */
export async function noiseLink(address: string): Promise<Link> {
  const own = await components();
  const { promise, resolve } = Promise.withResolvers<MessageStream>();
  const upgrader = noiseAlone(noise()(own), resolve);
  // Why no time-out: a signal that fires later closes the socket.
  const { signal } = new AbortController();
  await tcp()(own as unknown as TcpComponents).dial(multiaddr(address), { upgrader, signal });
  return linkOver(await promise);
}
