/** The words that may follow `peers`. Apart from their doing, so that completions need no network. */

/** All actions. */
export const PEER_ACTIONS = ["list", "ban", "unban", "trust", "untrust", "alias"] as const;
/** One of {@linkcode PEER_ACTIONS}. */
export type PeerAction = (typeof PEER_ACTIONS)[number];
