import { channelContract, type ChannelSubject, type TestNetwork } from "../contract/channel.ts";
import { channelRuns } from "../contract/channel_runs.ts";
import { simGossipMesh, type Weather } from "../sim/gossip.ts";

function subject(
  name: string,
  weather: (seed: number) => Omit<Weather, "seed">,
): ChannelSubject {
  return {
    name,
    async open(parties, seed = 1): Promise<TestNetwork> {
      const mesh = await simGossipMesh(parties, { ...weather(seed), seed });
      return {
        channels: mesh.meshes.map(({ channel }) => channel),
        crash: (party) => mesh.net.cut(mesh.peers[party] ?? ""),
        close: () => mesh.close(),
      };
    },
  };
}

channelContract(subject("gossip channel", () => ({ loss: 0, twice: 0, delayMs: 10 })));
channelContract(
  subject("gossip channel in bad weather", () => ({ loss: 0.1, twice: 0.1, delayMs: 200 })),
);
channelRuns(subject("gossip channel in any weather", (seed) => ({
  loss: seed % 4 * 0.12,
  twice: seed % 3 * 0.2,
  delayMs: 1 + seed % 7 * 90,
})));
