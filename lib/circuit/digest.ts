/** The canonical hash of a circuit. Parties that compiled different circuits see it here. */
import { utf8 } from "../base/mod.ts";
import { Sha256 } from "../crypto/mod.ts";
import type { CircuitHeader, Segment } from "./circuit.ts";

/** Separates this hash from all others and names the version of the encoding. */
const DOMAIN = "p2p-mpc circuit 2";

/**
 * SHA-256 over: domain; for each segment its gate count and the arrays op (bytes), a, b, out (32-bit
 * little-endian); 0; then as 32-bit little-endian numbers the party count, the input bits by party, the
 * output count, the output registers, gates, ANDs, registers. The header comes last because it is known last.
 */
export class CircuitHasher {
  readonly #hash = new Sha256().update(utf8(DOMAIN));

  /** Takes the next segment. */
  add({ count, op, a, b, out }: Segment): void {
    this.#hash.update(words([count]), op, littleEndian(a), littleEndian(b), littleEndian(out));
  }

  /** The digest, after all segments. */
  digest(header: Omit<CircuitHeader, "digest">): Uint8Array<ArrayBuffer> {
    const { inputs, outputs, gates, ands, registers } = header;
    return this.#hash
      .update(words([0, inputs.length, ...inputs, outputs.length]), littleEndian(outputs))
      .update(words([gates, ands, registers]))
      .digest();
  }
}

/** The digest of a header with its segments. */
export function circuitDigest(
  header: Omit<CircuitHeader, "digest">,
  segments: Iterable<Segment>,
): Uint8Array<ArrayBuffer> {
  const hasher = new CircuitHasher();
  for (const segment of segments) hasher.add(segment);
  return hasher.digest(header);
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
