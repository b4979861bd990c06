/**
 * Runs every snippet of docs/LANGUAGE.md. UPDATE_SNAPSHOTS=1 rewrites the diagnostics in the document.
 */
import assert from "node:assert/strict";
import { evaluate } from "../../lib/circuit/mod.ts";
import {
  compile,
  decodeOutput,
  encodeInput,
  type Program,
  renderDiagnostics,
} from "../../lib/garble/mod.ts";

const FILE = new URL("../../docs/LANGUAGE.md", import.meta.url);
const NAME = "program.garble.rs";

/** A fenced block of the document. */
interface Block {
  /** What stands behind the fence. */
  readonly info: string;
  readonly text: string;
  /** Line of the fence, from 1. */
  readonly line: number;
  /** Where the text stands in the document. */
  readonly from: number;
}

function blocksOf(document: string): Block[] {
  return [...document.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, info = "", text = ""] = match;
    const line = document.slice(0, match.index).split("\n").length;
    return { info, text, line, from: match.index + info.length + 4 };
  });
}

function compiled(text: string, constants: ReadonlyMap<string, string> = new Map()): Program {
  const result = compile({ name: NAME, text }, { constants });
  if (result.ok) return result.program;
  throw new assert.AssertionError({
    message: renderDiagnostics({ name: NAME, text }, result.diagnostics),
  });
}

/** The value, or `panics: Reason`. */
function outcome(program: Program, inputs: readonly string[]): string {
  const bits = inputs.map((text, party) => encodeInput(program, party, text));
  const result = decodeOutput(program, evaluate(program.circuit, bits));
  return result.kind === "value" ? `=> ${result.text}` : `panics: ${result.reason}`;
}

/** The parts of a list, cut at the commas outside of brackets. */
function arguments_(list: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const char of list) {
    if ("([{".includes(char)) depth++;
    if (")]}".includes(char)) depth--;
    if (char === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts;
}

/** Runs the lines `// main(…) => …` of a program; the number of them. */
function runProgram(text: string): number {
  const lines = [
    ...text.matchAll(/^\/\/ (?:with (\S+)=(\S+): )?main\((.*)\) (=> .*|panics: .*)$/gm),
  ];
  for (const [line, name, value, list = "", wanted = ""] of lines) {
    const constants = new Map(name === undefined ? [] : [[name, value ?? ""]]);
    const program = compiled(text, constants);
    assert.equal(outcome(program, arguments_(list)), wanted, line);
  }
  return lines.length;
}

/** Runs lines `… // type => value`. */
function runLines(text: string): number {
  const lines = text.trimEnd().split("\n");
  for (const line of lines) {
    const [, body, type, wanted = ""] = /^(.*) \/\/ (\S.*?) (=> .*|panics: .*)$/.exec(line) ?? [];
    assert.ok(body !== undefined && type !== undefined, `no annotation: ${line}`);
    const program = compiled(`pub fn main(unused: bool) -> ${type} { ${body} }`);
    assert.equal(outcome(program, ["true"]), wanted, line);
  }
  return lines.length;
}

const document = await Deno.readTextFile(FILE);
const blocks = blocksOf(document);

for (const block of blocks.filter(({ info }) => info === "rust")) {
  Deno.test(`docs/LANGUAGE.md:${block.line}: the snippet gives what it says`, () => {
    const ran = /\bfn main\b/.test(block.text) ? runProgram(block.text) : runLines(block.text);
    assert.ok(ran > 0, "it says nothing");
  });
}

Deno.test("docs/LANGUAGE.md shows the diagnostics of its wrong programs", async () => {
  let text = document;
  let shift = 0;
  for (const [i, block] of blocks.entries()) {
    if (block.info !== "rust,error") continue;
    const result = compile({ name: NAME, text: block.text });
    assert.ok(!result.ok, `the program in line ${block.line} is accepted`);
    const drawn = `${renderDiagnostics({ name: NAME, text: block.text }, result.diagnostics)}\n`;
    const shown = blocks[i + 1];
    assert.equal(shown?.info, "text", `line ${block.line}: no diagnostic follows`);
    if (Deno.env.get("UPDATE_SNAPSHOTS") !== "1") assert.equal(shown?.text, drawn);
    const from = (shown?.from ?? 0) + shift;
    text = text.slice(0, from) + drawn + text.slice(from + (shown?.text.length ?? 0));
    shift += drawn.length - (shown?.text.length ?? 0);
  }
  if (text !== document) await Deno.writeTextFile(FILE, text);
});

Deno.test("docs/LANGUAGE.md has only blocks that are run, and links to sections that exist", () => {
  for (const { info, line } of blocks) {
    assert.ok(["rust", "rust,error", "text"].includes(info), `line ${line}: ${info}`);
  }
  const sections = new Set(
    [...document.matchAll(/^## (.*)$/gm)].map(([, title = ""]) =>
      title.toLowerCase().replaceAll(/[^a-z0-9 -]/g, "").replaceAll(" ", "-")
    ),
  );
  const links = [...document.matchAll(/\]\(#([\w-]+)\)/g)];
  assert.ok(links.length > 10);
  for (const [, link = ""] of links) assert.ok(sections.has(link), link);
});
