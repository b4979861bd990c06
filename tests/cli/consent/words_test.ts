import assert from "node:assert/strict";
import { verifyWords } from "../../../lib/cli/consent/words.ts";

Deno.test("verify words are six words, the same for the same session and others for another", async () => {
  const words = await verifyWords(new Uint8Array(32).fill(7));
  assert.equal(words.length, 6);
  for (const word of words) assert.match(word, /^[a-z]{3,8}$/);
  assert.deepEqual(await verifyWords(new Uint8Array(32).fill(7)), words);
  const other = await verifyWords(new Uint8Array(32).fill(8));
  assert.ok(words.filter((word, i) => word === other[i]).length < 2, `${words} and ${other}`);
});
