import assert from "node:assert/strict";
import { buildOfTree } from "../../lib/cli/build.ts";
import { fakeSystem } from "./fake_system.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** The commit that is read from a tree with these files. */
async function commit(files: Readonly<Record<string, string>>): Promise<string | null> {
  return (await buildOfTree("/tree", fakeSystem({ files }))).commit;
}

Deno.test("the commit is read from a checkout as git leaves it, and is null where there is none", async () => {
  const head = { "/tree/.git/HEAD": "ref: refs/heads/a/b\n" };
  assert.equal(await commit({ "/tree/.git/HEAD": `${COMMIT}\n` }), COMMIT);
  assert.equal(await commit({ ...head, "/tree/.git/refs/heads/a/b": `${COMMIT}\n` }), COMMIT);
  const other = COMMIT.replaceAll("0", "f");
  const packed = `# pack-refs\n${other} refs/heads/c/a/b\n${COMMIT} refs/heads/a/b\n^${other}\n`;
  assert.equal(await commit({ ...head, "/tree/.git/packed-refs": packed }), COMMIT);
  for (
    const [pointer, folder] of [["/main/.git/worktrees/w", "/main"], [
      "../sub/.git/worktrees/w",
      "/sub",
    ]]
  ) {
    const worktree = {
      "/tree/.git": `gitdir: ${pointer}\n`,
      [`${folder}/.git/worktrees/w/HEAD`]: "ref: refs/heads/w\n",
      [`${folder}/.git/worktrees/w/commondir`]: "../..\n",
      [`${folder}/.git/refs/heads/w`]: `${COMMIT}\n`,
    };
    assert.equal(await commit(worktree), COMMIT);
  }
  assert.equal(await commit({}), null);
  assert.equal(await commit(head), null);
  assert.equal(await commit({ "/tree/.git/HEAD": "ref: ../../secret\n", "/secret": COMMIT }), null);
});

Deno.test("the lock file is told by its digest", async () => {
  const files = { "/tree/deno.lock": "abc" };
  assert.deepEqual(await buildOfTree("/tree", fakeSystem({ files })), {
    commit: null,
    // The example of FIPS 180-2, appendix B.1.
    lock: "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
});
