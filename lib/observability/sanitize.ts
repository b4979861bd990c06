/** Text from elsewhere made harmless for a terminal. */

/**
 * Characters that a terminal obeys or that reorder what is read: C0 and C1 controls (ESC among them), line
 * and paragraph separators, marks of text direction, and zero-width characters.
 */
const HARMFUL =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** The same, but line feeds stay. */
const HARMFUL_IN_LINES = new RegExp(
  HARMFUL.source.replace("\\u0000-\\u001f", "\\u0000-\\u0009\\u000b-\\u001f"),
  "g",
);

function escape(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}

/** One line of harmless text: each control character shows as `\u{…}`. */
export function sanitize(text: string): string {
  return text.toWellFormed().replace(HARMFUL, escape);
}

/** Harmless text that may have several lines; those after the first are indented by `indent`. */
export function sanitizeLines(text: string, indent: string): string {
  return text.toWellFormed().replace(HARMFUL_IN_LINES, escape).replaceAll("\n", `\n${indent}`);
}
