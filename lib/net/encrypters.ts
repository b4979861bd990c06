/** The encryption that a node offers, by what its runtime can do: an executable may be made with another Deno. */
import { getCiphers } from "node:crypto";
import { TLSSocket } from "node:tls";
import { noise, pureJsCrypto } from "@chainsafe/libp2p-noise";
import type { ConnectionEncrypter } from "@libp2p/interface";
import { type EncrypterComponents, socketTls } from "./tls.ts";

/** Makes an encrypter for the node with these components. */
export type MakeEncrypter = (components: EncrypterComponents) => ConnectionEncrypter;

/** Noise. Where the runtime has no ChaCha20-Poly1305 it would fail at the first long message: JavaScript has it. */
export function portableNoise(ciphers: readonly string[] = getCiphers()): MakeEncrypter {
  return ciphers.includes("chacha20-poly1305") ? noise() : noise({ crypto: pureJsCrypto });
}

/** The ways to encrypt, the best one first. Below the key of a private network there is no bare TCP, and so no TLS. */
export function encrypters(privateNetwork: boolean): MakeEncrypter[] {
  const canBind = "getFinished" in TLSSocket.prototype;
  return canBind && !privateNetwork ? [socketTls(), portableNoise()] : [portableNoise()];
}
