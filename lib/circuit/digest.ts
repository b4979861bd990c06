/** The canonical hash of a circuit. Parties that compiled different circuits see it here. */
import { utf8 } from "../base/mod.ts";
import { Sha256 } from "../crypto/mod.ts";
import type { CircuitHeader, Segment } from "./circuit.ts";

/** Separates this hash from all others and names the version of the encoding. */
const DOMAIN = "p2p-mpc circuit 1";

/**
 * SHA-256 over: domain, then as 32-bit little-endian numbers the party count, the input bits by
 * party, the output count, the output registers, gates, ANDs, registers; then for each segment its
 * gate count and the arrays op (bytes), a, b, out (32-bit little-endian).
 */
export function circuitDigest(
  header: Omit<CircuitHeader, "digest">,
  segments: Iterable<Segment>,
): Uint8Array<ArrayBuffer> {
  const hash = new Sha256();
  hash.update(utf8(DOMAIN));
  hash.update(words([header.inputs.length, ...header.inputs, header.outputs.length]));
  hash.update(littleEndian(header.outputs));
  hash.update(words([header.gates, header.ands, header.registers]));
  for (const { count, op, a, b, out } of segments) {
    hash.update(words([count]));
    hash.update(op);
    hash.update(littleEndian(a));
    hash.update(littleEndian(b));
    hash.update(littleEndian(out));
  }
  return hash.digest();
}

function words(numbers: readonly number[]): Uint8Array {
  return littleEndian(Uint32Array.from(numbers));
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function littleEndian(array: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  if (LITTLE_ENDIAN) return bytes;
  const view = new DataView(new ArrayBuffer(array.byteLength));
  array.forEach((value, index) => view.setUint32(index * 4, value, true));
  return new Uint8Array(view.buffer);
}
