/** Where the programs of a user keep what is theirs. */
import type { System } from "./system.ts";

/** A folder of the XDG base directories: its variable, and its place under the user's home. */
interface BaseFolder {
  readonly variable: string;
  readonly underHome: string;
}

/** What is kept between runs, and may be lost. */
export const STATE_FOLDER: BaseFolder = {
  variable: "XDG_STATE_HOME",
  underHome: ".local/state",
};
/** What belongs to the user. */
export const DATA_FOLDER: BaseFolder = { variable: "XDG_DATA_HOME", underHome: ".local/share" };

/** Our place in a folder of the user; undefined if the system names no home. */
export function userPath(
  { variable, underHome }: BaseFolder,
  name: string,
  system: Pick<System, "env">,
): string | undefined {
  const named = system.env(variable) || undefined;
  const home = system.env("HOME") || system.env("LOCALAPPDATA") || undefined;
  const folder = named ?? (home === undefined ? undefined : `${home}/${underHome}`);
  return folder === undefined ? undefined : `${folder}/p2p-mpc/${name}`;
}
