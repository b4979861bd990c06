import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { base32 } from "multiformats/bases/base32";
import { createRedactor, HIDDEN, SECRET_LENGTH_MIN } from "../../lib/observability/mod.ts";

Deno.test("`hideBytes()` hides all usual forms of the bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 40 }), (bytes) => {
      const redactor = createRedactor();
      redactor.hideBytes(bytes);
      const buffer = Buffer.from(bytes);
      const word = base32.encode(bytes).slice(1);
      const forms = [
        buffer.toString("hex"),
        buffer.toString("hex").toUpperCase(),
        buffer.toString("base64").replaceAll("=", ""),
        buffer.toString("base64url"),
        word,
        word.toUpperCase(),
      ];
      for (const form of forms) {
        assert.equal(redactor.redact(`a ${form} b`), `a ${HIDDEN} b`);
      }
    }),
    { verbose: true },
  );
});

Deno.test("`hideText()` hides the literal and the numbers in it", () => {
  const redactor = createRedactor();
  redactor.hideText("[3_735_928_559u32, 1]");
  assert.equal(redactor.redact("was [3_735_928_559u32, 1]!"), `was ${HIDDEN}!`);
  assert.equal(redactor.redact("value 3735928559, 0xDEADBEEF"), `value ${HIDDEN}, 0x${HIDDEN}`);
  assert.equal(redactor.redact("1 of 2"), "1 of 2");
});

Deno.test("`hideText()` leaves texts with short secrets alone, as hiding would give them away", () => {
  const redactor = createRedactor();
  redactor.hideText("2");
  redactor.hideText("x".repeat(SECRET_LENGTH_MIN - 1));
  assert.equal(redactor.redact("2 of 20 xxxxx"), "2 of 20 xxxxx");
});

Deno.test("a secret that is part of another one does not leave the rest of it visible", () => {
  const redactor = createRedactor();
  redactor.hideText("abcdef");
  redactor.hideText("abcdef.*(ghi");
  assert.equal(redactor.redact("<abcdef.*(ghi> <ABCDEF>"), `<${HIDDEN}> <${HIDDEN}>`);
});
