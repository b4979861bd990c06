import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { takeTyped, type Typed } from "../../lib/cli/terminal.ts";
import { fakeSystem } from "./fake_system.ts";

function typed(...pieces: readonly string[]): { readonly text: string; readonly done: boolean } {
  const line: Typed = { bytes: [], done: false };
  for (const piece of pieces) takeTyped(line, utf8(piece));
  return { text: new TextDecoder().decode(new Uint8Array(line.bytes)), done: line.done };
}

Deno.test("a typed line ends with its line feed, and backspaces take away whole characters", () => {
  assert.deepEqual(typed("4", "1\n", "more"), { text: "41", done: true });
  assert.deepEqual(typed("41\r"), { text: "41", done: true });
  assert.deepEqual(typed("41\x04"), { text: "41", done: true });
  assert.deepEqual(typed("4x\x7f1\b2"), { text: "42", done: false });
  assert.deepEqual(typed("aé世🎉\x7f\x7f\x7f"), { text: "a", done: false });
  assert.deepEqual(typed("\x7f\x7fa"), { text: "a", done: false });
});

Deno.test("on a terminal a bar shows the progress and vanishes; --no-progress and -q show none", async () => {
  const { twoParties, SUM } = await import("./two_parties.ts");
  const flags = [`--program=${SUM}`, "--input=1"];
  const [bar, lines] = await twoParties(
    { flags, system: { terminal: true } },
    { flags },
  );
  assert.equal(bar?.code, 0, bar?.system.err());
  const drawn = (bar?.system.err() ?? "").split("\r\x1b[K").slice(1);
  assert.match(drawn[0] ?? "", /^\d\/7 [a-zA-Z ]+ [█░]{20} \d+ %/);
  assert.doesNotMatch(bar?.system.err() ?? "", /^> .* AND gates \(/m);
  assert.match(lines?.system.err() ?? "", /^> buckets: \d+ of \d+ AND gates \(100 %\), [\d.]+ kB/m);
  const quiet = await twoParties(
    { flags: [...flags, "--no-progress"], system: { terminal: true } },
    { flags: [...flags, "-q"], system: { terminal: true } },
  );
  assert.doesNotMatch(quiet[0]?.system.err() ?? "", /AND gates \(|█|░/);
  assert.equal(quiet[1]?.system.err(), "");
});

Deno.test("--progress belongs to the commands that compute", async () => {
  assert.equal(await main(["check", "--no-progress", "x"], fakeSystem()), 2);
});
