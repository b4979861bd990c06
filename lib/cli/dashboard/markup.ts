/** HTML in which nothing from elsewhere is markup: what is put into a template is escaped. */
import { sanitize } from "../../observability/mod.ts";

/** Text that is HTML. Made by {@linkcode html} alone. */
export class Markup {
  /** The HTML. */
  readonly text: string;

  /** @param text HTML in which everything from elsewhere is escaped. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What may be put into a template: markup as it is, text escaped, lists one after the other, undefined as nothing. */
export type Piece = Markup | string | number | undefined | readonly Piece[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function textOf(piece: Piece): string {
  if (piece === undefined) return "";
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === "object") return piece.map(textOf).join("");
  return sanitize(String(piece)).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/**
 * A template of HTML, without the white space around it. Security: what is put in is harmless between tags and in quoted attributes, not in the name
 * of a tag, an unquoted attribute, or an address that is followed.
 */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...pieces.map(textOf)).trim());
}
