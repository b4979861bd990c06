import assert from "node:assert/strict";
import { addressed } from "../../lib/cli/chat.ts";
import { main } from "../../lib/cli/mod.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const LISTEN = "/ip4/127.0.0.1/tcp/0";
// Why: timers inside libp2p outlive a stopped node.
const SANITIZE = { sanitizeOps: false, sanitizeResources: false };

Deno.test("a line names one of the node's topics, or is for the first", () => {
  const topics = ["chat", "mpc-control"];
  assert.deepEqual(addressed("hello", topics), { topic: "chat", text: "hello" });
  assert.deepEqual(addressed("@mpc-control go on", topics), {
    topic: "mpc-control",
    text: "go on",
  });
  assert.deepEqual(addressed("@other go", topics), { topic: "chat", text: "@other go" });
  assert.deepEqual(addressed("@chat", topics), { topic: "chat", text: "@chat" });
});

interface Talker {
  readonly system: FakeSystem;
  readonly peer: string;
  readonly address: string;
  end(): Promise<void>;
}

/** A node whose short pauses take their time; all other times never come. */
async function talker(lines: readonly string[], ...args: readonly string[]): Promise<Talker> {
  const system = fakeSystem({ lines });
  const { after } = system;
  system.after = (ms, action): () => void => {
    if (ms > 1000) return after(ms, action);
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  };
  const code = main(["--listen", LISTEN, "-m", "0", ...args], system);
  const [, address = ""] = await system.saw(/listening on (\S+)\n/);
  return {
    ...{ system, address },
    peer: address.split("/").at(-1) ?? "",
    async end(): Promise<void> {
      system.raise("SIGINT");
      assert.equal(await code, 130);
    },
  };
}

/** A wait in vain fails after this time, instead of holding up the other tests. */
const GUARD_MS = 60_000;

/** Resolves once stdout holds `text`. */
async function hears({ system }: Talker, text: string): Promise<void> {
  const guard = AbortSignal.timeout(GUARD_MS);
  while (!system.out().includes(text)) {
    guard.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// feature: B2, B68, B69
Deno.test({
  name:
    "two nodes talk: lines wait for a listener, identical ones all arrive, others' controls are shown",
  ...SANITIZE,
  async fn(): Promise<void> {
    const both = ["--topic", "chat", "--topic", "mpc-control"];
    const early = ["same", "same", "@mpc-control now", "\x1b[31mred", ""];
    const first = await talker(early, ...both);
    await first.system.saw(/nobody listens to topic chat yet; your line waits for somebody/);
    const second = await talker(["hello"], ...both, "--bootnode", first.address);
    await hears(first, "hello");
    await hears(second, "red");
    assert.equal(first.system.out(), `[chat] ${second.peer}: hello\n`);
    const from = `${first.peer}: `;
    assert.deepEqual(second.system.out().trimEnd().split("\n"), [
      ...[`[chat] ${from}same`, `[chat] ${from}same`, `[mpc-control] ${from}now`],
      `[chat] ${from}\\u{1b}[31mred`,
    ]);
    second.system.type("x".repeat(300_000));
    second.system.type("last");
    await hears(first, "last");
    await second.end();
    await first.end();
  },
});

// feature: B77
Deno.test({
  name: "a line that is larger than a message may be is told, and the next one goes",
  ...SANITIZE,
  async fn(): Promise<void> {
    const limit = ["--topic", "chat", "--max-message-size", "262144"];
    const first = await talker([], ...limit);
    const second = await talker(["x".repeat(262_145), "ok"], ...limit, "--bootnode", first.address);
    await hears(first, "ok");
    assert.doesNotMatch(first.system.out(), /xxx/);
    assert.match(
      second.system.err(),
      /warn {2}node: Cannot publish message: 262145 bytes are more/,
    );
    await second.end();
    await first.end();
  },
});
