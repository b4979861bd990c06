import assert from "node:assert/strict";
import { meteredChannel } from "../../lib/cli/metered_channel.ts";
import type { Channel } from "../../lib/mpc/mod.ts";
import type { Event } from "../../lib/observability/mod.ts";

Deno.test("every message that passes is told with its phase, and the first of a step; what fails is not", async () => {
  let ms = 0;
  const inner: Channel = {
    ...{ self: 0, parties: 3, abort: () => Promise.resolve() },
    send: () => Promise.resolve(),
    recv(_from, step, length): Promise<Uint8Array<ArrayBuffer>> {
      ms += 250;
      return step === "output"
        ? Promise.reject(new Error("gone"))
        : Promise.resolve(new Uint8Array(length));
    },
  };
  const events: Event[] = [];
  const channel = meteredChannel(inner, { now: () => ms }, (event) => void events.push(event));
  assert.deepEqual([channel.self, channel.parties], [0, 3]);
  await channel.send(1, "c3/V/0/open", new Uint8Array(7));
  assert.equal((await channel.recv(2, "c3/V/0/open", 5)).length, 5);
  await assert.rejects(channel.recv(1, "output", 1), /gone/);
  const common = { kind: "traffic", phase: "V check" };
  assert.deepEqual(events, [
    { ...common, direction: "outbound", party: 1, bytes: 7, seconds: 0, begins: true },
    { ...common, direction: "inbound", party: 2, bytes: 5, seconds: 0.25 },
  ]);
});
