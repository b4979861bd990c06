/**
 * Tidy check: rules about the tree that no linter knows. Prints one line per finding and ends with
 * exit code 1 if there is any.
 *
 * - no source file of more than `FILE_LINES_MAX` lines;
 * - every module of `lib/` is reachable from `main.ts` or an AssemblyScript entry (no dead files);
 * - every test file asserts something, and no test is skipped or alone.
 */

import { sources } from "./sources.ts";

const FILE_LINES_MAX = 400;
/** The program, the library, and the AssemblyScript that a task makes a part of it. */
const ENTRY_POINTS = [
  "main.ts",
  "lib/mod.ts",
  "lib/crypto/wasm/as/index.ts",
  "lib/crypto/wasm/as/curve.ts",
];
const SOURCE_ROOTS = ["lib", "scripts", "tests"];

/** Relative module specifiers that `text` imports or re-exports, statically or dynamically. */
export function importsOf(text: string): string[] {
  const pattern = /(?:from|import)\s*\(?\s*"(\.[^"]+)"|new URL\("(\.[^"]+\.ts)"/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? "");
}

function join(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Modules reachable from `entries`, given each module's text. */
export function reachable(texts: ReadonlyMap<string, string>, entries: string[]): Set<string> {
  const seen = new Set<string>();
  const pending = entries.filter((entry) => texts.has(entry));
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const specifier of importsOf(texts.get(path) ?? "")) pending.push(join(path, specifier));
  }
  return seen;
}

/** The findings about one test file. */
export function testFindings(path: string, text: string): string[] {
  const found: string[] = [];
  if (!/\b(assert\w*|rejects|throws|equal|ok|deepEqual|match|\w+Contract)\(/.test(text)) {
    found.push(`${path}: no visible assertion`);
  }
  if (/\bDeno\.test\.(ignore|only)\b|\bonly: *true\b|\bignore: *true\b/.test(text)) {
    found.push(`${path}: a skipped or lone test`);
  }
  return found;
}

async function main(): Promise<void> {
  const findings: string[] = [];
  const texts = new Map<string, string>([["main.ts", await Deno.readTextFile("main.ts")]]);
  for (const root of SOURCE_ROOTS) {
    for await (const path of sources(root)) texts.set(path, await Deno.readTextFile(path));
  }
  const live = reachable(texts, ENTRY_POINTS);
  for (const [path, text] of texts) {
    const lines = text.split("\n").length - 1;
    if (lines > FILE_LINES_MAX) findings.push(`${path}: ${lines} lines, at most ${FILE_LINES_MAX}`);
    if (path.startsWith("lib/") && !live.has(path)) findings.push(`${path}: nothing imports it`);
    if (path.endsWith("_test.ts")) findings.push(...testFindings(path, text));
  }
  const out = findings.map((finding) => `tidy: ${finding}\n`).join("");
  await Deno.stdout.write(new TextEncoder().encode(out));
  if (findings.length > 0) Deno.exit(1);
}

if (import.meta.main) await main();
