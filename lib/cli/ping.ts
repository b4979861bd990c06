/** `ping`: whether a peer answers, how fast, and over which path. */
import { UnreachableError } from "../base/mod.ts";
import { pause } from "../net/mod.ts";
import { listenConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json.ts";
import { withNode } from "./meeting.ts";
import type { Settings } from "./options.ts";
import { linkText, parseWhom, targetOf } from "./reach.ts";
import { counted } from "./targets.ts";

/** Time between two pings, in milliseconds. */
const INTERVAL_MS = 1000;

/**
 * Pings a peer and writes one line for each answer.
 *
 * @throws {UnreachableError} if it cannot be reached, or does not answer.
 */
export async function ping(
  settings: Settings,
  [word]: readonly string[],
  context: Context,
): Promise<void> {
  const whom = parseWhom(word);
  const { system, signal } = context;
  await withNode(listenConfig(settings), context, async (node) => {
    const peer = await node.dial(await targetOf(node, whom, context), signal);
    const times: number[] = [];
    let path = "";
    for (let i = 0; i < settings.count; i++) {
      if (i > 0) await pause(INTERVAL_MS, system, signal);
      signal.throwIfAborted();
      const ms = await counted(context, "ping", () => node.ping(peer)).catch((cause) => {
        throw new UnreachableError(`Cannot ping "${peer}": it does not answer`, { cause });
      });
      times.push(ms);
      path = linkText(node, peer);
      if (!settings.json) {
        system.stdout.write(`${peer}: ${ms < 1 ? "less than 1" : ms} ms, ${path}\n`);
      }
    }
    if (settings.json) writeJson(context, { v: 1, peer, path, times_ms: times });
  });
}
