/**
 * The layer rule as a lint plugin: who may import whom, and what pure layers may not touch.
 *
 * A layer is a folder of `lib/`. Another layer is entered only through its `mod.ts`; a port's file
 * (`PORTS`) may be imported for its types by the layers below its consumer.
 */

/** Layer → the layers it may import. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  observability: ["base"],
  crypto: ["base"],
  circuit: ["base", "crypto"],
  garble: ["base", "crypto", "circuit"],
  mpc: ["base", "observability", "crypto", "circuit"],
  session: ["base", "observability", "crypto"],
  net: ["base", "observability", "crypto"],
  party: ["base", "observability", "crypto", "circuit", "garble", "mpc", "session", "net"],
  cli: ["base", "observability", "crypto", "circuit", "garble", "mpc", "session", "net", "party"],
};

/** Files whose types belong to their consumer and are implemented in a lower layer. */
export const PORTS: readonly string[] = ["mpc/channel.ts", "session/ports.ts"];

/** How a layer is entered: its face, and the bounds that an option table needs without the rest. */
const DOORS: readonly string[] = ["mod.ts", "limits.ts"];

/** Layers whose result depends on their arguments only. */
const PURE: ReadonlySet<string> = new Set(["circuit", "garble", "mpc", "crypto", "base"]);
const IMPURE_GLOBALS: ReadonlySet<string> = new Set([
  "Deno",
  "console",
  "setTimeout",
  "setInterval",
  "Date",
  "performance",
]);
/** The one place that reads the system's random source. */
const RANDOM_SOURCE = "crypto/rng.ts";

function locate(filename: string): { layer: string; path: string } | undefined {
  const match = /[\\/]lib[\\/](?:([a-z0-9_]+)[\\/])(.*\.ts)$/.exec(filename);
  if (match === null) return undefined;
  const layer = match[1] ?? "";
  return { layer, path: `${layer}/${(match[2] ?? "").replaceAll("\\", "/")}` };
}

/** Resolves a relative import to `layer/path`, or undefined when it leaves `lib/`. */
function resolve(from: string, source: string): string | undefined {
  const parts = from.split("/").slice(0, -1);
  for (const part of source.split("/")) {
    if (part === ".") continue;
    if (part === "..") {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else parts.push(part);
  }
  return parts.join("/");
}

/** Most lines of one function: one screen. */
const FUNCTION_LINES_MAX = 70;

type FunctionNode =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

const plugin: Deno.lint.Plugin = {
  name: "layers",
  rules: {
    "only-downwards": {
      create(context): Deno.lint.LintVisitor {
        const here = locate(context.filename);
        if (here === undefined) return {};
        function check(
          node:
            | Deno.lint.ImportDeclaration
            | Deno.lint.ExportNamedDeclaration
            | Deno.lint.ExportAllDeclaration,
          source: string,
          typeOnly: boolean,
        ): void {
          if (here === undefined) return;
          if (source.includes("libp2p") && here.layer !== "net") {
            context.report({ node, message: `Only lib/net may import "${source}"` });
          }
          if (!source.startsWith(".")) return;
          const target = resolve(here.path, source);
          const layer = target?.split("/")[0] ?? "";
          if (target === undefined || layer === here.layer) return;
          if (typeOnly && PORTS.includes(target)) return;
          if (!(LAYERS[here.layer] ?? []).includes(layer)) {
            context.report({
              node,
              message: `Layer "${here.layer}" may not import layer "${layer}"`,
            });
          } else if (!DOORS.some((door) => target === `${layer}/${door}`)) {
            context.report({ node, message: `Enter layer "${layer}" through its mod.ts` });
          }
        }
        return {
          ImportDeclaration: (node) => check(node, node.source.value, node.importKind === "type"),
          ExportAllDeclaration: (node) =>
            check(node, node.source.value, node.exportKind === "type"),
          ExportNamedDeclaration: (node): void => {
            if (node.source) check(node, node.source.value, node.exportKind === "type");
          },
        };
      },
    },
    "one-screen": {
      create(context): Deno.lint.LintVisitor {
        if (/[\\/]tests[\\/]/.test(context.filename)) return {};
        function check(node: FunctionNode): void {
          const lines = context.sourceCode.getText(node).split("\n").length;
          if (lines <= FUNCTION_LINES_MAX) return;
          const message = `A function of ${lines} lines, at most ${FUNCTION_LINES_MAX}`;
          context.report({ node, message });
        }
        return {
          FunctionDeclaration: check,
          FunctionExpression: check,
          ArrowFunctionExpression: check,
        };
      },
    },
    pure: {
      create(context): Deno.lint.LintVisitor {
        const here = locate(context.filename);
        if (here === undefined || !PURE.has(here.layer)) return {};
        return {
          MemberExpression(node): void {
            if (node.object.type !== "Identifier" || node.property.type !== "Identifier") return;
            const name = `${node.object.name}.${node.property.name}`;
            const banned = IMPURE_GLOBALS.has(node.object.name) || name === "Math.random" ||
              name === "Promise.race" ||
              (name === "crypto.getRandomValues" && here.path !== RANDOM_SOURCE);
            if (banned) {
              context.report({ node, message: `"${name}" is not allowed in a pure layer` });
            }
          },
          CallExpression(node): void {
            if (node.callee.type === "Identifier" && IMPURE_GLOBALS.has(node.callee.name)) {
              const message = `"${node.callee.name}" is not allowed in a pure layer`;
              context.report({ node, message });
            }
          },
        };
      },
    },
  },
};

export default plugin;
