/** `ping`, `lookup`, `id` and `version` against nodes of the test. */
import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { linkText } from "../../lib/cli/reach.ts";
import type { LinkPath } from "../../lib/session/ports.ts";
import { generateIdentity, type Node, saveIdentity, startNode } from "../../lib/net/mod.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const LISTEN = "--listen=/ip4/127.0.0.1/tcp/0";

async function withNodes(
  count: number,
  test: (nodes: readonly Node[]) => Promise<void>,
): Promise<void> {
  const nodes = await Promise.all(
    Array.from({ length: count }, async () =>
      await startNode({
        identity: await generateIdentity(),
        listen: ["/ip4/127.0.0.1/tcp/0"],
      })),
  );
  try {
    await test(nodes);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

/** Runs a command with the real clock, since it waits for others. */
async function run(...args: string[]): Promise<FakeSystem & { readonly code: number }> {
  const system = fakeSystem();
  const timed = {
    ...system,
    now: () => Date.now(),
    after(ms: number, action: () => void): () => void {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  };
  return Object.assign(system, { code: await main(args, timed) });
}

// feature: B53
Deno.test("`ping` tells the time and the path, by address and by peer id through a bootnode", () =>
  withNodes(2, async ([boot, peer]) => {
    assert.ok(boot && peer);
    const [address = ""] = peer.addresses();
    const near = await run("ping", address.replace(/\/p2p\/.*/, ""), "--count=1", LISTEN);
    assert.equal(near.code, 0, near.err());
    assert.match(near.out(), new RegExp(`^${peer.peerId}: (less than 1|\\d+) ms, direct, tcp\\n$`));
    await peer.dial({ addresses: boot.addresses() });
    const [bootnode = ""] = boot.addresses();
    const far = await run(
      ...["ping", peer.peerId, "--count=2", "--json", LISTEN, `--bootnode=${bootnode}`],
    );
    assert.equal(far.code, 0, far.err());
    const { v, peer: found, path, times_ms: times } = JSON.parse(far.out());
    assert.deepEqual([v, found, path, times.length], [1, peer.peerId, "direct, tcp", 2]);
  }));

// feature: B52
Deno.test("`lookup` shows what a peer says of itself, harmless, and where it is", () =>
  withNodes(2, async ([boot, peer]) => {
    assert.ok(boot && peer);
    await peer.dial({ addresses: boot.addresses() });
    const [address = ""] = peer.addresses();
    const [bootnode = ""] = boot.addresses();
    for (const whom of [address, peer.peerId]) {
      const text = await run("lookup", whom, LISTEN, `--bootnode=${bootnode}`);
      assert.equal(text.code, 0, text.err());
      assert.match(text.out(), new RegExp(`^peer +${peer.peerId}$`, "m"));
      assert.match(text.out(), /^reached +\/ip4\/127\S+ \(direct, tcp\)$/m);
      assert.match(text.out(), /^agent +p2p-mpc\/\d/m);
      assert.match(text.out(), /^sees us +\/ip4\/127\.0\.0\.1/m);
      assert.match(text.out(), /^speaks +\/p2p-mpc\/kad\/1$/m);
      assert.match(text.out(), /^listens +\/ip4\/127\.0\.0\.1\/tcp\/\d+/m);
    }
    // A peer that is connected already, as a bootnode is.
    const json = await run("lookup", boot.peerId, "--json", LISTEN, `--bootnode=${bootnode}`);
    const facts = JSON.parse(json.out());
    assert.equal(facts.peer, boot.peerId);
    assert.ok(facts.protocols.includes("/p2p-mpc/kad/1"));
    assert.equal(facts.path, "direct, tcp");
  }));

Deno.test("who is not there or not known is an error with the next step", () =>
  withNodes(1, async ([boot]) => {
    assert.ok(boot);
    const { peerId } = await generateIdentity();
    const [bootnode = ""] = boot.addresses();
    const cases = [
      { args: ["ping", "/ip4/127.0.0.1/tcp/1"], code: 4, err: /the connection was refused/ },
      { args: ["ping", peerId], code: 4, err: /there is nobody to ask/ },
      {
        args: ["lookup", peerId, `--bootnode=${bootnode}`],
        code: 4,
        err: /no connected peer knows it\nhint: .*--bootnode/,
      },
      { args: ["lookup", "localhost:90"], code: 2, err: /it is no multiaddress/ },
      { args: ["lookup"], code: 2, err: /missing required argument "?peer/ },
    ];
    for (const { args, code, err } of cases) {
      const end = await run(...args, LISTEN);
      assert.equal(end.code, code, end.err());
      assert.match(end.err(), err);
      assert.equal(end.out(), "");
    }
  }));

Deno.test("`lookup` tells the addresses of a peer that others know and that has gone", () =>
  withNodes(2, async ([boot, gone]) => {
    assert.ok(boot && gone);
    await gone.dial({ addresses: boot.addresses() });
    const [address = ""] = gone.addresses();
    const [bootnode = ""] = boot.addresses();
    const flags = [LISTEN, `--bootnode=${bootnode}`];
    // Why first: then the bootnode knows it for sure.
    assert.equal((await run("lookup", gone.peerId, ...flags)).code, 0);
    await gone.stop();
    const end = await run("lookup", gone.peerId, ...flags);
    assert.equal(end.code, 4);
    assert.match(end.err(), /Cannot reach .*the connection was refused/);
    assert.equal(end.out(), `peer      ${gone.peerId}\nlistens   ${address}\n`);
  }));

Deno.test("the path of a connection is told in words", () => {
  const told = (address: string, path: LinkPath): string =>
    linkText({
      path: () => path,
      peers: () => [{ peer: "p", address }],
    }, "p");
  const circuit = "/ip4/1.2.3.4/tcp/1/p2p/12D3KooWRelay/p2p-circuit/p2p/p";
  const relay = "12D3KooWRelayRelayRelay";
  const limited = { relay, bytesLeft: 131_072 };
  assert.match(told(circuit, limited), /^via relay 12D3\S+, which lets 131 kB pass$/);
  assert.match(told(circuit, { relay, bytesLeft: undefined }), /^via relay 12D3[^,]+$/);
  const direct = { relay: undefined, bytesLeft: undefined };
  assert.equal(told("/ip4/1.2.3.4/tcp/1/ws/p2p/p", direct), "direct, websocket");
});

Deno.test("`id` prints who a key makes you, and never the key", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const identity = await generateIdentity();
    const path = `${folder}/node.key`;
    await saveIdentity(path, identity);
    const text = await run("id", "--identity-key-path", path);
    assert.deepEqual([text.code, text.out()], [0, `${identity.peerId}\n`]);
    const json = JSON.parse((await run("id", "--json", "--identity-key-path", path)).out());
    assert.deepEqual([json.v, json.peer, json.public_key.length], [1, identity.peerId, 64]);
    const key = await Deno.readFile(path);
    const seed = Array.from(key.subarray(4, 36), (byte) => byte.toString(16).padStart(2, "0"));
    assert.ok(!JSON.stringify(json).includes(seed.join("")));
    const none = await run("id", "--identity-key-path", `${folder}/none.key`);
    assert.equal(none.code, 8);
    assert.match(none.err(), /hint: p2p-mpc keygen/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("`version --json` tells what runs here", async () => {
  assert.match((await run("version")).out(), /^p2p-mpc \d+\.\d+\.\d+\n$/);
  const facts = JSON.parse((await run("version", "--json")).out());
  assert.equal(facts.deno, Deno.version.deno);
  assert.ok(facts.protocols.includes("/p2p-mpc/session/1"));
  assert.match(facts.kernels, /^(wasm-simd|typescript)$/);
  assert.equal(facts.form, "source");
  // Nothing can be read in this system: what is not known is null, and not left out.
  assert.deepEqual([facts.commit, facts.lock], [null, null]);
});
