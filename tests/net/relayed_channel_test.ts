import { channelContract, type ChannelSubject, type TestNetwork } from "../contract/channel.ts";
import { channelRuns } from "../contract/channel_runs.ts";
import { meshOf } from "./loopback.ts";
import { loopbackRelay, nodeBehind } from "./relays.ts";

const SUBJECT: ChannelSubject = {
  name: "relayed channel",
  async open(parties): Promise<TestNetwork> {
    const relay = await loopbackRelay();
    const places = Array.from({ length: parties }, () => nodeBehind(relay));
    const { nodes, meshes, stop } = await meshOf(await Promise.all(places), {});
    return {
      channels: meshes.map(({ channel }) => channel),
      crash: async (party) => await nodes[party]?.node.stop(),
      async close(): Promise<void> {
        await stop();
        await relay.stop();
      },
    };
  },
};

channelContract(SUBJECT);
channelRuns({ ...SUBJECT, runsOfNetwork: 50 });
