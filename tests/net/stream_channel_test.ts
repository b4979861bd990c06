import { channelContract, type TestNetwork } from "../contract/channel.ts";
import { loopbackMesh } from "./loopback.ts";

channelContract({
  name: "StreamChannel",
  async open(parties: number): Promise<TestNetwork> {
    const { nodes, meshes, stop } = await loopbackMesh(parties);
    return {
      channels: meshes.map(({ channel }) => channel),
      crash: async (party: number) => await nodes[party]?.node.stop(),
      close: stop,
    };
  },
});
