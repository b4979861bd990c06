import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { carrySessions } from "../../lib/net/mod.ts";
import { VirtualClock } from "../sim/virtual_time.ts";
import { loopbackNode } from "./loopback.ts";

const SESSION = `/p2p-mpc/lobby/1/${"ab".repeat(32)}`;
const DATA = `/p2p-mpc/data/1/${"cd".repeat(32)}`;

// feature: B2, D8
Deno.test("carrySessions() forwards the topics of sessions between peers, and no others", async () => {
  const nodes = [await loopbackNode(), await loopbackNode(), await loopbackNode()];
  const [middle, a, b] = nodes.map(({ node }) => node);
  assert.ok(middle && a && b);
  const clock = new VirtualClock();
  const end = carrySessions(middle, clock, () => {});
  try {
    const heard: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const topic of [SESSION, DATA, "chat"]) {
      a.subscribe(topic, () => {});
      b.subscribe(topic, ({ bytes }) => {
        heard.push(new TextDecoder().decode(bytes));
        if (heard.includes("last")) resolve();
      });
    }
    await a.dial({ addresses: middle.addresses() });
    await b.dial({ addresses: middle.addresses() });
    let n = 0;
    const again = setInterval(() => {
      void a.publish("chat", utf8(`chat ${n}`));
      void a.publish(DATA, utf8(`no packet ${n}`));
      void a.publish(SESSION, utf8(n < 3 ? `${n}` : "last"));
      n += 1;
    }, 40);
    await promise.finally(() => clearInterval(again));
    assert.ok(heard.includes("last"));
    assert.ok(heard.every((text) => /^(\d|last)$/.test(text)), heard.join());
    assert.deepEqual(b.peers().map(({ peer }) => peer), [middle.peerId]);
  } finally {
    end();
    await Promise.all(nodes.map(({ node }) => node.stop()));
  }
});

Deno.test("one peer cannot fill the places of carried sessions, and full places are told once", async () => {
  const nodes = [await loopbackNode(), await loopbackNode(), await loopbackNode()];
  const [middle, greedy, other] = nodes.map(({ node }) => node);
  assert.ok(middle && greedy && other);
  const told: string[] = [];
  const end = carrySessions(middle, new VirtualClock(), (event) => {
    if (event.kind === "log") told.push(event.text);
  });
  const topic = (n: number): string => `/p2p-mpc/lobby/1/${n.toString(16).padStart(64, "0")}`;
  try {
    const named = Promise.withResolvers<void>();
    middle.onSubscriber(topic(99), () => named.resolve());
    for (let n = 0; n < 100; n++) greedy.subscribe(topic(n), () => {});
    await greedy.dial({ addresses: middle.addresses() });
    await named.promise;
    const carried = Promise.withResolvers<void>();
    other.onSubscriber(SESSION, () => carried.resolve());
    other.subscribe(SESSION, () => {});
    await other.dial({ addresses: middle.addresses() });
    await carried.promise;
    assert.deepEqual(told, [
      `carrying 32 topics for ${greedy.peerId}, no more until one is silent`,
    ]);
    assert.equal(greedy.subscribers(topic(31)).length, 1);
    assert.equal(greedy.subscribers(topic(32)).length, 0);
  } finally {
    end();
    await Promise.all(nodes.map(({ node }) => node.stop()));
  }
});
