/** `config show`: every setting with its value, and where the value came from. */
import { Document, isScalar } from "yaml";
import { HIDDEN } from "../observability/mod.ts";
import { configKey, environmentName, OPTION_KEYS, type OptionKey, specOf } from "./options.ts";
import type { ResolvedSettings } from "./settings.ts";

/** Words for the source of a value. */
function sourceText(key: OptionKey, { settings, sources }: ResolvedSettings): string {
  switch (sources[key]) {
    case "flag":
      return `--${specOf(key).name}`;
    case "environment":
      return environmentName(key);
    case "file":
      return settings.config ?? "file";
    case "default":
      return "default";
  }
}

/** The settings as a config file that gives the same ones, with the source of each beside it. */
export function settingsYaml(resolved: ResolvedSettings): string {
  const document = new Document({});
  for (const key of OPTION_KEYS) {
    const name = configKey(key);
    if (name === undefined) continue;
    const value = resolved.settings[key];
    const shown = specOf(key).secret && value !== undefined ? HIDDEN : value;
    const node = document.createNode(shown === undefined ? null : shown);
    if (isScalar(node) && node.value === null) node.source = "";
    node.comment = ` ${sourceText(key, resolved)}`;
    if (Array.isArray(shown)) Object.assign(node, { flow: true });
    document.set(name, node);
  }
  return document.toString({ lineWidth: 0, nullStr: "" });
}
