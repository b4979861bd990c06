/** Byte strings `[u8; N]` as texts: UTF-8, padded with zeros, or `0x` and all bytes in hexadecimal. */
import { toHex, utf8 } from "../base/mod.ts";
import { DataProblem } from "./data_problem.ts";
import { fixedLength } from "./layout.ts";
import type { ArrayType } from "./types.ts";
import type { GarbleValue } from "./value.ts";

/** Whether the type is that of a byte string. */
export function isByteString(type: ArrayType): boolean {
  return type.element.kind === "int" && type.element.name === "u8";
}

/**
 * The bytes of a text in UTF-8, padded with zeros to the length of the type. `0x` and two digits for each
 * of the N bytes means these bytes; as a text that would be longer than N, so there is no doubt.
 *
 * @throws DataProblem if the text has more bytes than the type
 */
export function readByteText(type: ArrayType, text: string): GarbleValue {
  const length = fixedLength(type);
  const bytes = new Uint8Array(length);
  if (text.length === 2 + length * 2 && /^0x[0-9a-f]*$/i.test(text)) {
    for (let i = 0; i < length; i++) {
      bytes[i] = Number.parseInt(text.slice(2 + i * 2, 4 + i * 2), 16);
    }
  } else {
    const encoded = utf8(text);
    if (encoded.length > length) {
      throw new DataProblem(`a text of at most ${length} bytes in UTF-8 is needed`);
    }
    bytes.set(encoded);
  }
  const elements = Array.from(bytes, (byte): GarbleValue => {
    return { kind: "int", value: BigInt(byte) };
  });
  return { kind: "array", elements };
}

/** The text that {@linkcode readByteText} reads as these bytes: as text if it is one, else as digits. */
export function writeByteText(elements: readonly GarbleValue[]): string {
  const bytes = Uint8Array.from(elements, (e) => e.kind === "int" ? Number(e.value) : 0);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const text = plainText(bytes.subarray(0, end));
  return text ?? `0x${toHex(bytes)}`;
}

function plainText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return /[\p{C}\p{Z}]/u.test(text.replaceAll(" ", "")) ? undefined : text;
  } catch {
    return undefined;
  }
}
