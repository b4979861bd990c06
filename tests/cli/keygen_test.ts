import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { loadIdentity } from "../../lib/net/mod.ts";
import { fakeSystem } from "./fake_system.ts";

// feature: B22, D5
Deno.test("`keygen` writes a key for its owner alone, and never over an existing file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/keys/node.key`;
    const system = fakeSystem();
    assert.equal(await main(["keygen", "-o", path], system), 0);
    const { peerId } = await loadIdentity(path);
    assert.equal(system.out(), `${peerId}\n`);
    assert.ok(system.err().includes(path));
    const { mode, size } = await Deno.stat(path);
    assert.equal((mode ?? 0) & 0o777, 0o600);
    assert.equal(size, 68);

    const bytes = await Deno.readFile(path);
    const again = fakeSystem();
    assert.equal(await main(["--out", path, "keygen"], again), 8);
    assert.match(again.err(), /^error: Cannot write key .*: the file exists\n/);
    assert.match(again.err(), /\nhint: /);
    assert.equal(again.out(), "");
    assert.deepEqual(await Deno.readFile(path), bytes);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
