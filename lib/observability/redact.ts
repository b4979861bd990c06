/**
 * Secrets that must not be printed. This is the last net under the rule that no event and no error holds a
 * secret, not a licence to break it.
 */

/** What stands in the place of a secret. */
export const HIDDEN = "(hidden)";

/**
 * Shorter secrets are not searched for. Security: an input such as `2` cannot be told apart from other
 * numbers, and replacing every "2" by "(hidden)" would give it away.
 */
export const SECRET_LENGTH_MIN = 6;

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** RFC 4648 base32, lower case, without padding. */
function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[held >> (bits - 5) & 31];
  }
  return bits === 0 ? text : text + BASE32[held << (5 - bits) & 31];
}

/** Collects secrets and hides them in text. */
export interface Redactor {
  /** Hides the hex, base32 and base64 forms of `bytes` from now on. */
  hideBytes(bytes: Uint8Array): void;
  /** Hides `text`, and the numbers in it in decimal and hexadecimal form, from now on. */
  hideText(text: string): void;
  /** `text` with every secret replaced by {@linkcode HIDDEN}. */
  redact(text: string): string;
}

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  let pattern: RegExp | undefined;

  function hide(form: string): void {
    if (form.length < SECRET_LENGTH_MIN) return;
    secrets.add(form.toLowerCase());
    // Why longest first: a part must not break up the whole that it stands in.
    const forms = [...secrets].sort((a, b) => b.length - a.length).map(RegExp.escape);
    pattern = new RegExp(forms.join("|"), "gi");
  }

  return {
    hideBytes(bytes): void {
      hide(bytes.toHex());
      hide(base32(bytes));
      hide(bytes.toBase64({ omitPadding: true }));
      hide(bytes.toBase64({ omitPadding: true, alphabet: "base64url" }));
    },
    hideText(text): void {
      hide(text.trim());
      for (const [digits] of text.replaceAll("_", "").matchAll(/\d{6,}/g)) {
        hide(digits);
        hide(BigInt(digits).toString(16));
      }
    },
    redact: (text) => pattern === undefined ? text : text.replace(pattern, HIDDEN),
  };
}
