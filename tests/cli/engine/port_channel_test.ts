import assert from "node:assert/strict";
import type { ChannelAnswer, ChannelCall } from "../../../lib/cli/engine/messages.ts";
import { answerCall, PortChannel } from "../../../lib/cli/engine/port_channel.ts";
import type { Channel } from "../../../lib/mpc/mod.ts";
import { channelContract, type TestNetwork } from "../../contract/channel.ts";
import { memoryNetwork } from "../../sim/memory_channel.ts";

/** A channel at the other end of a message port, as a worker has it. */
function overPort(real: Channel): { readonly channel: Channel; close(): void } {
  const { port1, port2 } = new MessageChannel();
  const channel = new PortChannel(real, (call, transfer) => port1.postMessage(call, transfer));
  port1.onmessage = ({ data }: MessageEvent<ChannelAnswer>): void => channel.answer(data);
  port2.onmessage = ({ data }: MessageEvent<ChannelCall>): void =>
    void answerCall(real, data, (answer, transfer) => port2.postMessage(answer, transfer));
  return {
    channel,
    close(): void {
      port1.close();
      port2.close();
    },
  };
}

channelContract({
  name: "worker port",
  open(parties): Promise<TestNetwork> {
    const network = memoryNetwork(parties);
    const ends = network.map(overPort);
    return Promise.resolve({
      channels: ends.map(({ channel }) => channel),
      crash: (party): void => network[party]?.crash(),
      close(): Promise<void> {
        for (const end of ends) end.close();
        return Promise.resolve();
      },
    });
  },
});

Deno.test("a send over a port takes the buffer, and is over when the real one is", async () => {
  const accepted = Promise.withResolvers<void>();
  const sent: Uint8Array[] = [];
  const real: Channel = {
    ...{ self: 0, parties: 2 },
    async send(_to, _step, bytes): Promise<void> {
      sent.push(bytes);
      await accepted.promise;
    },
    recv: () => Promise.reject(new Error("nothing comes")),
    abort: () => Promise.resolve(),
  };
  const { channel, close } = overPort(real);
  const bytes = new Uint8Array([1, 2, 3]);
  let over = false;
  const sending = channel.send(1, "x", bytes).then(() => void (over = true));
  assert.ok(bytes.buffer.detached);
  // A call made after it has come back: the first one is held by the real channel alone.
  await assert.rejects(channel.recv(1, "y", 1), /nothing comes/);
  assert.deepEqual([over, sent], [false, [new Uint8Array([1, 2, 3])]]);
  accepted.resolve();
  await sending;
  assert.ok(over);
  const half = new Uint8Array([1, 2, 3, 4]);
  await channel.send(1, "z", half.subarray(0, 2));
  assert.equal(half.buffer.detached, false, "a view takes nothing but its own bytes along");
  close();
});
