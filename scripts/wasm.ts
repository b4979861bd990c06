/**
 * Builds the WebAssembly kernels: lib/crypto/wasm/as → lib/crypto/wasm/binary.ts.
 *
 * With --check it writes nothing and ends with exit code 1 if the file is not what the sources give.
 */
import asc from "assemblyscript/asc";

const SOURCES = "lib/crypto/wasm/as";
const TARGET = "lib/crypto/wasm/binary.ts";
// Why one page of memory to begin with: accesses to fixed places below its end need no check of their bounds.
const OPTIONS = [
  ...["-O3", "--noAssert", "--runtime", "stub"],
  ...["--enable", "simd", "--initialMemory", "1"],
];

/** The binary of the AssemblyScript files (name → text), of which `entry` is the first. */
async function build(
  sources: ReadonlyMap<string, string>,
  entry: string,
): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main([entry, "--outFile", "out.wasm", ...OPTIONS], {
    // The compiler adds an ending to names that have one already.
    readFile: (name) => sources.get(name.replace(/\.ts\.ts$/, ".ts")) ?? null,
    writeFile: (_, contents) => {
      if (typeof contents !== "string") binary = new Uint8Array(contents);
    },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) {
    throw new Error(`Cannot build the kernels: ${error?.message}\n${stderr.toString()}`);
  }
  return binary;
}

/** The TypeScript file that carries the binaries. */
async function moduleOf(sources: ReadonlyMap<string, string>): Promise<string> {
  const kernels = await build(sources, "index.ts");
  const curve = await build(sources, "curve.ts");
  return "/** WebAssembly in base64. Generated from as/ by `deno task wasm`. */\n" +
    `\n/** The kernels. */\nexport const KERNELS_BINARY =\n  "${kernels.toBase64()}";\n` +
    `\n/** The group of base OT. */\nexport const CURVE_BINARY =\n  "${curve.toBase64()}";\n`;
}

async function main(args: readonly string[]): Promise<number> {
  const sources = new Map<string, string>();
  for await (const { name } of Deno.readDir(SOURCES)) {
    sources.set(name, await Deno.readTextFile(`${SOURCES}/${name}`));
  }
  const text = await moduleOf(sources);
  if (!args.includes("--check")) {
    await Deno.writeTextFile(TARGET, text);
    return 0;
  }
  if (text === await Deno.readTextFile(TARGET)) return 0;
  await Deno.stderr.write(
    new TextEncoder().encode(`${TARGET} is not what ${SOURCES} gives: run deno task wasm\n`),
  );
  return 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
