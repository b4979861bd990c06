/** The program as one file of JavaScript: what executables are made of. */

import { BUILD_VARIABLE, buildOfTree } from "../lib/cli/build.ts";
import { readTextFile } from "../lib/cli/text_file.ts";

/** The bundler failed; the message is what it said. */
export class BundleError extends Error {
  override name = "BundleError";
}

/**
 * Puts JSON files in place of the calls that would read them: a package that makes a `require` of its own to read its
 * package.json finds nothing in an executable.
 *
 * @param read gives the text of a file, by a path as the bundle names it.
 */
export function inlineJson(bundle: string, read: (path: string) => string): string {
  const names = [...bundle.matchAll(/\b(\w+) = createRequire\w*\(/g)].map(([, name]) => name);
  if (names.length === 0) return bundle;
  const call = new RegExp(`\\b(?:${names.join("|")})\\("(\\.[^"]+\\.json)"\\)`, "g");
  return bundle.replaceAll(call, (_, file: string, at: number) => {
    const [, module = ""] = bundle.slice(0, at).match(/^ {2}"([^"\n]+)"\(\) \{$/gm)?.at(-1)
      ?.match(/"(.*)"/) ?? [];
    return `(${read(`${module.slice(0, module.lastIndexOf("/"))}/${file}`).trim()})`;
  });
}

/**
 * Bundles main.ts to `file`. The bundle knows what it was built from.
 *
 * @throws {BundleError} if it cannot be bundled.
 */
export async function bundleProgram(file: string): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--output", file, "main.ts"],
    env: { NO_COLOR: "1" },
  }).output();
  if (code !== 0) throw new BundleError(new TextDecoder().decode(stderr));
  const text = await Deno.readTextFile(file);
  const build = JSON.stringify(await buildOfTree(".", { readTextFile }));
  const program = inlineJson(text, Deno.readTextFileSync);
  await Deno.writeTextFile(file, `globalThis.${BUILD_VARIABLE} = ${build};\n${program}`);
}
