/** The software bill of materials of an executable: the packages in it, from deno.lock, in CycloneDX 1.6 as JSON. */
import { z } from "zod";

const LOCK = z.object({
  specifiers: z.record(z.string(), z.string()),
  npm: z.record(
    z.string(),
    z.object({
      integrity: z.string().startsWith("sha512-"),
      dependencies: z.array(z.string()).optional(),
      optionalDependencies: z.array(z.string()).optional(),
    }),
  ),
});

/** What {@linkcode sbomOf} takes. */
export interface SbomParts {
  /** Text of deno.lock. */
  readonly lock: string;
  /** The packages that the program imports, as deno.json names them, such as `npm:yaml@2.9.1`. */
  readonly imports: readonly string[];
  /** Version of the program. */
  readonly version: string;
  /** Version of the runtime that is part of the executable. */
  readonly runtime: string;
}

/** A package of the lock file: `name@version`, without the peers that the lock adds. */
function componentOf(key: string, integrity: string): Readonly<Record<string, unknown>> {
  const at = key.indexOf("@", 1);
  const name = key.slice(0, at);
  const [version = ""] = key.slice(at + 1).split("_");
  const hash = Uint8Array.fromBase64(integrity.slice("sha512-".length)).toHex();
  return {
    type: "library",
    "bom-ref": `${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    hashes: [{ alg: "SHA-512", content: hash }],
  };
}

/** The bill as text; the same for the same parts. */
export function sbomOf({ lock, imports, version, runtime }: SbomParts): string {
  const { specifiers, npm } = LOCK.parse(JSON.parse(lock));
  const keys = Object.keys(npm);
  const keyOf = (reference: string): string => {
    const exact = keys.find((key) => key === reference || key.startsWith(`${reference}_`));
    const key = exact ?? keys.find((candidate) => candidate.startsWith(`${reference}@`));
    if (key === undefined) throw new TypeError(`deno.lock has no package "${reference}"`);
    return key;
  };
  const pending = imports.map((specifier) => {
    const at = specifier.indexOf("@", "npm:@".length);
    return keyOf(`${specifier.slice("npm:".length, at)}@${specifiers[specifier]}`);
  });
  const found = new Set<string>();
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    pending.push(...(npm[key]?.dependencies ?? []).map(keyOf));
  }
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "application", "bom-ref": "p2p-mpc", name: "p2p-mpc", version },
    },
    components: [
      { type: "platform", "bom-ref": `deno@${runtime}`, name: "deno", version: runtime },
      ...[...found].sort().map((key) => componentOf(key, npm[key]?.integrity ?? "")),
    ],
  };
  return JSON.stringify(bill, undefined, 2) + "\n";
}

/** The entries of `imports` (deno.json) that a text imports, statically or on use. */
export function importedBy(text: string, imports: Readonly<Record<string, string>>): string[] {
  const names = [...text.matchAll(/(?:from|import\()\s*"([^".][^"]*)"/g)].map(([, name]) => name);
  return Object.keys(imports).filter((entry) =>
    names.some((name) => name === entry || name?.startsWith(`${entry}/`))
  ).map((entry) => /^npm:@?[^@]+@[^/]+/.exec(imports[entry] ?? "")?.[0] ?? "");
}
