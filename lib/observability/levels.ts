/** Which log lines are wanted, by module. */
import type { Level } from "./event.ts";

/** All levels, the gravest first. */
export const LEVELS: readonly Level[] = ["error", "warn", "info", "debug", "trace"];

/** Least level of the lines that are wanted. */
export interface LogLevels {
  /** For all modules that are not in `byModule`. */
  readonly least: Level;
  /** For these modules alone. */
  readonly byModule: ReadonlyMap<string, Level>;
}

/** What a text says of levels, or what is wrong with it. */
export type LogLevelsReading =
  | { readonly ok: true; readonly levels: LogLevels }
  | { readonly ok: false; readonly problem: string };

const EXAMPLE = "it must be a level, module=level, or several of them, such as info,net=debug";

function isLevel(text: string): text is Level {
  return LEVELS.some((level) => level === text);
}

/** Reads `info`, or `net=debug`, or several of them with commas between; without a plain level, `info`. */
export function readLogLevels(text: string): LogLevelsReading {
  const byModule = new Map<string, Level>();
  let least: Level | undefined;
  for (const part of text.split(",")) {
    const [, module, level = ""] = /^(?:([a-z0-9_-]+)=)?([a-z]*)$/.exec(part.trim()) ?? [];
    if (level === "") return { ok: false, problem: EXAMPLE };
    if (!isLevel(level)) {
      return { ok: false, problem: `a level is one of ${LEVELS.join(", ")}` };
    }
    if (module === undefined ? least !== undefined : byModule.has(module)) {
      return { ok: false, problem: `the level of ${module ?? "all modules"} is given twice` };
    }
    if (module === undefined) least = level;
    else byModule.set(module, level);
  }
  return { ok: true, levels: { least: least ?? "info", byModule } };
}

/** Whether a line of `module` at `level` is wanted. */
export function isWanted(levels: LogLevels, module: string, level: Level): boolean {
  const least = levels.byModule.get(module) ?? levels.least;
  return LEVELS.indexOf(level) <= LEVELS.indexOf(least);
}
