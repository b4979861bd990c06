import assert from "node:assert/strict";
import type { Message } from "@libp2p/gossipsub";
import { utf8 } from "../../lib/base/mod.ts";
import { createMetrics, DROP_REASONS, type Event } from "../../lib/observability/mod.ts";
import { validator, type ValidatorInit } from "../../lib/net/verdict.ts";
import { parsePage, total } from "../observability/metrics_page.ts";
import { loopbackNode } from "./loopback.ts";

Deno.test({
  name: "gossip that is dropped is counted by reason, and what is taken is not",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const metrics = await createMetrics({ now: () => 0, checks: [], penalties: [], build: {} });
    const waiting = new Map<string, () => void>();
    const options = { maxMessageBytes: 100, observe: metrics.observe };
    const { node: hearer } = await loopbackNode(undefined, options);
    const { node: talker } = await loopbackNode();
    const verdicts = { good: "accept", strange: "unknown_session", bad: "malformed" } as const;
    hearer.judge("t", ({ bytes }) => {
      const text = new TextDecoder().decode(bytes) as keyof typeof verdicts;
      if (text !== "good") queueMicrotask(() => waiting.get(text)?.());
      return verdicts[text];
    });
    hearer.subscribe("t", () => waiting.get("good")?.());
    talker.subscribe("t", () => {});
    await talker.dial({ addresses: hearer.addresses() });
    while (!talker.subscribers("t").includes(hearer.peerId)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const dropped = async (reason?: string): Promise<number> => {
      const { samples } = parsePage((await metrics.page()).body);
      const labels = reason === undefined ? {} : { reason };
      return total(samples, "p2p_mpc_messages_dropped_total", labels);
    };
    assert.equal(await dropped(), 0);
    const say = async (text: keyof typeof verdicts): Promise<void> => {
      const heard = Promise.withResolvers<void>();
      waiting.set(text, heard.resolve);
      await talker.publish("t", utf8(text));
      await heard.promise;
    };
    await say("good");
    assert.equal(await dropped(), 0);
    await say("strange");
    assert.equal(await dropped("unknown_session"), 1);
    await say("bad");
    assert.equal(await dropped("malformed"), 1);
    await talker.publish("t", new Uint8Array(101));
    while (await dropped("oversized") === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await dropped(), 3);
    for (const node of [hearer, talker]) await node.stop();
  },
});

Deno.test("what its forwarder could have seen is rejected and counted against it, the rest is ignored", () => {
  const blamed: Readonly<Record<string, string>> = {
    oversized: "oversized message",
    malformed: "malformed message",
    forged: "malformed message",
  };
  for (const reason of DROP_REASONS) {
    if (reason === "unsigned") continue;
    const counted: string[] = [];
    const events: Event[] = [];
    const judge = validator({
      ...{ topic: "t", maxMessageBytes: 10, judge: () => reason },
      reputation: { count: (peer: string, what: string) => counted.push(`${peer}: ${what}`) },
      observe: (event: Event) => events.push(event),
    } as unknown as ValidatorInit);
    const message = { type: "signed", from: "author", data: new Uint8Array(10) };
    const result = judge("forwarder", message as unknown as Message);
    const blame = blamed[reason];
    assert.deepEqual(counted, blame === undefined ? [] : [`forwarder: ${blame}`], reason);
    assert.equal(result, blame === undefined ? "ignore" : "reject", reason);
    assert.deepEqual(events, [{ kind: "dropped", reason }]);
  }
});
