import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { fakeSystem } from "./fake_system.ts";

// Why: timers inside libp2p outlive a stopped node.
const SANITIZE = { sanitizeOps: false, sanitizeResources: false };

Deno.test({
  name: "`self-test` says of each part that it works",
  ...SANITIZE,
  async fn(): Promise<void> {
    const system = fakeSystem();
    assert.equal(await main(["self-test"], system), 0, system.err());
    assert.match(system.out(), /^ok: the kernels in WebAssembly agree/);
    assert.match(system.out(), /^ok: a worker compiles to the same circuit/m);
    assert.match(system.out(), /^ok: the dashboard has its page, style, script and picture$/m);
    assert.match(system.out(), /^ok: two nodes connect over loopback$/m);
  },
});

Deno.test("`self-test` ends with 1 when a worker does not start", async () => {
  const broken = URL.createObjectURL(new Blob(["throw new Error('broken');"]));
  const system = {
    ...fakeSystem(),
    startWorker: (): Worker => new Worker(broken, { type: "module" }),
  };
  assert.equal(await main(["self-test"], system), 1);
});
