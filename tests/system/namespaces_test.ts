/** The main job between hosts of their own: three network namespaces on one bridge. */
import assert from "node:assert/strict";
import { assertEnded, Process, processTest, ticketOf } from "../e2e/process.ts";
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
