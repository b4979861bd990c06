import { channelContract, type ChannelSubject, type TestNetwork } from "../contract/channel.ts";
import { channelRuns } from "../contract/channel_runs.ts";
import { loopbackMesh } from "./loopback.ts";

const SUBJECT: ChannelSubject = {
  name: "StreamChannel",
  async open(parties): Promise<TestNetwork> {
    const { nodes, meshes, stop } = await loopbackMesh(parties);
    return {
      channels: meshes.map(({ channel }) => channel),
      crash: async (party) => await nodes[party]?.node.stop(),
      close: stop,
    };
  },
};

channelContract(SUBJECT);
channelRuns({ ...SUBJECT, runsOfNetwork: 50 });
