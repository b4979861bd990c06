/** Bad lines between two hosts: loss, delay, and a partition. */
import assert from "node:assert/strict";
import { assertEnded, processTest } from "../e2e/process.ts";
import { startSession } from "./sessions.ts";
import { namespacesWork, World } from "./world.ts";

const skip = !await namespacesWork();
const PORT = 9000;

/** Two hosts, and a router between them that passes everything on. */
interface Line {
  readonly router: string;
  readonly hosts: readonly [string, string];
}

const ADDRESSES = ["10.1.0.2", "10.2.0.2"] as const;

async function line(world: World): Promise<Line> {
  const router = await world.host("router");
  await world.forward(router);
  const sides: string[] = [];
  for (const side of [1, 2]) {
    const hub = await world.hub(`side${side}`);
    await world.plug(router, { hub, address: `10.${side}.0.1/24`, device: `side${side}` });
    const host = await world.hostAt(`host${side}`, { hub, address: `10.${side}.0.2/24` });
    await world.route(host, `10.${side}.0.1`);
    sides.push(host);
  }
  const [one = "", other = ""] = sides;
  return { router, hosts: [one, other] };
}

/** A chain of what is passed on. */
const PASSING = "add table ip filter\n" +
  "add chain ip filter passing { type filter hook forward priority 0; }\n";

// feature: B85
processTest("two hosts compute although one in twenty packets is lost", async () => {
  await using world = new World();
  const { router, hosts } = await line(world);
  await world.filter(
    router,
    `${PASSING}add rule ip filter passing numgen random mod 100 < 5 counter drop`,
  );
  await using session = await startSession({ hosts });
  await session.finish();
  assert.ok(await world.dropped(router) > 10, "hardly anything was lost");
}, skip);

processTest("two hosts compute over a line that takes 100 ms there and back", async () => {
  await using world = new World();
  const { router, hosts } = await line(world);
  const redirect = `tcp dport ${PORT} counter redirect to :7000`;
  await world.filter(
    router,
    "add table ip nat\n" +
      "add chain ip nat incoming { type nat hook prerouting priority dstnat; }\n" +
      `add rule ip nat incoming ${redirect}`,
  );
  const script = new URL("./delay.ts", import.meta.url).pathname;
  await using _delay = await world.start(router, [
    ...[Deno.execPath(), "run", "--quiet", "--allow-net", script, "7000"],
    ...[...ADDRESSES, String(PORT)],
  ]);
  await using session = await startSession({ hosts, flags: [`--network-port=${PORT}`] });
  await session.finish();
}, skip);

processTest(
  "a partition ends the session on both sides, within the time that they agreed on",
  async () => {
    await using world = new World();
    const { router, hosts } = await line(world);
    await using session = await startSession({ hosts, flags: ["--step-timeout=6"], steps: 300 });
    await session.joiner.sees(/starting the computation/);
    await world.filter(router, `${PASSING}add rule ip filter passing drop`);
    for (const [self, process] of [session.creator, session.joiner].entries()) {
      assertEnded(await process.ended, 7, new RegExp(`^error: .*party ${1 - self}\\b.* 6 s`, "m"));
    }
  },
  skip,
);
