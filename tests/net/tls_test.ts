/** The encryption of connections: which one is used, and who is let through it. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import net from "node:net";
import tls from "node:tls";
import { noise } from "@chainsafe/libp2p-noise";
import type { ConnectionEncrypter, MessageStream } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p, type Libp2p } from "libp2p";
import "../../lib/net/shim.ts";
import { makeCertificate } from "../../lib/net/certificate.ts";
import { portableNoise } from "../../lib/net/encrypters.ts";
import { generateIdentity, type KeyIdentity } from "../../lib/net/mod.ts";
import { type EncrypterComponents, socketTls, TLS_PROTOCOL } from "../../lib/net/tls.ts";

/** Log of a libp2p component that is heard by nobody. */
const silent = Object.assign(() => {}, {
  error: (): void => {},
  trace: (): void => {},
  enabled: false,
  newScope: (): unknown => silent,
});

function encrypterOf(identity: KeyIdentity): ConnectionEncrypter {
  const { privateKey } = identity;
  const components = {
    privateKey,
    peerId: peerIdFromPrivateKey(privateKey),
    logger: { forComponent: () => silent },
    upgrader: { getStreamMuxers: () => new Map() },
  };
  return socketTls()(components as unknown as EncrypterComponents);
}

/** A socket as libp2p's TCP transport wraps it: the part that the encrypter uses. */
function bare(socket: net.Socket): MessageStream {
  socket.on("error", () => {});
  const wrapped = Object.assign(new EventTarget(), {
    socket,
    log: silent,
    readBufferLength: 0,
    inactivityTimeout: 0,
    maxReadBufferLength: 1 << 20,
    direction: "outbound",
    status: "open",
    abort: () => socket.destroy(),
    close: () => Promise.resolve(),
  });
  return wrapped as unknown as MessageStream;
}

/** A server that treats each socket as `handler` says, and a socket that is connected to it. */
async function connected(
  handler: (socket: net.Socket) => void,
): Promise<{ socket: net.Socket; port: number; close: () => void }> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    handler(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  const socket = net.connect(port, "127.0.0.1");
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  return {
    socket,
    port,
    close(): void {
      for (const one of [...sockets, socket]) one.destroy();
      server.close();
    },
  };
}

async function libp2pNode(encrypters: ReturnType<typeof socketTls>[]): Promise<Libp2p> {
  const { privateKey } = await generateIdentity();
  return await createLibp2p({
    privateKey,
    addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
    transports: [tcp()],
    connectionManager: { inboundConnectionThreshold: 64 },
    connectionEncrypters: encrypters,
    streamMuxers: [yamux()],
  });
}

for (
  const { can, dialler, encryption } of [
    { can: "TLS", dialler: [socketTls(), noise()], encryption: TLS_PROTOCOL },
    { can: "noise", dialler: [noise()], encryption: "/noise" },
    { can: "noise in JavaScript", dialler: [portableNoise([])], encryption: "/noise" },
  ]
) {
  // feature: B87
  Deno.test(`a connection over TCP is encrypted by ${can} when the dialler can do that`, async () => {
    const server = await libp2pNode([socketTls(), portableNoise()]);
    const client = await libp2pNode(dialler);
    for (let i = 0; i < 10; i++) {
      const connection = await client.dial(server.getMultiaddrs());
      assert.equal(connection.encryption, encryption);
      assert.ok(connection.remotePeer.equals(server.peerId));
      await connection.close();
    }
    await Promise.all([client.stop(), server.stop()]);
  });
}

Deno.test("both ends learn each other's peer id, and bytes pass both ways", async () => {
  const [alice, bob] = [await generateIdentity(), await generateIdentity()];
  const inbound = Promise.withResolvers<
    Awaited<ReturnType<ConnectionEncrypter["secureInbound"]>>
  >();
  const { socket, close } = await connected((raw) =>
    inbound.resolve(encrypterOf(bob).secureInbound(bare(raw)))
  );
  const out = await encrypterOf(alice).secureOutbound(bare(socket));
  const into = await inbound.promise;
  assert.equal(out.remotePeer.toString(), bob.peerId);
  assert.equal(into.remotePeer.toString(), alice.peerId);
  for (const [from, to] of [[out, into], [into, out]] as const) {
    const got = new Promise<Uint8Array>((resolve) =>
      to.connection.addEventListener("message", ({ data }) => resolve(data.subarray()), {
        once: true,
      })
    );
    from.connection.send(new Uint8Array([1, 2, 3]));
    assert.deepEqual([...await got], [1, 2, 3]);
  }
  close();
});

Deno.test("another peer than the expected one is refused", async () => {
  const [alice, bob, carol] = await Promise.all([1, 2, 3].map(() => generateIdentity()));
  assert.ok(alice && bob && carol);
  const { socket, close } = await connected((raw) =>
    void encrypterOf(bob).secureInbound(bare(raw)).catch(() => {})
  );
  await assert.rejects(
    encrypterOf(alice).secureOutbound(bare(socket), {
      remotePeer: peerIdFromPrivateKey(carol.privateKey),
    }),
    /UnexpectedPeer 12D3KooW/,
  );
  close();
});

Deno.test("who sits in the middle and passes the proofs on is found out by both ends", async () => {
  const [alice, bob] = [await generateIdentity(), await generateIdentity()];
  const inbound = Promise.withResolvers<unknown>();
  const real = await connected((raw) => {
    encrypterOf(bob).secureInbound(bare(raw)).then(inbound.resolve, inbound.reject);
  });
  const pair = await makeCertificate();
  const versions = { minVersion: "TLSv1.3", rejectUnauthorized: false } as const;
  const middle = await connected((raw) => {
    const near = new tls.TLSSocket(raw, { ...pair, ...versions, isServer: true });
    const far = tls.connect({ socket: real.socket, ...versions });
    for (const [from, to] of [[near, far], [far, near]] as const) {
      from.on("error", () => {});
      from.on("data", (bytes: Uint8Array) => to.write(bytes));
    }
  });
  const unproven = { name: "ProtocolError", message: /did not prove its peer id/ };
  const atBob = assert.rejects(inbound.promise, unproven);
  await assert.rejects(encrypterOf(alice).secureOutbound(bare(middle.socket)), unproven);
  await atBob;
  middle.close();
  real.close();
});

for (
  const { name, reply } of [
    { name: "our own proof", reply: (proof: Buffer): Uint8Array => proof },
    { name: "noise", reply: (): Uint8Array => new Uint8Array(96).fill(0x5a) },
  ]
) {
  Deno.test(`a server that sends ${name} instead of its proof is refused`, async () => {
    const pair = await makeCertificate();
    const { socket, close } = await connected((raw) => {
      const end = new tls.TLSSocket(raw, {
        ...pair,
        minVersion: "TLSv1.3",
        rejectUnauthorized: false,
        isServer: true,
      });
      end.on("error", () => {});
      end.once("data", (bytes: Buffer) => end.write(reply(bytes)));
    });
    await assert.rejects(encrypterOf(await generateIdentity()).secureOutbound(bare(socket)), {
      name: "ProtocolError",
      message: /did not prove its peer id/,
    });
    close();
  });
}

Deno.test("a handshake ends when the other end closes, or the signal aborts", async () => {
  const closing = await connected((raw) => void raw.end());
  await assert.rejects(encrypterOf(await generateIdentity()).secureOutbound(bare(closing.socket)));
  closing.close();
  const mute = await connected(() => {});
  const stop = new AbortController();
  const waiting = assert.rejects(
    encrypterOf(await generateIdentity()).secureOutbound(bare(mute.socket), {
      signal: stop.signal,
    }),
  );
  stop.abort(new Error("enough"));
  await waiting;
  mute.close();
});
