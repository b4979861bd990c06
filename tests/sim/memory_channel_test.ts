import assert from "node:assert/strict";
import { channelContract, type ChannelSubject, type TestNetwork } from "../contract/channel.ts";
import { channelRuns } from "../contract/channel_runs.ts";
import { memoryNetwork, type MemoryOptions } from "./memory_channel.ts";
import { seededRandom } from "./random.ts";

function subject(name: string, options: (seed: number) => MemoryOptions): ChannelSubject {
  return {
    name,
    open(parties, seed = 1): Promise<TestNetwork> {
      const channels = memoryNetwork(parties, options(seed));
      return Promise.resolve({
        channels,
        crash: (party) => channels[party]?.crash(),
        close: async () => {
          for (const channel of channels) await channel.abort("the test is over");
        },
      });
    },
  };
}

const DELAYED = subject("memoryNetwork() with delays", (seed) => {
  const random = seededRandom(seed);
  return { turns: () => random(7) };
});

channelContract(subject("memoryNetwork()", () => ({})));
channelContract(DELAYED);
channelRuns(DELAYED);

Deno.test("memoryNetwork() counts bytes, messages and steps", async () => {
  const [a, b] = memoryNetwork(2);
  assert.ok(a && b);
  await a.send(1, "x", new Uint8Array(5));
  await a.send(1, "y", new Uint8Array(7));
  assert.deepEqual([a.traffic.bytes, a.traffic.messages, a.traffic.steps.size], [12, 2, 2]);
  assert.deepEqual(a.traffic.steps.get("y"), { bytes: 7, messages: 1 });
  assert.equal(b.traffic.messages, 0);
});

Deno.test("memoryNetwork() shows messages to a tap that may alter or drop them", async () => {
  const seen: string[] = [];
  const [a, b] = memoryNetwork(2, {
    tap(from, to, step, bytes): Uint8Array<ArrayBuffer> | undefined {
      seen.push(`${from}>${to} ${step} ${bytes.length}`);
      bytes[0] = 9;
      return step === "drop" ? undefined : bytes;
    },
  });
  assert.ok(a && b);
  const own = new Uint8Array(1);
  await a.send(1, "alter", own);
  await a.send(1, "drop", new Uint8Array(2));
  assert.deepEqual(await b.recv(0, "alter", 1), new Uint8Array([9]));
  assert.deepEqual(own, new Uint8Array(1));
  await assert.rejects(b.recv(0, "drop", 2), /step "drop" of party 0: the time is over/);
  assert.deepEqual(seen, ["0>1 alter 1", "0>1 drop 2"]);
});

Deno.test("memoryNetwork() notices a sender that touches its buffer", async () => {
  const [a, b] = memoryNetwork(2);
  assert.ok(a && b);
  const bytes = new Uint8Array(3);
  await a.send(1, "x", bytes);
  bytes[1] = 1;
  await assert.rejects(b.recv(0, "x", 3), /Party 0 touched the buffer it sent in step "x"/);
});

Deno.test("memoryNetwork() refuses a second message of one step", async () => {
  const [a] = memoryNetwork(2);
  assert.ok(a);
  await a.send(1, "x", new Uint8Array(1));
  await assert.rejects(a.send(1, "x", new Uint8Array(1)), RangeError);
});
