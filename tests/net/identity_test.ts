import assert from "node:assert/strict";
import { CredentialError, toHex, utf8 } from "../../lib/base/mod.ts";
import { seededRng } from "../../lib/crypto/mod.ts";
import {
  generateIdentity,
  loadIdentity,
  loadOrCreateIdentity,
  saveIdentity,
} from "../../lib/net/mod.ts";
import { inFolder } from "../machine.ts";

// feature: B22, B62, B63
Deno.test("loadOrCreateIdentity() makes a key once, in a private file of 68 bytes", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/keys/node.key`;
    const first = await loadOrCreateIdentity(path);
    const again = await loadOrCreateIdentity(path);
    assert.equal(again.peerId, first.peerId);
    assert.match(first.peerId, /^12D3KooW/);
    const bytes = await Deno.readFile(path);
    assert.equal(bytes.length, 68);
    assert.deepEqual([...bytes.subarray(0, 4)], [8, 1, 18, 64]);
    const { mode } = await Deno.stat(path);
    if (mode !== null) assert.equal(mode & 0o777, 0o600);
  });
});

Deno.test("loadIdentity() reads the key of the libp2p specification", async () => {
  await inFolder(async (folder) => {
    const hex = "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d" +
      "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    await Deno.writeFile(`${folder}/k`, bytes);
    const identity = await loadIdentity(`${folder}/k`);
    assert.match(identity.peerId, /^12D3KooW/);
    const signature = await identity.sign(new Uint8Array([1]));
    assert.equal(signature.length, 64);
  });
});

Deno.test("saveIdentity() never overwrites a file", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/k`;
    await Deno.writeTextFile(path, "precious");
    const identity = await generateIdentity();
    await assert.rejects(saveIdentity(path, identity), {
      name: "CredentialError",
      message: /the file exists/,
    });
    await assert.rejects(loadOrCreateIdentity(path), {
      name: "CredentialError",
      message: /no Ed25519 key file/,
    });
    assert.equal(await Deno.readTextFile(path), "precious");
  });
});

Deno.test("loadIdentity() refuses missing, foreign and damaged files with CredentialError", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(loadIdentity(`${folder}/none`), { message: /there is no such file/ });
    await assert.rejects(loadOrCreateIdentity(folder), CredentialError);
    const identity = await generateIdentity();
    await saveIdentity(`${folder}/good`, identity);
    const good = await Deno.readFile(`${folder}/good`);
    for (const at of [0, 1, 2, 3, 67]) {
      const bytes = good.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await Deno.writeFile(`${folder}/bad`, bytes);
      await assert.rejects(loadIdentity(`${folder}/bad`), CredentialError, `byte ${at}`);
    }
  });
});

Deno.test("generateIdentity() depends on its random source alone", async () => {
  const [a, b, c] = await Promise.all(
    [1, 1, 2].map((seed) => generateIdentity(seededRng(new Uint8Array([seed])))),
  );
  assert.equal(a?.peerId, b?.peerId);
  assert.notEqual(a?.peerId, c?.peerId);
});

Deno.test("verify() accepts the right signature only, and bears any bytes", async () => {
  const [a, b] = await Promise.all([generateIdentity(), generateIdentity()]);
  const bytes = new Uint8Array([1, 2, 3]);
  const signature = await a.sign(bytes);
  assert.equal(await b.verify({ peer: a.peerId, bytes, signature }), true);
  const wrong = [
    { peer: b.peerId, bytes, signature },
    { peer: a.peerId, bytes: new Uint8Array(3), signature },
    { peer: a.peerId, bytes, signature: new Uint8Array(64) },
    { peer: a.peerId, bytes, signature: signature.subarray(1) },
    { peer: "12D3KooWnonsense", bytes, signature },
    { peer: "", bytes, signature },
  ];
  for (const check of wrong) assert.equal(await b.verify(check), false);
});

Deno.test("a secret of a key follows from key, label and salt", async () => {
  const [one, two] = await Promise.all(["a", "b"].map((seed) => {
    return generateIdentity(seededRng(utf8(seed)));
  }));
  assert.ok(one && two);
  const [first, second] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
  const secrets = [
    ...[one.secret("x", first), one.secret("x", second), one.secret("y", first)],
    two.secret("x", first),
  ].map(toHex);
  assert.equal(new Set(secrets).size, 4);
  assert.equal(secrets[0], toHex(one.secret("x", first)));
  assert.equal(secrets[0]?.length, 64);
});
