/** AES-128 as a circuit of two parties: 6,400 AND gates, the usual yardstick of secure computation. */
import { Builder, type PackedCircuit } from "../../lib/circuit/mod.ts";
import { type Byte, encryptBlock, expandKey } from "../../scripts/ciphers/aes.ts";

/**
 * One or more AES-128 encryptions in a row: the ciphertext of one is the plaintext of the next.
 * Party 0 gives the key, party 1 the block, 16 bytes each; the output is the ciphertext. Packed bits
 * are exactly the bytes.
 */
export function aes128(encryptions = 1): PackedCircuit {
  const b = new Builder({ inputs: [128, 128] });
  const bytes = (party: number): Byte[] =>
    range(16).map((byte) => range(8).map((bit) => b.input(party, byte * 8 + bit)));
  const roundKeys = expandKey(b, bytes(0));
  let state = bytes(1);
  for (let i = 0; i < encryptions; i++) state = encryptBlock(b, state, roundKeys);
  return b.build(state.flat());
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
