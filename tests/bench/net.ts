// deno-lint-ignore-file no-console
/**
 * Throughput and round trips of one link between two processes on loopback: plain TCP, libp2p with noise
 * and with TLS, and the channel of a computation. The configurations take turns, so that a busy machine
 * slows all alike; the median of the rounds is shown with its spread.
 *
 * `deno task bench:net [rounds] [MiB]`
 */
import type { Stream } from "@libp2p/interface";
import { noise } from "@chainsafe/libp2p-noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p, type Libp2p } from "libp2p";
import { sha256 } from "../../lib/crypto/mod.ts";
import { directConnect, generateIdentity, openGate, startNode } from "../../lib/net/mod.ts";
import { socketTls } from "../../lib/net/tls.ts";
import { systemClock } from "../../lib/session/mod.ts";

const PROTOCOL = "/bench/1";
const SEND_BYTES = 64 * 1024;
const MESSAGE_BYTES = 1 << 20;
const TRIPS = 2000;
const TRIP_BYTES = 100;
const SID = sha256(new Uint8Array([7]));

/** One link; `bulk` sends that many bytes and resolves when the other end has read them all. */
interface Link {
  bulk(bytes: number): Promise<void>;
  trips(count: number): Promise<void>;
}

/** What one process tells the other about itself on its standard output. */
interface Server {
  readonly tcpPort: number;
  readonly noise: string;
  readonly tls: string;
  readonly channel: string;
}

async function readExactly(conn: Deno.Conn, count: number): Promise<void> {
  const buffer = new Uint8Array(256 * 1024);
  for (let left = count; left > 0;) {
    const read = await conn.read(buffer.subarray(0, Math.min(left, buffer.length)));
    if (read === null) throw new Error("the other end closed");
    left -= read;
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** A request: how many bytes follow, and how many times they are answered by as many. */
function request(bytes: number, answer: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(8);
  const view = new DataView(out.buffer);
  view.setUint32(0, bytes);
  view.setUint32(4, answer);
  return out;
}

async function serveTcp(): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const conn of listener) {
      conn.setNoDelay(true);
      void (async () => {
        while (true) {
          const head = new Uint8Array(8);
          if (await conn.read(head) === null) return;
          const view = new DataView(head.buffer);
          await readExactly(conn, view.getUint32(0));
          await writeAll(conn, new Uint8Array(view.getUint32(4)));
        }
      })().catch(() => {});
    }
  })();
  return await Promise.resolve((listener.addr as Deno.NetAddr).port);
}

async function tcpLink(port: number): Promise<Link> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const piece = new Uint8Array(SEND_BYTES);
  return {
    async bulk(bytes: number): Promise<void> {
      await writeAll(conn, request(bytes, 1));
      for (let at = 0; at < bytes; at += piece.length) await writeAll(conn, piece);
      await readExactly(conn, 1);
    },
    async trips(count: number): Promise<void> {
      for (let i = 0; i < count; i++) {
        await writeAll(conn, request(TRIP_BYTES, TRIP_BYTES));
        await writeAll(conn, piece.subarray(0, TRIP_BYTES));
        await readExactly(conn, TRIP_BYTES);
      }
    },
  };
}

async function bareNode(kind: "noise" | "tls", listen: boolean): Promise<Libp2p> {
  const { privateKey } = await generateIdentity();
  return await createLibp2p({
    privateKey,
    addresses: { listen: listen ? ["/ip4/127.0.0.1/tcp/0"] : [] },
    transports: [tcp()],
    connectionEncrypters: [kind === "tls" ? socketTls() : noise()],
    streamMuxers: [yamux()],
  });
}

/** Waits until little is queued: what a careful user of a bare stream would do. */
async function drained(stream: Stream): Promise<void> {
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

async function serveBare(kind: "noise" | "tls"): Promise<string> {
  const node = await bareNode(kind, true);
  await node.handle(PROTOCOL, (stream) => {
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
  });
  return node.getMultiaddrs()[0]?.toString() ?? "";
}

async function bareLink(kind: "noise" | "tls", address: string): Promise<Link> {
  const node = await bareNode(kind, false);
  const stream = await node.dialProtocol(multiaddr(address), PROTOCOL);
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

/** The channel of party `self` of two. */
async function channelOf(self: number, address?: string): Promise<
  { address: string; open: (other: string) => ReturnType<ReturnType<typeof directConnect>["open"]> }
> {
  const node = await startNode({
    identity: await generateIdentity(),
    listen: ["/ip4/127.0.0.1/tcp/0"],
  });
  const gate = await openGate(node, systemClock);
  const own = node.addresses()[0] ?? address ?? "";
  const open = (other: string): ReturnType<ReturnType<typeof directConnect>["open"]> => {
    const addresses = self === 0 ? [own, other] : [other, own];
    const peers = addresses.map((text, party) => ({
      party,
      peer: text.replace(/.*\/p2p\//, ""),
      addresses: [text],
    }));
    const silent = { onLink: () => {}, onReady: () => {}, onEnd: () => {} };
    const request = { self, sid: SID, peers, stepTimeoutMs: 60_000, ...silent };
    return directConnect({ node, gate, clock: systemClock })
      .open(request, new AbortController().signal);
  };
  return { address: own, open };
}

/** Does what the other party asks for, in the steps that both count alike. */
async function serveChannel(
  open: Promise<Awaited<ReturnType<typeof channelOf>>["open"]>,
  other: string,
): Promise<void> {
  const { channel } = await (await open)(other);
  for (let round = 0;; round++) {
    const head = await channel.recv(0, `ask ${round}`, 8);
    const view = new DataView(head.buffer);
    const bytes = view.getUint32(0);
    if (bytes === 0) {
      for (let i = 0; i < view.getUint32(4); i++) {
        await channel.send(
          0,
          `pong ${round} ${i}`,
          await channel.recv(0, `ping ${round} ${i}`, TRIP_BYTES),
        );
      }
      continue;
    }
    for (let i = 0; i * MESSAGE_BYTES < bytes; i++) {
      await channel.recv(0, `bulk ${round} ${i}`, MESSAGE_BYTES);
    }
    await channel.send(0, `end ${round}`, new Uint8Array(1));
  }
}

async function channelLink(
  open: Awaited<ReturnType<typeof channelOf>>["open"],
  other: string,
): Promise<Link> {
  const { channel } = await open(other);
  let round = 0;
  return {
    async bulk(bytes: number): Promise<void> {
      await channel.send(1, `ask ${round}`, request(bytes, 0));
      for (let i = 0; i * MESSAGE_BYTES < bytes; i++) {
        await channel.send(1, `bulk ${round} ${i}`, new Uint8Array(MESSAGE_BYTES));
      }
      await channel.recv(1, `end ${round++}`, 1);
    },
    async trips(count: number): Promise<void> {
      await channel.send(1, `ask ${round}`, request(0, count));
      for (let i = 0; i < count; i++) {
        await channel.send(1, `ping ${round} ${i}`, new Uint8Array(TRIP_BYTES));
        await channel.recv(1, `pong ${round} ${i}`, TRIP_BYTES);
      }
      round += 1;
    },
  };
}

function median(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const text = (value: number | undefined): string => (value ?? 0).toFixed(0);
  return `${text(sorted[sorted.length >> 1])} (${text(sorted[0])} to ${text(sorted.at(-1))})`;
}

/** Processor time of a process so far, in milliseconds; 0 where /proc does not tell. */
function processorMs(pid: number): number {
  try {
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The process that reads. */
async function serve(other: string): Promise<void> {
  const own = await channelOf(1);
  const server: Server = {
    tcpPort: await serveTcp(),
    noise: await serveBare("noise"),
    tls: await serveBare("tls"),
    channel: own.address,
  };
  console.log(JSON.stringify(server));
  await serveChannel(Promise.resolve(own.open), other);
}

/** The process that writes and measures. */
async function measure(rounds: number, mib: number): Promise<void> {
  const own = await channelOf(0);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", import.meta.filename ?? "", "serve", own.address],
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const server: Server = JSON.parse((await lines.read()).value ?? "");
  const links = new Map<string, Link>([
    ["plain TCP", await tcpLink(server.tcpPort)],
    ["libp2p, noise", await bareLink("noise", server.noise)],
    ["libp2p, TLS", await bareLink("tls", server.tls)],
    ["our channel", await channelLink(own.open, server.channel)],
  ]);
  const speeds = new Map<string, number[]>();
  const trips = new Map<string, number[]>();
  const costs = new Map<string, number[]>();
  const spent = (): number => processorMs(Deno.pid) + processorMs(child.pid);
  for (const link of links.values()) await link.bulk(8 << 20);
  for (let round = 0; round < rounds; round++) {
    for (const [name, link] of links) {
      const add = (table: Map<string, number[]>, value: number): void =>
        void table.set(name, [...table.get(name) ?? [], value]);
      const before = spent();
      add(speeds, mib / await timed(() => link.bulk(mib << 20)));
      add(costs, (spent() - before) * 1024 / mib);
      add(trips, TRIPS / await timed(() => link.trips(TRIPS)));
    }
  }
  console.log(`${rounds} rounds of ${mib} MiB and ${TRIPS} round trips: median (least to most)`);
  console.log("link             MiB/s                  round trips/s          CPU ms/GiB");
  for (const name of links.keys()) {
    const speed = median(speeds.get(name) ?? []);
    const trip = median(trips.get(name) ?? []);
    const cost = median(costs.get(name) ?? []);
    console.log(`${name.padEnd(16)} ${speed.padEnd(22)} ${trip.padEnd(22)} ${cost}`);
  }
  child.kill("SIGKILL");
  await child.status;
}

if (import.meta.main) {
  const [first = "5", second = "256"] = Deno.args;
  if (first === "serve") await serve(second);
  else await measure(Number(first), Number(second));
  Deno.exit(0);
}
