/** Whether what a session passes over a relay fits what the relay lets pass. */
import { LimitError, shortPeer, sizeText } from "../base/mod.ts";
import type { LinkPath } from "./ports.ts";

/** A link, and what it is for. */
export interface LinkLoad {
  /** Number of the other party. */
  readonly party: number;
  /** How that party is connected. */
  readonly path: LinkPath | undefined;
  /** Bytes that are going to pass, both directions together. */
  readonly bytes: number;
}

/** The error of a session that is too large for a link; undefined if it is not. */
export function refuseLoad({ party, path, bytes }: LinkLoad): LimitError | undefined {
  if (path?.relay === undefined || path.bytesLeft === undefined) return undefined;
  const { relay, bytesLeft } = path;
  if (bytes <= bytesLeft) return undefined;
  return new LimitError(
    `Cannot start the session: it passes about ${sizeText(bytes)} between us and party ${party}, ` +
      `and relay ${shortPeer(relay)} lets ${sizeText(bytesLeft)} pass, both directions together`,
    {
      hint: `start the relay with --max-bytes=${bytes} or more, ` +
        "or let one of both be reached directly: --announce, --upnp",
    },
  );
}
