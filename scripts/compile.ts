/**
 * Builds the executables with `deno compile`.
 *
 * usage: deno task compile [--target TARGET]… [--output FOLDER]
 *
 * Without --target all five are built, and beside them SHA256SUMS and a bill of materials, sbom.cdx.json. `deno compile`
 * needs a base binary (denort) for each target, which it downloads; where that is not possible, DENORT_BIN names a local
 * one for one target, and KIT_DENO the Deno of its version if that is not this one.
 */
import manifest from "../deno.json" with { type: "json" };
import { type ErrorDetails, MpcError, toHex, UsageError } from "../lib/base/mod.ts";
import { report } from "../lib/cli/report.ts";
import { bundleProgram } from "./bundle.ts";
import { importedBy, sbomOf } from "./sbom.ts";
import { sources } from "./sources.ts";

/** The targets of a release. */
export const TARGETS: readonly string[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

/** What the program may do: the network, its environment, its files, and the interfaces' addresses. */
export const PERMISSIONS: readonly string[] = [
  "--allow-net",
  "--allow-env",
  "--allow-read",
  "--allow-write",
  "--allow-sys",
];

/** An executable could not be built. */
export class CompileError extends MpcError {
  override readonly exitCode = 1;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details);
  }
}

/** What to build. */
export interface Plan {
  readonly targets: readonly string[];
  readonly output: string;
  /** The Deno that builds; another one than this where DENORT_BIN is of another version. */
  readonly deno: string;
}

/**
 * Reads the arguments.
 *
 * @throws {UsageError} for an unknown flag or target, or for several targets with one DENORT_BIN.
 */
export function parsePlan(
  args: readonly string[],
  { denort, deno = Deno.execPath() }: { readonly denort?: string; readonly deno?: string },
): Plan {
  const targets: string[] = [];
  let output = "dist";
  for (let i = 0; i < args.length; i += 2) {
    const value = args[i + 1];
    if (value === undefined) throw new UsageError(`Cannot read "${args[i]}": its value is missing`);
    if (args[i] === "--output") output = value;
    else if (args[i] === "--target" && TARGETS.includes(value)) targets.push(value);
    else {
      throw new UsageError(`Cannot use "${args[i]} ${value}": unknown flag or target`, {
        hint: `targets: ${TARGETS.join(", ")}`,
      });
    }
  }
  if (denort !== undefined && targets.length !== 1) {
    throw new UsageError("Cannot use DENORT_BIN: it is a base binary of one target", {
      hint: "name that target with --target",
    });
  }
  return { targets: targets.length > 0 ? targets : TARGETS, output, deno };
}

/** Name of the bill of materials. */
const SBOM_FILE = "sbom.cdx.json";

/** Builds the bundle. @throws {CompileError} with what the bundler said. */
async function bundle(file: string): Promise<void> {
  try {
    await bundleProgram(file);
  } catch (cause) {
    throw new CompileError("Cannot bundle the program", {
      cause,
      hint: "read the cause; `deno task check` shows type errors",
    });
  }
}

/** Builds the executable of a target from the bundle; its name within `output`. */
async function compile(program: string, target: string, plan: Plan): Promise<string> {
  const file = `p2p-mpc-${target}${target.includes("windows") ? ".exe" : ""}`;
  const path = `${plan.output}/${file}`;
  const args = ["compile", "--quiet", "--no-check", "--no-config", "--target", target];
  const { code, stderr } = await new Deno.Command(plan.deno, {
    args: [...args, "--output", path, ...PERMISSIONS, program],
    env: { NO_COLOR: "1" },
  }).output();
  if (code !== 0) {
    const [cause = ""] = new TextDecoder().decode(stderr).trim().split("\n\nStack backtrace");
    throw new CompileError(`Cannot build for ${target}`, {
      cause: new Error(cause),
      hint: /denort|base binary/i.test(cause)
        ? "the base binary could not be downloaded; set DENORT_BIN to a denort of Deno " +
          `${Deno.version.deno} for this target`
        : "read the cause",
    });
  }
  if (target !== Deno.build.target) return file;
  const { success } = await new Deno.Command(path, { args: ["--version"] }).output();
  if (success) return file;
  throw new CompileError(`Cannot build for ${target}: the executable does not start`, {
    hint: "DENORT_BIN must be of the same version as the Deno that builds, which KIT_DENO names",
  });
}

/** Builds all targets from one bundle; the names of the files. */
async function compileAll(
  plan: Plan,
  tell: (file: string) => void,
): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  const program = `${folder}/main.js`;
  try {
    // Why a bundle: `deno compile` of the npm packages themselves overflows its stack, and it starts faster.
    await bundle(program);
    const files: string[] = [];
    for (const target of plan.targets) {
      const file = await compile(program, target, plan);
      files.push(file);
      tell(file);
    }
    return files;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Lines as `sha256sum --check` reads them. */
async function checksums(folder: string, files: readonly string[]): Promise<string> {
  const lines = await Promise.all(files.map(async (file) => {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${folder}/${file}`));
    return `${toHex(new Uint8Array(digest))}  ${file}\n`;
  }));
  return lines.join("");
}

/** The bill of materials of the program as it stands in this tree, on the runtime of `deno`. */
async function bill(deno: string): Promise<string> {
  const used = new Set<string>();
  for await (const path of sources("lib")) {
    for (const entry of importedBy(await Deno.readTextFile(path), manifest.imports)) {
      used.add(entry);
    }
  }
  const lock = await Deno.readTextFile("deno.lock");
  const { stdout } = await new Deno.Command(deno, { args: ["--version"] }).output();
  const runtime = /^deno (\S+)/.exec(new TextDecoder().decode(stdout))?.[1] ?? "";
  return sbomOf({ lock, imports: [...used].sort(), version: manifest.version, runtime });
}

async function main(): Promise<number> {
  const write = (text: string): void => {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  };
  try {
    const denort = Deno.env.get("DENORT_BIN");
    const deno = denort === undefined ? undefined : Deno.env.get("KIT_DENO");
    const plan = parsePlan(Deno.args, {
      ...(denort === undefined ? {} : { denort }),
      ...(deno === undefined ? {} : { deno }),
    });
    const { output } = plan;
    await Deno.mkdir(output, { recursive: true });
    const files = await compileAll(plan, (file) => write(`built ${output}/${file}\n`));
    await Deno.writeTextFile(`${output}/${SBOM_FILE}`, await bill(plan.deno));
    await Deno.writeTextFile(
      `${output}/SHA256SUMS`,
      await checksums(output, [...files, SBOM_FILE]),
    );
    return 0;
  } catch (error) {
    if (!(error instanceof MpcError)) throw error;
    return report(error, { write, debug: false });
  }
}

if (import.meta.main) Deno.exit(await main());
