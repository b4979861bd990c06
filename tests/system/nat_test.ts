/** Parties behind NAT: what reaches whom, and by which path. */
import assert from "node:assert/strict";
import { processTest } from "../e2e/process.ts";
import { relayIn, startSession } from "./sessions.ts";
import { behindNats, namespacesWork, World } from "./world.ts";

const skip = !await namespacesWork();

// feature: B85
processTest("two parties behind two NATs compute through a relay on a public host", async () => {
  await using world = new World();
  const { relay, parties } = await behindNats(world);
  const address = await relayIn(relay);
  await using session = await startSession({ hosts: parties, flags: [`--relay=${address}`] });
  await session.finish();
  for (const process of [session.creator, session.joiner]) {
    const { stderr } = await process.ended;
    assert.match(stderr, /^> party \d joined \(12D3KooW…\w+, via relay 12D3KooW…\w+\)$/m);
    assert.doesNotMatch(stderr, /direct\)/);
  }
}, skip);

processTest("without a relay they are told that they cannot reach each other", async () => {
  await using world = new World();
  const { parties } = await behindNats(world);
  await using session = await startSession({ hosts: parties, own: [[], ["--join-timeout=4"]] });
  const end = await session.joiner.ended;
  assert.equal(end.code, 4, end.stderr);
  assert.match(
    end.stderr,
    /^error: Cannot (join|start) the session: party 0 did not come within 4 s/m,
  );
}, skip);

processTest("a party behind NAT and one with a public address are linked directly", async () => {
  await using world = new World();
  const { relay, open, parties } = await behindNats(world);
  const flags = [`--relay=${await relayIn(relay)}`];
  for (const hosts of [[open, parties[0]], [parties[0], open]] as const) {
    await using session = await startSession({ hosts, flags });
    await session.finish();
    for (const process of [session.creator, session.joiner]) {
      const { stderr } = await process.ended;
      assert.match(
        stderr,
        /^> (party \d joined \(12D3KooW…\w+, direct\)|the link to party \d is direct)$/m,
      );
    }
  }
}, skip);

processTest("a link through a relay that is cut goes on through the relay", async () => {
  await using world = new World();
  const { relay, nats, parties } = await behindNats(world);
  const address = await relayIn(relay);
  const flags = [`--relay=${address}`];
  await using session = await startSession({ hosts: parties, flags, steps: 300 });
  await session.joiner.sees(/starting the computation/);
  await world.filter(nats[1], "add rule ip filter cut meta l4proto tcp reject with tcp reset");
  for (const process of [session.creator, session.joiner]) {
    await process.sees(/lost the connection to party/);
  }
  await world.filter(nats[1], "flush chain ip filter cut");
  await session.creator.sees(/the connection to party 1 is back \(via relay 12D3KooW/);
  await session.finish();
}, skip);
