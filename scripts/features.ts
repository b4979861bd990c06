/**
 * Makes docs/FEATURES.md: each item of scripts/features.yml beside the tests that show it.
 *
 * usage: deno task features [--check]
 *
 * A test shows the items that the line `// feature: B24, D3` directly above it names. Every item needs such a test,
 * or the reason why it is left out. With --check nothing is written, and a page that is not up to date is an error.
 */
import { parse } from "yaml";
import { z } from "zod";
import { sources } from "./sources.ts";

const ITEMS_FILE = "scripts/features.yml";
const PAGE = "docs/FEATURES.md";

/** Something that p2p-mpc is to do. */
export interface Item {
  readonly id: string;
  readonly text: string;
  /** Why it is not there, if it is left out. */
  readonly leftOut?: string;
}

/** A test with a mark. */
export interface Mark {
  readonly path: string;
  readonly test: string;
  readonly ids: readonly string[];
}

const ITEMS = z.record(
  z.string().regex(/^[BD]\d+$/),
  z.union([
    z.string().min(1),
    z.strictObject({ item: z.string().min(1), left_out: z.string().min(1) }),
  ]),
);

/** The items of the list, in its order. */
export function readItems(yaml: string): Item[] {
  return Object.entries(ITEMS.parse(parse(yaml))).map(([id, entry]) =>
    typeof entry === "string"
      ? { id, text: entry }
      : { id, text: entry.item, leftOut: entry.left_out }
  );
}

/** The marks of a test file, and what is wrong with them. */
export function readMarks(path: string, text: string): { marks: Mark[]; findings: string[] } {
  const marks: Mark[] = [];
  const findings: string[] = [];
  const lines = text.split("\n");
  for (const [i, line] of lines.entries()) {
    const [, list] = /^\s*\/\/ feature: ?(.*)$/.exec(line) ?? [];
    if (list === undefined) continue;
    const call = lines.slice(i + 1, i + 4).join("\n");
    // A name stands on the line of the call or, where that is too long, on the next one or two.
    const [, quoted, template] =
      /^\s*(?:Deno\.test|\w*Test)\([^"`]*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/.exec(call) ?? [];
    const test = quoted ?? template?.replaceAll(/\$\{[^}]*\}/g, "…");
    if (test === undefined) findings.push(`${path}:${i + 1}: no test below the mark`);
    else marks.push({ path, test, ids: list.split(",").map((id) => id.trim()) });
  }
  return { marks, findings };
}

/** The rows of the table that are not in order. */
export function findingsOf(items: readonly Item[], marks: readonly Mark[]): string[] {
  const known = new Map(items.map((item) => [item.id, item]));
  const shown = new Set(marks.flatMap(({ ids }) => ids));
  return [
    ...marks.flatMap(({ path, test, ids }) =>
      ids.filter((id) => !known.has(id)).map((id) =>
        `${path}: "${test}" shows "${id}", which is no item`
      )
    ),
    ...items.flatMap(({ id, text, leftOut }) => {
      if (leftOut !== undefined && shown.has(id)) return [`${id}: left out, but a test shows it`];
      return leftOut === undefined && !shown.has(id) ? [`${id}: no test shows it: ${text}`] : [];
    }),
  ];
}

/** A text as it stands in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** The page. */
export function renderPage(items: readonly Item[], marks: readonly Mark[]): string {
  const tests = (id: string): string =>
    marks.filter(({ ids }) => ids.includes(id))
      .map(({ path, test }) => `[${path.slice("tests/".length)}](../${path}): ${cell(test)}`)
      .join("<br>");
  const rows = items.map(({ id, text, leftOut }) =>
    `| ${id} | ${cell(text)} | ${
      leftOut === undefined ? tests(id) : `left out: ${cell(leftOut)}`
    } |`
  );
  const left = items.filter(({ leftOut }) => leftOut !== undefined).length;
  return `# What p2p-mpc does, and the tests that show it

Made by \`deno task features\` from \`scripts/features.yml\` and the marks in the tests; the gate compares. ${items.length} items:
${
    items.length - left
  } are shown by tests, ${left} are left out for the reason given. Every test named here is one of those that \`.ci/run\` runs, with
\`deno task test\` and, in \`tests/system\`, with \`deno task test:system\`; an item without one fails the gate. Where the suite passes, so does every row.

| | item | tests |
|---|---|---|
${rows.join("\n")}
`;
}

async function main(args: readonly string[]): Promise<number> {
  const items = readItems(await Deno.readTextFile(ITEMS_FILE));
  const files = (await Array.fromAsync(sources("tests"))).filter((path) =>
    path.endsWith("_test.ts")
  );
  const read = await Promise.all(
    files.sort().map(async (path) => readMarks(path, await Deno.readTextFile(path))),
  );
  const marks = read.flatMap((file) => file.marks);
  const findings = [...read.flatMap((file) => file.findings), ...findingsOf(items, marks)];
  const page = renderPage(items, marks);
  if (!args.includes("--check")) await Deno.writeTextFile(PAGE, page);
  else if (await Deno.readTextFile(PAGE).catch(() => "") !== page) {
    findings.push(`${PAGE} is not up to date: deno task features`);
  }
  const out = findings.map((finding) => `features: ${finding}\n`).join("");
  await Deno.stdout.write(new TextEncoder().encode(out));
  return findings.length > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
