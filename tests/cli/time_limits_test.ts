import assert from "node:assert/strict";
import { tellWaits } from "../../lib/cli/time_limits.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { VirtualClock } from "../sim/virtual_time.ts";
import { fakeSystem } from "./fake_system.ts";

Deno.test("tellWaits() says for whom and for which step a party waits, and then says no more", async () => {
  const [a, b] = memoryNetwork(2);
  assert.ok(a && b);
  const clock = new VirtualClock();
  const running = clock.run();
  const notices: string[] = [];
  const system = {
    ...fakeSystem(),
    now: () => clock.now(),
    after: (ms: number, action: () => void) => clock.after(ms, action),
  };
  const told = tellWaits(b, {
    system,
    observe: (event) => {
      if (event.kind === "notice") notices.push(event.text);
    },
    redactor: { hide: () => {}, hideText: () => {}, redact: (text: string) => text } as never,
    signal: new AbortController().signal,
  });
  const waiting = Promise.all([told.recv(0, "bits/1", 1), told.recv(0, "bits/2", 1)]);
  await new Promise<void>((resolve) => clock.after(25_000, resolve));
  assert.deepEqual(notices, [10, 20].map((s) => `waiting ${s} s for party 0: step "bits/1"`));
  for (const step of ["bits/1", "bits/2"]) await a.send(1, step, new Uint8Array(1));
  await waiting;
  await new Promise<void>((resolve) => clock.after(60_000, resolve));
  assert.equal(notices.length, 2);
  clock.stop();
  await running;
});
