/**
 * Writes the circuits of AES-128 and of SHA-256's compression function in Bristol fashion, for programs that
 * compute them with others. Wire order is that of the standards' own hexadecimal texts: the most significant
 * bit of the first byte is wire 0.
 *
 * usage: deno run --allow-read --allow-write scripts/make_circuits.ts
 */
import { Builder, exportBristol, type PackedCircuit, type Wire } from "../lib/circuit/mod.ts";
import { type Byte, encryptBlock, expandKey } from "./ciphers/aes.ts";
import { compress } from "./ciphers/sha256.ts";

/** AES-128: party 0 gives the key, party 1 the block, the output is the ciphertext; 128 bits each. */
export function aesCircuit(): PackedCircuit {
  const b = new Builder({ inputs: [128, 128] });
  // The cipher counts the bits of a byte from the lowest, the files from the highest.
  const bytes = (party: number): Byte[] =>
    Array.from({ length: 16 }, (_, byte) => inputs(b, party, byte * 8, 8).reverse());
  const cipher = encryptBlock(b, bytes(1), expandKey(b, bytes(0)));
  return b.build(cipher.flatMap((byte) => byte.toReversed()));
}

/**
 * One step of SHA-256: party 0 gives a block of 512 bits, party 1 the state before it, 256 bits; the output
 * is the state after it. The hash of a padded message is the state after its last block.
 */
export function sha256Circuit(): PackedCircuit {
  const b = new Builder({ inputs: [512, 256] });
  return b.build(compress(b, inputs(b, 0, 0, 512), inputs(b, 1, 0, 256)));
}

function inputs(b: Builder, party: number, from: number, count: number): Wire[] {
  return Array.from({ length: count }, (_, i) => b.input(party, from + i));
}

/** The circuits by the name of their file. */
export const CIRCUIT_FILES: Readonly<Record<string, () => PackedCircuit>> = {
  "aes_128.txt": aesCircuit,
  "sha256.txt": sha256Circuit,
};

if (import.meta.main) {
  const folder = new URL("../examples/circuits/", import.meta.url);
  for (const [name, build] of Object.entries(CIRCUIT_FILES)) {
    const pieces = ReadableStream.from(exportBristol(build()));
    await Deno.writeTextFile(new URL(name, folder), pieces);
  }
}
