/** The main job between hosts of their own: three network namespaces on one bridge. */
import assert from "node:assert/strict";
import { assertEnded, Process, ticketOf } from "../e2e/process.ts";

async function ip(...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command("ip", { args, stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/** Whether this machine lets us make namespaces; if not, the suite counts as skipped. */
async function namespacesWork(): Promise<boolean> {
  const name = `p2pmpc-probe-${Deno.pid}`;
  return await ip("netns", "add", name) && await ip("netns", "del", name);
}

/** Namespaces `p2pmpc-PID-0 …` with addresses 10.77.0.1 …, joined by a bridge in one of their own. */
async function hosts(count: number): Promise<{ names: string[] } & AsyncDisposable> {
  const hub = `p2pmpc-${Deno.pid}-hub`;
  const names = Array.from({ length: count }, (_, i) => `p2pmpc-${Deno.pid}-${i}`);
  for (const name of [hub, ...names]) assert.ok(await ip("netns", "add", name));
  assert.ok(await ip("-n", hub, "link", "add", "br", "type", "bridge"));
  assert.ok(await ip("-n", hub, "link", "set", "br", "up"));
  for (const [i, name] of names.entries()) {
    const port = `port${i}`;
    const pair = ["link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", name];
    assert.ok(await ip("-n", hub, ...pair));
    assert.ok(await ip("-n", hub, "link", "set", port, "master", "br", "up"));
    assert.ok(await ip("-n", name, "addr", "add", `10.77.0.${i + 1}/24`, "dev", "eth0"));
    assert.ok(await ip("-n", name, "link", "set", "eth0", "up"));
    assert.ok(await ip("-n", name, "link", "set", "lo", "up"));
  }
  const dispose = async (): Promise<void> => {
    for (const name of [hub, ...names]) await ip("netns", "del", name);
  };
  return { names, [Symbol.asyncDispose]: dispose };
}

Deno.test({
  name: "three hosts of their own compute 2 + 2 + 2 with default addresses",
  ignore: !await namespacesWork(),
  async fn(): Promise<void> {
    await using world = await hosts(3);
    const flags = (self: number): string[] => [
      "--program=.add.garble.rs",
      `--party=${self}`,
      "--input=2",
    ];
    const creator = new Process([...flags(0), "new"], world.names[0]);
    const ticket = await ticketOf(creator);
    const joiners = [1, 2].map((self) =>
      new Process([...flags(self), "join", ticket], world.names[self])
    );
    for (const process of [creator, ...joiners]) {
      const end = await process.ended;
      assertEnded(end, 0);
      assert.match(end.stdout, /The result is 6\n$/);
    }
  },
});
