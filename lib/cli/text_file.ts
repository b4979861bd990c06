/** Text from outside: no more of it than wanted, and nothing that is no text. */
import { sizeText } from "../base/mod.ts";

/** Most bytes of what people write: config, policy, ticket, receipt. */
export const NOTE_BYTES_MAX = 4 << 20;
/** Most bytes of what programs write: circuits, and inputs with many rows. */
export const DATA_BYTES_MAX = 128 << 20;

function tooLong(bytesMax: number): Deno.errors.InvalidData {
  return new Deno.errors.InvalidData(`it has more than ${sizeText(bytesMax)}`);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** The number of the first line, from 1, that is no text. */
function badLine(bytes: Uint8Array): number {
  let start = 0;
  for (let line = 1;; line++) {
    const end = bytes.indexOf(10, start);
    try {
      decode(bytes.subarray(start, end < 0 ? undefined : end));
    } catch {
      return line;
    }
    if (end < 0) throw new RangeError("Cannot find a bad line: there is none");
    start = end + 1;
  }
}

/**
 * All of a stream as text, without the mark for the order of bytes that may stand at its beginning.
 *
 * @throws {Deno.errors.InvalidData} if it has more than `bytesMax` bytes, or is not UTF-8.
 */
export async function textOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  bytesMax: number,
): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > bytesMax) throw tooLong(bytesMax);
    chunks.push(chunk);
  }
  const bytes = await new Blob(chunks).bytes();
  try {
    return decode(bytes);
  } catch {
    throw new Deno.errors.InvalidData(`line ${badLine(bytes)} is not UTF-8`);
  }
}

/** The text of a file, as {@linkcode textOf}; other errors are those of `Deno.open`. */
export async function readTextFile(path: string, bytesMax: number): Promise<string> {
  using file = await Deno.open(path, { read: true });
  const { isDirectory, isFile, size } = await file.stat();
  if (isDirectory) throw new Deno.errors.IsADirectory("it is a folder");
  if (isFile && size > bytesMax) throw tooLong(bytesMax);
  return await textOf(file.readable, bytesMax);
}
