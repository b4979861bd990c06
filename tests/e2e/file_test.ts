/** Files between processes: who has one serves it, and others find it through a node that knows them. */
import assert from "node:assert/strict";
import { equal } from "../../lib/base/mod.ts";
import { inFolder } from "../machine.ts";
import { assertEnded, party, Process, processTest } from "./process.ts";

const LISTEN = "--listen=/ip4/127.0.0.1/tcp/0";
const MIB = 1 << 20;

/** The address of a node that has started. */
async function addressOf(node: Process): Promise<string> {
  return (await node.sees(/listening on (\/ip4\/127\S+\/p2p\/\w+)/))[1] ?? "";
}

async function file(store: string, ...words: string[]): Promise<string> {
  const end = await new Process(["file", ...words, `--file-store=${store}`]).ended;
  assertEnded(end, 0);
  return end.stdout.trim();
}

// feature: B84
processTest(
  "a file goes from a store to a store, found through a bootnode",
  () =>
    inFolder(async (folder) => {
      const bytes = new Uint8Array(3 * MIB + 7).map((_, i) => (i >>> 18) * 31 + i);
      await Deno.writeFile(`${folder}/table.csv`, bytes);
      const cid = await file(`${folder}/a`, "add", `${folder}/table.csv`);
      const boot = party(["--metrics-port=0", `--file-store=${folder}/none`]);
      const bootnode = `--bootnode=${await addressOf(boot)}`;
      const flags = ["--metrics-port=0", "--log-level=debug", bootnode];
      const server = party([...flags, `--file-store=${folder}/a`]);
      await server.sees(/announced the file baf/);
      const copy = `${folder}/copy.csv`;
      const end = await new Process([
        ...["file", "get", cid, "-o", copy, LISTEN, bootnode, `--file-store=${folder}/b`],
      ]).ended;
      assertEnded(end, 0);
      assert.match(end.stderr, /3\.15 MB of 3\.15 MB \(100 %\)/);
      assert.deepEqual(await Deno.readFile(copy), bytes);
      assert.match(await file(`${folder}/b`, "ls"), new RegExp(`^${cid} +3\\.15 MB`));

      // What was added while a node runs is given, too; here from an address, without a peer id.
      await Deno.writeTextFile(`${folder}/small`, "hello world");
      const small = await file(`${folder}/a`, "add", `${folder}/small`);
      const [address = ""] = (await addressOf(server)).split("/p2p/");
      await file(`${folder}/b`, "get", small, address, LISTEN);
    }),
);

processTest("what nobody has is told with the next step", () =>
  inFolder(async (folder) => {
    const node = party(["--metrics-port=0", `--file-store=${folder}/none`]);
    const address = await addressOf(node);
    const cid = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    const end = await new Process([
      ...["file", "get", cid, address, LISTEN, `--file-store=${folder}/b`],
    ]).ended;
    assertEnded(end, 4, /no such file is offered\nhint: .*--bootnode/);
  }));

/** Resolves when the store has at least `count` blocks. */
async function blocksIn(store: string, count: number): Promise<void> {
  for (;;) {
    let found = 0;
    try {
      for await (const { name } of Deno.readDir(`${store}/blocks`)) {
        for await (const _ of Deno.readDir(`${store}/blocks/${name}`)) found += 1;
      }
    } catch {
      // Nothing is there yet.
    }
    if (found >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

processTest(
  "a get goes on when a provider dies, and where it was when it is killed itself",
  () =>
    inFolder(async (folder) => {
      const chunk = new Uint8Array(MIB / 4);
      const chunks = Array.from({ length: 128 }, (_, i) => chunk.map((_, j) => i + j * 3));
      await Deno.writeFile(`${folder}/large`, ReadableStream.from(chunks));
      const cid = await file(`${folder}/a`, "add", `${folder}/large`);
      const nodes = [1, 2].map(() => party(["--metrics-port=0", `--file-store=${folder}/a`]));
      const addresses = await Promise.all(nodes.map(addressOf));
      const get = ["file", "get", cid, LISTEN, `--file-store=${folder}/b`, ...addresses];

      const first = new Process(get);
      await blocksIn(`${folder}/b`, 8);
      first.kill("SIGKILL");
      await first.ended;
      assert.match(await file(`${folder}/b`, "ls"), /33\.6 MB .* \(a part\)$/);

      const second = new Process([...get, "-o", `${folder}/copy`]);
      await blocksIn(`${folder}/b`, 32);
      nodes[0]?.kill("SIGKILL");
      assertEnded(await second.ended, 0);
      const [copy, large] = await Promise.all(
        ["copy", "large"].map((name) => Deno.readFile(`${folder}/${name}`)),
      );
      assert.ok(copy !== undefined && large !== undefined && equal(copy, large));
      assert.doesNotMatch(await file(`${folder}/b`, "ls"), /a part/);
    }),
);
