import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { FileStore } from "../../lib/cli/file_store.ts";
import { CHUNK_BYTES, parseFileId } from "../../lib/net/mod.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const HELLO = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

interface Place {
  /** A folder for the test. */
  readonly folder: string;
  /** Runs `file` with these words on the store of the test. */
  file(...words: string[]): Promise<FakeSystem & { readonly code: number }>;
  /** The blocks of the store, as paths. */
  blocks(): Promise<string[]>;
}

async function inFolder(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const store = `${folder}/data/store`;
  try {
    await test({
      folder,
      async file(...words): Promise<FakeSystem & { readonly code: number }> {
        const system = fakeSystem();
        const code = await main(["file", ...words, `--file-store=${store}`], system);
        return Object.assign(system, { code });
      },
      async blocks(): Promise<string[]> {
        const paths: string[] = [];
        for await (const { name: group } of Deno.readDir(`${store}/blocks`)) {
          for await (const { name } of Deno.readDir(`${store}/blocks/${group}`)) {
            paths.push(`${store}/blocks/${group}/${name}`);
          }
        }
        return paths;
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes a file of `size` bytes, and returns its path. */
async function written({ folder }: Place, name: string, size: number, seed = 1): Promise<string> {
  const bytes = new Uint8Array(size).map((_, i) => (i >>> 18) * 31 + i * seed);
  await Deno.writeFile(`${folder}/${name}`, bytes);
  return `${folder}/${name}`;
}

async function added(place: Place, path: string, ...flags: string[]): Promise<string> {
  const run = await place.file("add", path, ...flags);
  assert.equal(run.code, 0, run.err());
  return run.out().trim();
}

Deno.test("a file is added, listed, written out again, and removed with its blocks", () =>
  inFolder(async (place) => {
    const { folder } = place;
    await Deno.writeTextFile(`${folder}/a\u001b[2J.txt`, "hello world");
    assert.equal(await added(place, `${folder}/a\u001b[2J.txt`), HELLO);
    const size = 3 * CHUNK_BYTES + 1;
    const large = await written(place, "large", size);
    const cid = await added(place, large);
    assert.equal(await added(place, large), cid);
    const listed = (await place.file("ls")).out();
    assert.equal(listed.split("\n").length, 3);
    assert.match(listed, /^bafkreifz\w+ +11 bytes +a\\u\{1b\}\[2J\.txt$/m);
    assert.match(listed, /^bafi\w+ +786 kB +large$/m);
    const { v, files, quota } = JSON.parse((await place.file("ls", "--json")).out());
    assert.deepEqual([v, quota, files[1].cid, files[1].size], [1, 1 << 30, cid, size]);
    const copy = `${folder}/copy`;
    assert.equal((await place.file("get", cid, "-o", copy)).code, 0);
    assert.deepEqual(await Deno.readFile(copy), await Deno.readFile(large));
    assert.equal((await place.blocks()).length, 6);
    assert.equal((await place.file("rm", cid)).code, 0);
    assert.equal((await place.blocks()).length, 1);
    assert.equal((await place.file("get", HELLO, "-o", `${folder}/hello`)).code, 0);
    assert.equal(await Deno.readTextFile(`${folder}/hello`), "hello world");
  }));

Deno.test("files that share chunks keep them when one is removed", () =>
  inFolder(async (place) => {
    const size = 2 * CHUNK_BYTES;
    const one = await added(place, await written(place, "one", size));
    const more = await written(place, "more", size);
    await Deno.writeFile(more, new Uint8Array(5), { append: true });
    const two = await added(place, more);
    assert.equal((await place.blocks()).length, 5);
    assert.equal((await place.file("rm", one)).code, 0);
    assert.equal((await place.blocks()).length, 4);
    assert.equal((await place.file("get", two, "-o", `${place.folder}/out`)).code, 0);
  }));

Deno.test("an empty file is a file", () =>
  inFolder(async (place) => {
    const cid = await added(place, await written(place, "empty", 0));
    assert.equal((await place.file("get", cid, "-o", `${place.folder}/out`)).code, 0);
    assert.equal((await Deno.stat(`${place.folder}/out`)).size, 0);
  }));

Deno.test("the store takes no more than its quota, and says how to make room", () =>
  inFolder(async (place) => {
    const large = await written(place, "large", 1 << 20);
    const cid = await added(place, large, "--file-quota=1");
    const run = await place.file("add", await written(place, "more", 1), "--file-quota=1");
    assert.equal(run.code, 9);
    assert.match(run.err(), /holds 1048576 of 1048576 \(limit "file-quota"\)\nhint: .*file rm/);
    assert.equal((await place.file("add", large, "--file-quota=1")).code, 0, "it is there already");
    assert.equal((await place.file("rm", cid)).code, 0);
    await added(place, `${place.folder}/more`, "--file-quota=1");
  }));

Deno.test("a damaged chunk is noticed, is not given to others, and is fetched again", () =>
  inFolder(async (place) => {
    const cid = await added(place, await written(place, "large", 3 * CHUNK_BYTES));
    const [path = ""] = await place.blocks();
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.with(5, (bytes[5] ?? 0) ^ 1));
    const store = new FileStore(`${place.folder}/data/store`, 0);
    assert.equal(await store.holds(parseFileId(cid)), false);
    const digest = new Uint8Array(
      (path.slice(-64).match(/../g) ?? []).map((hex) => parseInt(hex, 16)),
    );
    assert.equal(await store.block(digest), undefined);
    const out = `${place.folder}/out`;
    const run = place.file("get", cid, "--listen=/ip4/127.0.0.1/tcp/0", "-o", out);
    const { code } = await run;
    assert.equal(code, 4, "nobody else has it");
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
    await added(place, `${place.folder}/large`);
    assert.equal((await place.file("get", cid, "-o", out)).code, 0);
  }));

Deno.test("mistakes after `file` are errors with the next step", () =>
  inFolder(async (place) => {
    const { folder } = place;
    const cases = [
      { words: ["ad", "x"], err: /did you mean "add"/ },
      { words: ["add"], err: /the path of a file is missing/ },
      { words: ["add", "a", "b"], err: /too many words/ },
      { words: ["add", `${folder}/none`], err: /there is no such file/ },
      { words: ["add", folder], err: /it is a folder/ },
      { words: ["get"], err: /the CID of a file is missing/ },
      { words: ["get", "hello"], err: /Cannot use CID "hello"/ },
      { words: ["get", HELLO, "localhost:80"], err: /it is no multiaddress/ },
      { words: ["get", HELLO, "-o", folder], err: /the file exists/ },
      { words: ["rm", HELLO], err: /there is no file/ },
    ];
    for (const { words, err } of cases) {
      const run = await place.file(...words);
      assert.equal(run.code, 2, run.err());
      assert.match(run.err(), err);
      assert.equal(run.out(), "");
    }
    const homeless = fakeSystem();
    assert.equal(await main(["file"], homeless), 2);
    assert.match(homeless.err(), /--file-store/);
  }));

Deno.test("a damaged entry is an error that names it and how to remove it", () =>
  inFolder(async (place) => {
    const cid = await added(place, await written(place, "a", 10));
    const entry = `${place.folder}/data/store/files/${cid}.json`;
    for (const text of ["{", "{}", '{"name":1,"size":1,"addedMs":1}']) {
      await Deno.writeTextFile(entry, text);
      const run = await place.file("ls");
      assert.equal(run.code, 2);
      assert.match(run.err(), /is damaged\n(.*\n)*hint: .*file rm baf/);
    }
    assert.equal((await place.file("rm", cid)).code, 0);
    assert.equal((await place.file("ls")).out(), "");
  }));

Deno.test("only the owner may read the store, and what a writer left behind is swept away", () =>
  inFolder(async (place) => {
    const cid = await added(place, await written(place, "a", 10));
    const [path = ""] = await place.blocks();
    if (Deno.build.os !== "windows") {
      assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
    const [young, old] = [`${path}.young`, `${path}.old`];
    await Deno.writeTextFile(young, "half");
    await Deno.writeTextFile(old, "half");
    await Deno.utime(old, 0, 0);
    assert.equal((await place.file("rm", cid)).code, 0);
    assert.deepEqual(await place.blocks(), [young]);
  }));
