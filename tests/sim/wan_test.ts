import assert from "node:assert/strict";
import { memoryNetwork } from "./memory_channel.ts";
import { Wan } from "./wan.ts";

Deno.test("a message takes its bytes through the link and the delay, one after the other", async () => {
  const wan = new Wan({ delayMs: 100, mbit: 8 });
  const [a, b] = memoryNetwork(2).map((channel) => wan.wrap(channel));
  assert.ok(a && b);
  const seen: number[] = [];
  await wan.run((async (): Promise<void> => {
    // 8 Mbit/s are a thousand bytes in a millisecond.
    await a.send(1, "first", new Uint8Array(5000));
    await a.send(1, "second", new Uint8Array(1000));
    await b.recv(0, "first", 5000);
    seen.push(wan.now);
    await b.recv(0, "second", 1000);
    seen.push(wan.now);
    await b.send(0, "answer", new Uint8Array(0));
    await a.recv(1, "answer", 0);
    seen.push(wan.now);
  })());
  assert.deepEqual(seen, [105, 106, 206]);
});
