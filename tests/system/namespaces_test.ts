/** The main job between hosts of their own: three network namespaces on one bridge. */
import assert from "node:assert/strict";
import { assertEnded, Process, ticketOf } from "../e2e/process.ts";

/** Not `br`: ip takes that for `broadcast`. */
const BRIDGE = "bridge0";

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

/** Runs `ip`, which must succeed. */
async function must(...args: string[]): Promise<void> {
  assert.ok(await ip(...args), `ip ${args.join(" ")}`);
}

/** Connects namespace `name` to the bridge in `hub`, as host number `i`. */
async function plugIn(hub: string, name: string, i: number): Promise<void> {
  const port = `port${i}`;
  await must("-n", hub, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", name);
  await must("-n", hub, "link", "set", port, "master", BRIDGE, "up");
  await must("-n", name, "addr", "add", `10.77.0.${i + 1}/24`, "dev", "eth0");
  await must("-n", name, "link", "set", "eth0", "up");
  await must("-n", name, "link", "set", "lo", "up");
}

/** Namespaces with addresses 10.77.0.1 …, joined by a bridge in one of their own. */
async function hosts(count: number): Promise<{ names: string[] } & AsyncDisposable> {
  const hub = `p2pmpc-${Deno.pid}-hub`;
  const names = Array.from({ length: count }, (_, i) => `p2pmpc-${Deno.pid}-${i}`);
  await using made = new AsyncDisposableStack();
  for (const name of [hub, ...names]) {
    await must("netns", "add", name);
    made.defer(async () => void await ip("netns", "del", name));
  }
  await must("-n", hub, "link", "add", BRIDGE, "type", "bridge");
  await must("-n", hub, "link", "set", BRIDGE, "up");
  for (const [i, name] of names.entries()) await plugIn(hub, name, i);
  const kept = made.move();
  return { names, [Symbol.asyncDispose]: () => kept.disposeAsync() };
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
