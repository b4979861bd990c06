/** Commands that print a page and are done. */
import { VERSION } from "../base/mod.ts";
import type { Context } from "./context.ts";
import type { ResolvedSettings } from "./settings.ts";
import { unknownWord } from "./suggest.ts";

/** A command of this file. */
export type PageCommand = "config" | "completions" | "man";

/**
 * Writes the page that `command` asks for to stdout.
 *
 * @throws {UsageError} if the operand is not one that the command knows.
 */
export async function showPage(
  command: PageCommand,
  operands: readonly string[],
  resolved: ResolvedSettings,
  context: Context,
): Promise<void> {
  const [word = ""] = operands;
  const { stdout } = context.system;
  switch (command) {
    case "config": {
      if (word !== "show") throw unknownWord("action", word, ["show"]);
      const { settingsYaml } = await import("./config_show.ts");
      return stdout.write(settingsYaml(resolved));
    }
    case "completions": {
      const { completionScript, SHELLS } = await import("./completions.ts");
      const shell = SHELLS.find((name) => name === word);
      if (shell === undefined) throw unknownWord("shell", word, SHELLS);
      return stdout.write(completionScript(shell));
    }
    case "man": {
      const { manualPage } = await import("./reference.ts");
      return stdout.write(manualPage(VERSION));
    }
  }
}
