/** The main job between hosts of their own: three network namespaces on one bridge. */
import assert from "node:assert/strict";
import { assertEnded, type Ended, Process, processTest, ticketOf } from "../e2e/process.ts";
import { namespacesWork, World } from "./world.ts";

processTest("three hosts of their own compute 2 + 2 + 2 with default addresses", async () => {
  await using world = new World();
  const hub = await world.hub("hub");
  const hosts: string[] = [];
  for (const i of [1, 2, 3]) {
    hosts.push(await world.hostAt(`host${i}`, { hub, address: `10.77.0.${i}/24` }));
  }
  const flags = (self: number): string[] => [
    "--program=.add.garble.rs",
    `--party=${self}`,
    "--input=2",
  ];
  const creator = new Process([...flags(0), "new"], hosts[0]);
  const ticket = await ticketOf(creator);
  const joiners = [1, 2].map((self) => new Process([...flags(self), "join", ticket], hosts[self]));
  for (const process of [creator, ...joiners]) {
    const end = await process.ended;
    assertEnded(end, 0);
    assert.match(end.stdout, /The result is 6\n$/);
  }
}, !await namespacesWork());

// feature: B80
processTest(
  "another host reads the metrics when they listen for it, and not otherwise",
  async () => {
    await using world = new World();
    const hub = await world.hub("hub");
    const node = await world.hostAt("node", { hub, address: "10.77.0.1/24" });
    const reader = await world.hostAt("reader", { hub, address: "10.77.0.2/24" });
    const read = async (port: string): Promise<Ended> => {
      const url = `http://10.77.0.1:${port}/metrics`;
      return await new Process(["metrics", `--url=${url}`, "--grep=^p2p_mpc_peers"], reader).ended;
    };
    const open = new Process(["--metrics-port=0", "--metrics-host=0.0.0.0"], node);
    const [, port = ""] = await open.sees(/metrics at http:\/\/0\.0\.0\.0:(\d+)\/metrics\n/);
    const seen = await read(port);
    assertEnded(seen, 0);
    assert.match(seen.stdout, /^p2p_mpc_peers\{state="connected"\} 0$/m);
    const closed = new Process(["--metrics-port=0"], node);
    const [, own = ""] = await closed.sees(/metrics at http:\/\/127\.0\.0\.1:(\d+)\/metrics\n/);
    assertEnded(await read(own), 4, /error: Cannot read the metrics at "http:\/\/10\.77\.0\.1/);
  },
  !await namespacesWork(),
);
