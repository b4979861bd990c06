import assert from "node:assert/strict";
import { phaseClass } from "../../../lib/cli/dashboard/charts.ts";
import { LINE_PHASES } from "../../../lib/cli/dashboard/snapshot.ts";

const STYLE = await Deno.readTextFile(
  new URL("../../../lib/cli/dashboard/assets/dashboard.css", import.meta.url),
);

/** Relative luminance of `#rrggbb`, as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours, from 1 to 21. */
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The colours of a name: when light, and when dark. */
function colours(name: string): string[] {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`).exec(
    STYLE,
  );
  assert.ok(found !== null, name);
  return found.slice(1);
}

Deno.test("contrast() is that of WCAG", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#777777", "#ffffff").toFixed(2), "4.48");
});

Deno.test("every phase has a colour of its own, which can be told from what is behind it", () => {
  const seen = new Set<string>();
  for (const phase of LINE_PHASES) {
    const name = phaseClass(phase).replace("phase-", "");
    assert.match(STYLE, new RegExp(`\\.phase-${name} \\{\\s+fill: var\\(--${name}\\);`));
    for (const [scheme, colour] of colours(name).entries()) {
      seen.add(`${scheme} ${colour}`);
      for (const ground of ["sunken", "surface"]) {
        const ratio = contrast(colour, colours(ground)[scheme] ?? "");
        assert.ok(ratio >= 3, `${phase}, ${colour} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
  }
  assert.equal(seen.size, 2 * LINE_PHASES.length);
});
