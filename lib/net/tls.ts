/**
 * The encryption of connections: TLS 1.3 on raw TCP sockets, noise on all else (WebSocket, relay,
 * pre-shared key). Both ends of a connection see the same kind of it, so they choose alike; with nodes
 * that do not know this protocol libp2p agrees on noise.
 *
 * **Who is there.** Certificates play no part: under Deno a client takes some malformed certificates
 * without any proof that the server has their key. Instead each end sends, as the first bytes inside TLS,
 *
 * ```text
 * public key (32 bytes, Ed25519) ‖ signature (64 bytes) of  domain ‖ role ‖ client value ‖ server value
 * ```
 *
 * The two values are exporters of this very TLS connection (RFC 8446, 7.5): only its two ends know them,
 * and somebody in the middle has two connections with different ones. So the signature cannot be used
 * elsewhere, not replayed, and, because of the role, not sent back.
 */
import net from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { noise, type NoiseComponents } from "@chainsafe/libp2p-noise";
import { publicKeyFromRaw } from "@libp2p/crypto/keys";
import type {
  ConnectionEncrypter,
  MessageStream,
  PeerId,
  SecureConnectionOptions,
  SecuredConnection,
} from "@libp2p/interface";
import { peerIdFromPublicKey } from "@libp2p/peer-id";
import { concat, ConnectionError, equal, ProtocolError, utf8 } from "../base/mod.ts";
import { type CertificatePair, makeCertificate } from "./certificate.ts";
import { UNEXPECTED_PEER } from "./failures.ts";
import { TlsStream } from "./tls_stream.ts";

/** Name of this protocol in the negotiation. */
export const TLS_PROTOCOL = "/p2p-mpc/tls/1";

/** Separates the proofs from all other signatures of a node's key. */
const DOMAIN = "p2p-mpc tls 1 proof of peer id";
const KEY_BYTES = 32;
const PROOF_BYTES = KEY_BYTES + 64;
/** Bytes of each exported value. */
const VALUE_BYTES = 32;
/** Time for a handshake when the caller sets none. */
const HANDSHAKE_MS = 15_000;

type Role = "client" | "server";

/** The two exported values of a connection. */
interface Binding {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** What a proof by `role` signs. */
function statement(role: Role, { client, server }: Binding): Uint8Array<ArrayBuffer> {
  return concat(utf8(DOMAIN), new Uint8Array([role === "client" ? 0 : 1]), client, server);
}

/** The values of this connection. @throws {ConnectionError} if this runtime does not give them. */
function bindingOf(socket: TLSSocket, role: Role): Binding {
  const own = socket.getFinished();
  const other = socket.getPeerFinished();
  const right = own?.length === VALUE_BYTES && other?.length === VALUE_BYTES && !equal(own, other);
  if (!right || socket.getProtocol() !== "TLSv1.3") {
    throw new ConnectionError("Cannot encrypt the connection: TLS 1.3 gave no keying material");
  }
  return role === "client" ? { client: own, server: other } : { client: other, server: own };
}

/** The peer id that `proof` proves for `role`. @throws {ProtocolError} if it proves none. */
async function provenPeer(proof: Uint8Array, role: Role, binding: Binding): Promise<PeerId> {
  const wrong = (cause?: unknown): ProtocolError =>
    new ProtocolError("Cannot encrypt the connection: the other end did not prove its peer id", {
      cause,
    });
  let valid: boolean;
  try {
    const key = publicKeyFromRaw(proof.slice(0, KEY_BYTES));
    valid = key.type === "Ed25519" &&
      await key.verify(statement(role, binding), proof.slice(KEY_BYTES, PROOF_BYTES));
    if (valid) return peerIdFromPublicKey(key);
  } catch (cause) {
    throw wrong(cause);
  }
  throw wrong();
}

/** The raw socket under `connection`, if it is bare TCP. */
function rawSocket(connection: MessageStream): net.Socket | undefined {
  const socket: unknown = Reflect.get(connection, "socket");
  return socket instanceof net.Socket ? socket : undefined;
}

/** The components of a node that the encrypter uses. */
export type EncrypterComponents = NoiseComponents;

class SocketTls implements ConnectionEncrypter {
  readonly protocol = TLS_PROTOCOL;
  readonly #components: EncrypterComponents;
  readonly #noise: ConnectionEncrypter;
  #pair: Promise<CertificatePair> | undefined;

  constructor(components: EncrypterComponents) {
    this.#components = components;
    this.#noise = noise()(components);
  }

  /** Encrypts a connection that we have opened. */
  async secureOutbound(
    connection: MessageStream,
    options: SecureConnectionOptions = {},
  ): Promise<SecuredConnection> {
    const socket = rawSocket(connection);
    return socket === undefined
      ? await this.#noise.secureOutbound(connection, options)
      : await this.#secure(connection, socket, "client", options);
  }

  /** Encrypts a connection that the other end has opened. */
  async secureInbound(
    connection: MessageStream,
    options: SecureConnectionOptions = {},
  ): Promise<SecuredConnection> {
    const socket = rawSocket(connection);
    return socket === undefined
      ? await this.#noise.secureInbound(connection, options)
      : await this.#secure(connection, socket, "server", options);
  }

  async #secure(
    connection: MessageStream,
    raw: net.Socket,
    role: Role,
    { signal = AbortSignal.timeout(HANDSHAKE_MS), remotePeer }: SecureConnectionOptions,
  ): Promise<SecuredConnection> {
    // Why here and now: the hello of the other end must stay in the kernel until TLS reads it.
    raw.pause();
    raw.removeAllListeners("data");
    raw.setTimeout(0);
    if (connection.readBufferLength > 0) {
      throw new ConnectionError("Cannot encrypt the connection: bytes came too early");
    }
    const socket = await this.#wrap(raw, role);
    const incoming = new Incoming(socket);
    const onAbort = (): void => void socket.destroy(signal.reason);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    try {
      await incoming.event(role === "client" ? "secureConnect" : "secure");
      const binding = bindingOf(socket, role);
      socket.write(await this.#proof(role, binding));
      const proof = await incoming.take(PROOF_BYTES);
      const peer = await provenPeer(proof, role === "client" ? "server" : "client", binding);
      if (remotePeer !== undefined && !peer.equals(remotePeer)) {
        throw new ProtocolError(`Cannot encrypt the connection: ${UNEXPECTED_PEER} ${peer}`);
      }
      const stream = new TlsStream(connection, socket);
      stream.onData(incoming.release());
      return { connection: stream, remotePeer: peer };
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #wrap(raw: net.Socket, role: Role): Promise<TLSSocket> {
    const versions = { minVersion: "TLSv1.3", maxVersion: "TLSv1.3" } as const;
    const trust = { rejectUnauthorized: false };
    if (role === "client") return tls.connect({ socket: raw, ...versions, ...trust });
    this.#pair ??= makeCertificate();
    const context = { ...await this.#pair, ...versions, ...trust };
    return new tls.TLSSocket(raw, { ...context, isServer: true });
  }

  async #proof(role: Role, binding: Binding): Promise<Uint8Array> {
    const { privateKey } = this.#components;
    if (privateKey.type !== "Ed25519") throw new TypeError("The key of a node is of type Ed25519");
    return concat(privateKey.publicKey.raw, await privateKey.sign(statement(role, binding)));
  }
}

/** What a TLS socket gives during the handshake. It is never paused: under Deno that holds nothing. */
class Incoming {
  readonly #socket: TLSSocket;
  readonly #failed = Promise.withResolvers<never>();
  #bytes = new Uint8Array(0);
  #more = (): void => {};
  readonly #onData = (bytes: Uint8Array): void => {
    this.#bytes = concat(this.#bytes, bytes);
    this.#more();
  };

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.#failed.promise.catch(() => {});
    // Why never removed: an error that nobody listens to would end the process.
    socket.on("error", (error: Error) => this.#failed.reject(error));
    socket.on("close", () =>
      this.#failed.reject(
        new ConnectionError("Cannot encrypt the connection: the other end closed it"),
      ));
  }

  /** Resolves at `event`; rejects when the socket fails or closes before. */
  async event(event: "secureConnect" | "secure"): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once(event, resolve);
    await Promise.race([promise, this.#failed.promise]);
    this.#socket.on("data", this.#onData);
  }

  /** The first `count` bytes; rejects when the socket fails or closes before. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#more = (): void => {
      if (this.#bytes.length >= count) resolve();
    };
    this.#more();
    await Promise.race([promise, this.#failed.promise]);
    const taken = this.#bytes.slice(0, count);
    this.#bytes = this.#bytes.slice(count);
    return taken;
  }

  /** Stops to listen for data and gives what has come after the bytes taken. */
  release(): Uint8Array<ArrayBuffer> {
    this.#socket.off("data", this.#onData);
    return this.#bytes;
  }
}

/** TLS on raw TCP, noise elsewhere; to be offered before plain noise, which foreign nodes speak. */
export function socketTls(): (components: EncrypterComponents) => ConnectionEncrypter {
  return (components) => new SocketTls(components);
}
