/** What the program loads before it knows what it is asked for: that is what `--help` waits for. */
import assert from "node:assert/strict";

/** Most modules of our own, of several hundred: those of options, help and errors. */
const MODULES_MAX = 70;
/** The packages that may be loaded: the parser of the command line. */
const PACKAGES = ["@commander-js/extra-typings", "commander"];

interface Module {
  readonly specifier: string;
  readonly npmPackage?: string;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier?: string };
  }[];
}

/** The modules that loading `entry` loads: those that are imported statically. */
async function loadedBy(entry: string): Promise<Module[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry] })
    .output();
  const graph: { roots: string[]; modules: Module[]; redirects: Record<string, string> } = JSON
    .parse(new TextDecoder().decode(stdout));
  const byName = new Map(graph.modules.map((module) => [module.specifier, module]));
  const pending = [...graph.roots];
  const loaded = new Map<string, Module>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const target = graph.redirects[name] ?? name;
    if (loaded.has(target)) continue;
    const module = byName.get(target) ?? { specifier: target };
    loaded.set(target, module);
    for (const { isDynamic, code } of module.dependencies ?? []) {
      if (!isDynamic && code?.specifier !== undefined) pending.push(code.specifier);
    }
  }
  return [...loaded.values()];
}

Deno.test("`--help` loads few modules, and no package but the parser of the command line", async () => {
  const loaded = await loadedBy("main.ts");
  const own = loaded.filter(({ specifier }) => specifier.startsWith("file:"));
  assert.ok(own.length > 10, `${own.length} modules`);
  assert.ok(own.length <= MODULES_MAX, own.map(({ specifier }) => specifier).join("\n"));
  const others = loaded.filter((module) => !own.includes(module)).map((module) =>
    module.npmPackage ?? module.specifier
  ).filter((name) => !PACKAGES.some((allowed) => name.startsWith(`${allowed}@`)));
  assert.deepEqual(others, []);
});
