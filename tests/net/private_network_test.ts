import assert from "node:assert/strict";
import {
  generateIdentity,
  generateNetworkKey,
  loadNetworkKey,
  type NetworkKey,
  type Node,
  saveNetworkKey,
  startNode,
} from "../../lib/net/mod.ts";

async function nodeWith(networkKey?: NetworkKey): Promise<Node> {
  const identity = await generateIdentity();
  return await startNode({ identity, listen: ["/ip4/127.0.0.1/tcp/0"], networkKey });
}

Deno.test("nodes of a private network connect, and gossip, with the same key only", async () => {
  const key = generateNetworkKey();
  const member = await nodeWith(key);
  const others = [await nodeWith(key), await nodeWith(generateNetworkKey()), await nodeWith()];
  try {
    const [friend, ...strangers] = others;
    const addresses = member.addresses();
    assert.equal(await friend?.dial({ addresses }), member.peerId);
    const heard = new Promise<string>((resolve) => {
      member.subscribe("t", ({ bytes }) => resolve(new TextDecoder().decode(bytes)));
    });
    await new Promise<void>((resolve) => friend?.onSubscriber("t", () => resolve()));
    await friend?.publish("t", new TextEncoder().encode("hello"));
    assert.equal(await heard, "hello");
    const limit = AbortSignal.timeout(5000);
    for (const stranger of strangers) {
      await assert.rejects(stranger.dial({ addresses }, limit), { name: "UnreachableError" });
      await assert.rejects(
        friend?.dial({ addresses: stranger.addresses() }, limit) ?? Promise.resolve(),
      );
    }
    assert.deepEqual(member.peers().map(({ peer }) => peer), [friend?.peerId]);
  } finally {
    await Promise.all([member, ...others].map((node) => node.stop()));
  }
});

Deno.test("the file of a network's key is the one of other libp2p implementations", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/keys/network.psk`;
    const key = generateNetworkKey();
    await saveNetworkKey(path, key);
    const text = await Deno.readTextFile(path);
    assert.match(text, /^\/key\/swarm\/psk\/1\.0\.0\/\n\/base16\/\n[0-9a-f]{64}\n$/);
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    assert.deepEqual((await loadNetworkKey(path)).encode(), key.encode());
    assert.ok(!JSON.stringify(key).includes(text.slice(32, 50)) && !`${key}`.includes("psk"));
    await assert.rejects(saveNetworkKey(path, key), { name: "CredentialError", message: /exists/ });
    await assert.rejects(loadNetworkKey(`${path}.no`), { message: /there is no such file/ });
    const wrong = [
      "",
      "hello",
      text.slice(1),
      text.slice(0, -2),
      text.replace("16", "64"),
      `${text}ab`,
    ];
    for (const text of wrong) {
      await Deno.writeTextFile(`${path}.wrong`, text);
      const expected = { name: "CredentialError", message: /it is no pre-shared key$/ };
      await assert.rejects(loadNetworkKey(`${path}.wrong`), expected, JSON.stringify(text));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
