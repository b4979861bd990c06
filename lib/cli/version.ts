/** `version`: what runs here, for a report or a script. */
import { VERSION } from "../base/mod.ts";
import { chooseKernels } from "../crypto/mod.ts";
import { BLOB_PROTOCOL, KAD_PROTOCOL, SESSION_PROTOCOL } from "../net/mod.ts";
import { buildInfo } from "./build.ts";
import { PROGRAM_NAME } from "./commands.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json.ts";
import type { Settings } from "./options.ts";

/** Writes the version, and with `--json` what it is made of and runs on. */
export async function showVersion({ json }: Settings, context: Context): Promise<void> {
  if (!json) return context.system.stdout.write(`${PROGRAM_NAME} ${VERSION}\n`);
  const { deno, v8, typescript } = Deno.version;
  const { os, arch, standalone } = Deno.build;
  writeJson(context, {
    ...{ v: 1, version: VERSION },
    ...await buildInfo(context.system),
    form: standalone ? "executable" : "source",
    kernels: chooseKernels().warning === undefined ? "wasm-simd" : "typescript",
    protocols: [SESSION_PROTOCOL, BLOB_PROTOCOL, KAD_PROTOCOL],
    ...{ deno, v8, typescript, os, arch },
  });
}
