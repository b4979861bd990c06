/** What a command writes destroys nothing that it was not told to. */
import assert from "node:assert/strict";
import { UsageError } from "../../lib/base/mod.ts";
import { denoSystem, main } from "../../lib/cli/mod.ts";
import { openLogFile } from "../../lib/cli/log_file.ts";
import { checkWritable, requireApart } from "../../lib/cli/own_places.ts";
import { openPeerStore } from "../../lib/cli/peer_store.ts";
import { writePrivateFile } from "../../lib/cli/private_file.ts";
import { readTextFile } from "../../lib/cli/text_file.ts";
import { inFolder } from "../machine.ts";
import { fakeSystem } from "./fake_system.ts";

const PROGRAM = "pub fn main(x: u8, y: u8) -> u8 { x + y }";
const noLinks = { ignore: Deno.build.os === "windows" };

/** The error of a command over files that are there. */
async function errorOf(args: readonly string[]): Promise<string> {
  const system = { ...denoSystem(""), ...fakeSystem(), readTextFile };
  assert.equal(await main(args, system), 2, system.err());
  return system.err();
}

Deno.test("a file that is written is not one that another option or argument names", () =>
  inFolder(async (folder) => {
    const at = (name: string): string => `${folder}/${name}`;
    await Deno.writeTextFile(at("p.rs"), PROGRAM);
    await Deno.writeTextFile(at("key"), "a key");
    await Deno.mkdir(at("sub"));
    const cases: readonly (readonly string[])[] = [
      ["--identity-key-path=key", "--output-file=key"],
      ["--identity-key-path=key", "--output-file=sub/../key"],
      ["--identity-key-path=later", "--output-file=later"],
      ["--psk-file=key", "--receipt=key"],
      ["--output-file=o", "--receipt=o"],
      ["--output-file=./o", "--log-file=o"],
      ["--output-file=p.rs"],
      ["--input-file=key", "--output-file=key"],
      ["--expect-peers=key", "--json-trace", "--json-trace-file=key"],
    ];
    for (const flags of cases) {
      const paths = flags.map((flag) => flag.replace("=", `=${folder}/`));
      const args = [`--program=${at("p.rs")}`, ...paths, "new"];
      if (!flags.some((flag) => flag.startsWith("--input"))) args.push("--input=1");
      const error = await errorOf(args);
      assert.match(error, /Cannot write ".*": --[a-z-]+ names the same file\nhint: /, error);
    }
    const compiled = await errorOf(["compile", at("x.json"), "-o", at("x.json")]);
    assert.match(compiled, /an argument names the same file/);
    assert.equal(await Deno.readTextFile(at("key")), "a key");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      ...["key", "p.rs", "sub"],
    ]);
  }));

Deno.test("the files of a policy are held against those of the flags", () =>
  inFolder(async (folder) => {
    const [program, policy] = [`${folder}/p.rs`, `${folder}/policy.yml`];
    await Deno.writeTextFile(program, PROGRAM);
    for (const text of ["output_file: KEY", "output_file: X\ninput_file: X"]) {
      await Deno.writeTextFile(policy, text.replaceAll(/KEY|X/g, (name) => `${folder}/${name}`));
      const flags = [`--program=${program}`, `--policy=${policy}`, "--input=1"];
      const error = await errorOf([...flags, `--identity-key-path=${folder}/KEY`, "new"]);
      assert.match(error, /Cannot write ".*": .* names the same file/);
    }
  }));

Deno.test("files that are only read may be the same", () => {
  const file = { path: "same", written: false };
  requireApart([{ ...file, by: "--program" }, { ...file, by: "--input-file" }]);
});

Deno.test(
  "what is there and is no regular file is not written",
  noLinks,
  () =>
    inFolder(async (folder) => {
      const pipe = `${folder}/pipe`;
      assert.ok((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
      await Deno.symlink(pipe, `${folder}/link.json`);
      const onFailure = (text: string): void => assert.fail(text);
      const log = { what: "log file", flag: "--log-file", bytesMax: 1, kept: 1, onFailure };
      for (const path of [pipe, `${folder}/link.json`]) {
        await assert.rejects(checkWritable([path], denoSystem("")), (error) => {
          return error instanceof UsageError && /: it is no regular file$/.test(error.message);
        });
        await assert.rejects(writePrivateFile(path, "text"), /no regular file/);
        assert.throws(() => openLogFile({ ...log, path }), UsageError);
        const peers = openPeerStore(path, fakeSystem());
        assert.throws(() => peers.update(() => {}), UsageError);
      }
      assert.ok((await Deno.lstat(pipe)).isFifo);
      await assert.rejects(checkWritable([folder], denoSystem("")), /it is a folder/);
    }),
);

Deno.test(
  "a link stays, and the file that it leads to is written",
  noLinks,
  () =>
    inFolder(async (folder) => {
      const [target, link] = [`${folder}/target`, `${folder}/link`];
      await Deno.writeTextFile(target, "old");
      await Deno.symlink("target", link);
      await checkWritable([link], denoSystem(""));
      await writePrivateFile(link, "new");
      assert.ok((await Deno.lstat(link)).isSymlink);
      assert.equal(await Deno.readTextFile(target), "new");
      await Deno.remove(target);
      await assert.rejects(checkWritable([link], denoSystem("")), UsageError);
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
      assert.deepEqual(names, ["link"]);
    }),
);
