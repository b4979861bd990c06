/**
 * Encryption between two parties that talk over others: ChaCha20-Poly1305 with one key for each
 * direction and kind of packet, and the packet's counter as nonce.
 *
 * Security: a {@linkcode Sealer} draws each counter once, so that no nonce serves twice; a packet that
 * must be sent again is sent again as it is.
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { concat } from "../base/mod.ts";
import { encodePacketHeader, type Packet, type PacketHeader } from "./packet.ts";

const NONCE_BYTES = 12;

function nonceOf(counter: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setBigUint64(NONCE_BYTES - 8, BigInt(counter));
  return nonce;
}

/** A sealed packet. */
export interface Sealed {
  /** Its number. */
  readonly counter: number;
  /** All bytes of the packet. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Seals the packets of one kind in one direction. */
export class Sealer {
  readonly #key: Uint8Array;
  readonly #start: Omit<PacketHeader, "counter">;
  #counter = 0;

  /** @param key 32 bytes that seal nothing else. */
  constructor(key: Uint8Array, start: Omit<PacketHeader, "counter">) {
    this.#key = key;
    this.#start = start;
  }

  /** The next packet, with `plain` inside. */
  seal(plain: Uint8Array): Sealed {
    const counter = this.#counter;
    this.#counter += 1;
    const head = encodePacketHeader({ ...this.#start, counter });
    const body = chacha20poly1305(this.#key, nonceOf(counter), head).encrypt(plain);
    return { counter, bytes: concat(head, body) };
  }

  /** Forgets the key. */
  wipe(): void {
    this.#key.fill(0);
  }
}

/** Opens the packets of one kind in one direction. */
export class Opener {
  readonly #key: Uint8Array;

  /** @param key 32 bytes. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** What is inside, or undefined if the packet was not sealed with this key. Never throws. */
  open({ counter, head, body }: Packet): Uint8Array | undefined {
    try {
      return chacha20poly1305(this.#key, nonceOf(counter), head).decrypt(body);
    } catch {
      return undefined;
    }
  }

  /** Forgets the key. */
  wipe(): void {
    this.#key.fill(0);
  }
}
