/** The files that a command was told of. */
import { type CommandName, OPTION_KEYS, type OptionKey, type Settings, specOf } from "./options.ts";

/** A file that somebody has named. */
export interface NamedFile {
  /** Who names it, such as `--receipt`. */
  readonly by: string;
  readonly path: string;
  /** Whether the command writes it. */
  readonly written: boolean;
}

const WRITTEN: ReadonlySet<OptionKey> = new Set(
  ["outputFile", "receipt", "out", "logFile", "jsonTraceFile"] as const,
);

/** The files that the options of a command name. */
export function namedFiles(settings: Settings, command: CommandName): NamedFile[] {
  return OPTION_KEYS.flatMap((key) => {
    const spec = specOf(key);
    const path = settings[key];
    if (spec.kind !== "path" || typeof path !== "string") return [];
    if (!spec.commands.includes(command)) return [];
    if (key === "jsonTraceFile" && !settings.jsonTrace) return [];
    return [{ by: `--${spec.name}`, path, written: WRITTEN.has(key) }];
  });
}
