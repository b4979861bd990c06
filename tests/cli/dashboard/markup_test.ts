import assert from "node:assert/strict";
import fc from "fast-check";
import { html } from "../../../lib/cli/dashboard/markup.ts";

/** Text in which what matters in HTML is frequent. */
const HOSTILE = fc.array(
  fc.oneof(fc.constantFrom(..."<>&\"'/=`", "script", "-->", "]]>", "\u202e", "\0"), fc.string()),
).map((pieces) => pieces.join(""));

Deno.test("html`` escapes what is put in, and keeps markup, lists and nothing", () => {
  const item = (text: string) => html`<li>${text}</li>`;
  const list = html`<ul title="${`"'`}">${["a<b", "c&d"].map(item)}${undefined}${7}</ul>`;
  assert.equal(
    list.text,
    '<ul title="&quot;&#39;"><li>a&lt;b</li><li>c&amp;d</li>7</ul>',
  );
});

Deno.test("no text puts a tag, a quote, a control character or a change of direction into a page", () => {
  fc.assert(fc.property(HOSTILE, (text) => {
    const { text: made } = html`${text}`;
    const harmful = [...made].filter((c) => c < " " || (c >= "\u202a" && c <= "\u202e"));
    assert.deepEqual(harmful, []);
    assert.doesNotMatch(made, /[<>"']/);
    assert.doesNotMatch(made.replaceAll(/&(amp|lt|gt|quot|#39);/g, ""), /&/);
  }));
});
