import assert from "node:assert/strict";
import fc from "fast-check";
import { encode } from "cborg";
import { utf8 } from "../../lib/base/mod.ts";
import { sha256 } from "../../lib/crypto/mod.ts";
import {
  CHUNK_BYTES,
  chunkLength,
  decodeRoot,
  DIGEST_BYTES,
  encodeRoot,
  FILE_BYTES_MAX,
  fileIdText,
  nameFile,
  parseFileId,
  ROOT_BYTES_MAX,
} from "../../lib/net/mod.ts";

/** What other tools name a small file, `ipfs add --cid-version=1` among them. */
const HELLO = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

function digests(count: number): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: count }, (_, i) => sha256(utf8(`${i}`)));
}

Deno.test("a small file has the CID that other tools give it", () => {
  const bytes = utf8("hello world");
  const { id, root } = nameFile({ size: bytes.length, chunks: [sha256(bytes)] });
  assert.equal(fileIdText(id), HELLO);
  assert.equal(root, undefined);
  assert.deepEqual(parseFileId(HELLO), id);
});

Deno.test("a larger file is named by its root, which tells its size and chunks", () => {
  const size = 2 * CHUNK_BYTES + 5;
  const { id, root } = nameFile({ size, chunks: digests(3) });
  assert.ok(root !== undefined);
  assert.deepEqual(id, { kind: "root", digest: sha256(root) });
  assert.deepEqual(parseFileId(fileIdText(id)), id);
  assert.deepEqual(decodeRoot(root), { size, chunks: digests(3) });
  assert.deepEqual([0, 1, 2].map((i) => chunkLength(size, i)), [CHUNK_BYTES, CHUNK_BYTES, 5]);
  const most = FILE_BYTES_MAX / CHUNK_BYTES;
  const largest = encodeRoot({ size: FILE_BYTES_MAX, chunks: digests(most) });
  assert.ok(largest.length <= ROOT_BYTES_MAX);
  assert.equal(decodeRoot(largest)?.chunks.length, most);
});

Deno.test("what is no CID of ours is a usage error", () => {
  const cases = [
    "",
    "x",
    "hello",
    "QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u",
    "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
    "bafkrgqaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    `${HELLO}x`,
  ];
  for (const text of cases) {
    assert.throws(() => parseFileId(text), { name: "UsageError", message: /^Cannot use CID/ });
  }
});

Deno.test("a root that lies about lengths, or can be written in two ways, is none", () => {
  const size = 2 * CHUNK_BYTES;
  const two = new Uint8Array(2 * DIGEST_BYTES);
  const cases: unknown[] = [
    { v: 2, size, digests: two },
    { v: 1, size: size + 1, digests: two },
    { v: 1, size: CHUNK_BYTES, digests: new Uint8Array(DIGEST_BYTES) },
    { v: 1, size: -1, digests: new Uint8Array(0) },
    { v: 1, size: 2 ** 60, digests: two },
    { v: 1, size, digests: two.subarray(1) },
    { v: 1, size, digests: "x" },
    { v: 1, size, digests: two, more: 1 },
    { v: 1, size },
    null,
    [1, size, two],
  ];
  assert.notEqual(decodeRoot(encode({ v: 1, size, digests: two })), undefined);
  for (const value of cases) assert.equal(decodeRoot(encode(value)), undefined);
});

Deno.test("no bytes make the reader of roots throw", () => {
  const root = encodeRoot({ size: 2 * CHUNK_BYTES, chunks: digests(2) });
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(root.length - 1).map((i) => root.with(i, 7)),
    ),
    (bytes) => void decodeRoot(bytes),
  ));
});
