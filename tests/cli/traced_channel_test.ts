import assert from "node:assert/strict";
import { ConnectionError } from "../../lib/base/mod.ts";
import { tracedChannel } from "../../lib/cli/traced_channel.ts";
import type { Channel } from "../../lib/mpc/mod.ts";
import type { Event } from "../../lib/observability/mod.ts";

interface World {
  readonly channel: Channel;
  readonly events: Event[];
  /** Ends the calls that wait, in order. */
  readonly pending: PromiseWithResolvers<Uint8Array<ArrayBuffer>>[];
}

function world(): World {
  const pending: World["pending"] = [];
  const events: Event[] = [];
  const wait = (): Promise<Uint8Array<ArrayBuffer>> => {
    const waiting = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    pending.push(waiting);
    return waiting.promise;
  };
  const inner: Channel = {
    ...{ self: 1, parties: 3, recv: wait, abort: () => Promise.resolve() },
    send: async () => void await wait(),
  };
  return { channel: tracedChannel(inner, (event) => void events.push(event)), events, pending };
}

Deno.test("a round lasts from the first call of a step to the end of the last, and counts", async () => {
  const { channel, events, pending } = world();
  const calls = [
    channel.recv(0, "c3/V/0/open", 5),
    channel.send(0, "c3/V/0/open", new Uint8Array(7)),
    channel.send(2, "c3/V/0/open", new Uint8Array(7)),
  ];
  assert.deepEqual(events, [{
    ...{ kind: "span", change: "begin", id: "round c3/V/0/open", name: "mpc round c#/V/#/open" },
    within: ["mpc phase buckets"],
    attributes: { "mpc.round.label": "c3/V/0/open" },
  }]);
  for (const { resolve } of pending) resolve(new Uint8Array(5));
  await Promise.all(calls);
  assert.deepEqual(events.slice(1), [{
    ...{ kind: "span", change: "end", id: "round c3/V/0/open" },
    attributes: {
      ...{ "mpc.round.messages": 3, "mpc.round.bytes_sent": 14, "mpc.round.bytes_received": 5 },
    },
  }]);
});

Deno.test("steps that are under way together are rounds of their own, and one that fails says why", async () => {
  const { channel, events, pending } = world();
  const first = channel.recv(0, "setup/salt/commit", 1);
  const second = channel.recv(0, "output", 1);
  pending[0]?.reject(new ConnectionError("Cannot receive: the link is lost"));
  await assert.rejects(first, ConnectionError);
  pending[1]?.resolve(new Uint8Array(1));
  await second;
  const ends = events.flatMap((event) =>
    event.kind === "span" && event.change === "end" ? [[event.id, event.error]] : []
  );
  assert.deepEqual(ends, [
    ["round setup/salt/commit", "ConnectionError"],
    ["round output", undefined],
  ]);
});
