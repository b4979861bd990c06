/** The words that may follow `file`. Apart from their doing, so that completions need no network. */

/** All actions. */
export const FILE_ACTIONS = ["add", "get", "ls", "rm"] as const;
/** One of {@linkcode FILE_ACTIONS}. */
export type FileAction = (typeof FILE_ACTIONS)[number];
