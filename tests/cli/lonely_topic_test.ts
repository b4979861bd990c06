import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { generateIdentity, startNode } from "../../lib/net/mod.ts";
import { fakeSystem } from "./fake_system.ts";

const LISTEN = "/ip4/127.0.0.1/tcp/0";

// feature: B74
Deno.test({
  name: "a node that is connected, but to nobody in its topic, says so once",
  // Why: timers inside libp2p outlive a stopped node.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const peer = await startNode({ identity: await generateIdentity(), listen: [LISTEN] });
    const [address = ""] = peer.addresses();
    const system = fakeSystem();
    const args = ["--listen", LISTEN, "-m", "0", "--topic", "chat", "--bootnode", address];
    const code = main(args, system);
    await system.saw(/connected to 12D3KooW/);
    const warning = /warn {2}node: connected to 1 peer, which is not in topic chat;/g;
    let warned = false;
    const seen = system.saw(warning).then(() => warned = true);
    // The node looks after its peers now and then; here it is time for that whenever it waits.
    for (let round = 0; !warned && round < 10_000; round++) {
      system.elapse();
      await new Promise((resolve) => setTimeout(resolve));
    }
    assert.ok(warned, system.err());
    await seen;
    for (let round = 0; round < 20; round++) {
      system.elapse();
      await new Promise((resolve) => setTimeout(resolve));
    }
    assert.equal(system.err().match(warning)?.length, 1);
    system.raise("SIGINT");
    assert.equal(await code, 130);
    await peer.stop();
  },
});
