/** What a session needs from the outside. Implemented in lib/net and in tests. */
import type { Channel } from "../mpc/channel.ts";

/** Time and timers. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `action` once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, action: () => void): () => void;
}

/** The own key. */
export interface Identity {
  /** The peer id that belongs to the key, as text. */
  readonly peerId: string;
  /** Signs `bytes`. */
  sign(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /** Whether `signature` of `bytes` is by the key of `peer`. Never throws for a peer's bytes. */
  verify(check: SignatureCheck): Promise<boolean>;
}

/** What {@linkcode Identity.verify} checks. */
export interface SignatureCheck {
  /** Peer id of the claimed signer. */
  readonly peer: string;
  /** The bytes. */
  readonly bytes: Uint8Array;
  /** The signature. */
  readonly signature: Uint8Array;
}

/** What happens in a lobby. `peer` and `from` are authenticated peer ids. */
export type LobbyEvent =
  /** A message, by gossip or over a direct stream. */
  | { readonly kind: "message"; readonly from: string; readonly bytes: Uint8Array }
  /** A peer listens to the lobby from now on: worth repeating what it missed. */
  | { readonly kind: "peer"; readonly peer: string }
  /** The last connection to a peer is closed. */
  | { readonly kind: "lost"; readonly peer: string };

/** How a peer is connected. */
export interface LinkPath {
  /** Peer id of the relay in between; undefined: the connection is direct. */
  readonly relay: string | undefined;
  /** Bytes that the relay still lets pass, both directions together; undefined: no limit is known. */
  readonly bytesLeft: number | undefined;
}

/**
 * The meeting place of one session: everybody who knows the topic hears what is published. Messages
 * may be lost, doubled and reordered, and who comes late has missed what was said.
 */
export interface Lobby {
  /** Own addresses that others may dial, without the peer id. */
  addresses(): readonly string[];
  /** How a peer is connected; undefined if it is not. */
  path(peer: string): LinkPath | undefined;
  /** Connects to a peer at one of `addresses`. Rejects with `UnreachableError`. */
  dial(peer: string, addresses: readonly string[]): Promise<void>;
  /** Says `bytes` to everybody; whether somebody hears it is unknown. Never rejects. */
  publish(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Says `bytes` over each direct connection with `peer`, if there is any. Never rejects. */
  tell(peer: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Starts to hand over events; the returned function ends it. */
  listen(handler: (event: LobbyEvent) => void): () => void;
}

/** A party of a locked roster and where to find it. */
export interface MeshPeer {
  /** Party number. */
  readonly party: number;
  /** Peer id. */
  readonly peer: string;
  /** Multiaddresses to dial. */
  readonly addresses: readonly string[];
}

/** What the parties connect for. */
export interface MeshRequest {
  /** Own party number. */
  readonly self: number;
  /** All parties in ascending order, also the own entry. */
  readonly peers: readonly MeshPeer[];
  /** Hash of the agreed description, 32 bytes: both ends of a link must have the same. */
  readonly sid: Uint8Array;
  /** Longest time without progress of a waiting call of the channel, in milliseconds. */
  readonly stepTimeoutMs: number;
  /** The link to a party is there. */
  readonly onLink: (party: number) => void;
  /** A party has announced that its mesh is complete. */
  readonly onReady: (party: number) => void;
  /** A link ended before `close` was called: `text` says which and why. */
  readonly onEnd: (text: string) => void;
}

/** Direct links to all other parties. */
export interface Mesh {
  /** The channel to all other parties. */
  readonly channel: Channel;
  /** Tells every other party that the own mesh is complete. */
  announceReady(): Promise<void>;
  /** Says goodbye after the data in flight and closes the links. Never rejects. */
  close(): Promise<void>;
}

/** Builds the mesh. */
export interface Connect {
  /**
   * Connects to every party of the roster and checks on each link that both ends mean the same
   * session and party numbers. It tries until it succeeds or `signal` aborts.
   */
  open(request: MeshRequest, signal: AbortSignal): Promise<Mesh>;
}

/** Random bytes from the system's source. */
export type Random = (length: number) => Uint8Array<ArrayBuffer>;

/** All ports of a session. */
export interface Ports {
  /** Where the parties meet. */
  readonly lobby: Lobby;
  /** The own key. */
  readonly identity: Identity;
  /** Builds the mesh. */
  readonly connect: Connect;
  /** Time and timers. */
  readonly clock: Clock;
  /** Source of random bytes. */
  readonly random: Random;
}
