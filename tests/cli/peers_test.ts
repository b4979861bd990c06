import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { openPeerStore } from "../../lib/cli/peer_store.ts";
import { generateIdentity } from "../../lib/net/mod.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const PEER = (await generateIdentity()).peerId;

async function inFolder(test: (file: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/state/peers.json`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function peers(file: string, ...words: string[]): Promise<FakeSystem & { code: number }> {
  const system = fakeSystem();
  const code = await main(["peers", ...words, `--peers-file=${file}`], system);
  return Object.assign(system, { code });
}

Deno.test("peers are banned, trusted, named, and listed with it", () =>
  inFolder(async (file) => {
    for (
      const words of [["ban", PEER], ["ban", "10.0.0.0/8"], ["alias", PEER, "carol \x1b[31m"]]
    ) {
      assert.equal((await peers(file, ...words)).code, 0);
    }
    const listed = (await peers(file)).out();
    assert.ok(listed.includes(`${PEER}  banned`), listed);
    assert.ok(listed.includes("carol \\u{1b}[31m  by you"), listed);
    assert.ok(listed.includes("10.0.0.0/8  banned"), listed);
    for (const words of [["unban", PEER], ["trust", PEER], ["unban", "10.0.0.0/8"]]) {
      assert.equal((await peers(file, ...words)).code, 0);
    }
    const { v, peers: rows, addresses } = JSON.parse((await peers(file, "list", "--json")).out());
    assert.deepEqual([v, rows[0].peer, rows[0].standing, addresses], [1, PEER, "trusted", []]);
    if (Deno.build.os !== "windows") {
      assert.equal(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("mistakes after `peers` are usage errors with the next step", () =>
  inFolder(async (file) => {
    const cases = [
      { words: ["bann", PEER], err: /did you mean "ban"/ },
      { words: ["ban"], err: /a peer id, an address or a subnet is missing/ },
      { words: ["trust", "10.0.0.1"], err: /a peer id is missing/ },
      { words: ["trust", PEER, "carol"], err: /one too many/ },
    ];
    for (const { words, err } of cases) {
      const run = await peers(file, ...words);
      assert.equal(run.code, 2);
      assert.match(run.err(), err);
    }
    const homeless = fakeSystem();
    assert.equal(await main(["peers", "ban", PEER], homeless), 2);
    assert.match(homeless.err(), /--peers-file/);
  }));

Deno.test("a damaged peers file is an error that names it, and is not overwritten", () =>
  inFolder(async (file) => {
    await Deno.mkdir(file.replace(/[^/]*$/, ""), { recursive: true });
    for (const text of ["{", "{}", `{"peers":{"p":{"score":"1","atMs":0}},"addresses":[]}`]) {
      await Deno.writeTextFile(file, text);
      for (const words of [["list"], ["ban", PEER]]) {
        const run = await peers(file, ...words);
        assert.equal(run.code, 2, run.err());
        assert.match(run.err(), /Cannot use the peers file/);
      }
      assert.equal(await Deno.readTextFile(file), text);
    }
  }));

Deno.test("a ban for what a peer did is kept for later runs, beside what others wrote meanwhile", () =>
  inFolder(async (file) => {
    const system = fakeSystem();
    const store = openPeerStore(file, system);
    const running = store.load(assert.ifError);
    await peers(file, "alias", PEER, "carol");
    running.caught(PEER, "V check");
    const later = store.load(assert.ifError);
    assert.equal(later.standing(PEER), "banned");
    const other = (await generateIdentity()).peerId;
    await peers(file, "ban", other);
    running.count(PEER, "malformed message");
    running.merge(store.book());
    assert.equal(running.standing(other), "banned");
  }));
