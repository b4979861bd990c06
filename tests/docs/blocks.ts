/** The fenced blocks of the documents. */

const ROOT = new URL("../../", import.meta.url);

/** A fenced block. A block of `sh` is run; any other says in brackets behind its language why it is not. */
export interface Block {
  readonly path: string;
  /** Line of the fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** Why it is not run; empty where nothing is said. */
  readonly reason: string;
  readonly text: string;
}

/** The blocks of the text of a document. */
export function blocksOf(path: string, text: string): Block[] {
  return [...text.matchAll(/^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = "", mark = "", body = ""] = match;
    const line = text.slice(0, match.index).split("\n").length;
    const [, reason = ""] = /^\((.+)\)$/.exec(mark) ?? [];
    return { path, line, language, reason, text: body };
  });
}

/** The commands of a block, a line each; a backslash at its end continues a line. */
export function commandsOf(text: string): string[] {
  return text.replaceAll(/\\\n\s*/g, "").split("\n").map((line) =>
    line.replace(/\s+#.*$/, "").trim()
  )
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The documents whose blocks are run or marked; docs/LANGUAGE.md has a test of its own. */
export async function documents(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of ["", "docs/", "docs/adr/", "examples/", "deploy/"]) {
    for await (const { name } of Deno.readDir(new URL(folder === "" ? "./" : folder, ROOT))) {
      const path = folder + name;
      if (!name.endsWith(".md") || path === "docs/LANGUAGE.md") continue;
      found.set(path, await Deno.readTextFile(new URL(path, ROOT)));
    }
  }
  return found;
}
