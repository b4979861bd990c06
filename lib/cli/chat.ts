/** Lines of a user as messages of topics, and messages of others as lines. */
import { MpcError } from "../base/mod.ts";
import { type GossipMessage, type Node, pause } from "../net/mod.ts";
import { sanitize } from "../observability/mod.ts";
import type { Context } from "./context.ts";
import { messageOf } from "./report.ts";
import { counted, logger } from "./targets.ts";

/** Longest message that is shown in full, in characters. */
const SHOWN_LENGTH_MAX = 4096;
/** Time between two attempts to hand a message to a peer that is just being connected, in milliseconds. */
const RETRY_MS = 100;

/** One line for a message: topic, author, and its text made harmless. */
function messageLine({ topic, from, bytes }: GossipMessage): string {
  const text = new TextDecoder().decode(bytes);
  const more = text.length > SHOWN_LENGTH_MAX ? `… (${bytes.length} bytes)` : "";
  return `[${sanitize(topic)}] ${from}: ${sanitize(text.slice(0, SHOWN_LENGTH_MAX))}${more}\n`;
}

/** Shows the messages of the topics from now on; `onLost` is called when nobody reads them any more. */
export function hear(
  node: Node,
  topics: readonly string[],
  { system, observe }: Context,
  onLost: () => void,
): void {
  for (const topic of topics) {
    observe({ kind: "topic", topic });
    node.subscribe(topic, (message) => {
      const start = system.now();
      observe({ kind: "message", direction: "inbound", bytes: message.bytes.length, topic });
      system.stdout.write(messageLine(message));
      if (system.stdout.lost() !== undefined) onLost();
      const seconds = (system.now() - start) / 1000;
      const outcome = { result: "ok", seconds } as const;
      observe({ kind: "request", protocol: "gossip", direction: "inbound", ...outcome });
    });
    observe({ kind: "notice", text: `listening to topic ${topic}` });
  }
}

/** What a line says, and in which topic: `@topic text` names one of ours, else it is the first. */
export function addressed(
  line: string,
  topics: readonly string[],
): { readonly topic: string; readonly text: string } {
  const [, named = "", rest = ""] = /^@(\S+) (.*)$/s.exec(line) ?? [];
  return topics.includes(named)
    ? { topic: named, text: rest }
    : { topic: topics[0] ?? "", text: line };
}

/** Resolves when a peer listens to the topic, or when the signal aborts. */
async function somebodyListens(node: Node, topic: string, context: Context): Promise<void> {
  if (node.subscribers(topic).length > 0) return;
  const { observe, signal } = context;
  const text = `nobody listens to topic ${topic} yet; your line waits for somebody`;
  observe({ kind: "notice", text });
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = node.onSubscriber(topic, () => resolve());
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  end();
}

/** Publishes one line. A line is kept until somebody can hear it, so that none is lost while peers are found. */
async function say(
  node: Node,
  { topic, text }: ReturnType<typeof addressed>,
  context: Context,
): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (;;) {
    await somebodyListens(node, topic, context);
    if (context.signal.aborted) return;
    const count = await counted(context, "gossip", () => node.publish(topic, bytes));
    if (count > 0) break;
    // A peer that is just being connected has told its topics, but cannot be told anything yet.
    await pause(RETRY_MS, context.system, context.signal);
  }
  context.observe({ kind: "message", direction: "outbound", bytes: bytes.length, topic });
}

/** Publishes the lines of stdin until it ends or the signal aborts. Never rejects. */
export async function speak(
  node: Node,
  topics: readonly string[],
  context: Context,
): Promise<void> {
  if (topics.length === 0) return;
  const log = logger(context.observe);
  try {
    for await (const line of context.system.lines(context.signal)) {
      if (line === "") continue;
      try {
        await say(node, addressed(line, topics), context);
      } catch (error) {
        if (!(error instanceof MpcError)) throw error;
        log("warn", messageOf(error));
      }
    }
  } catch (error) {
    if (!context.signal.aborted) log("warn", `stdin cannot be read: ${messageOf(error)}`);
  }
}
