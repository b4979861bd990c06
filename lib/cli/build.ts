/** What this program was built from: told by the bundle, or read from the checkout that it runs in. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { utf8 } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import { digestText } from "./digest_text.ts";
import type { System } from "./system.ts";
import { NOTE_BYTES_MAX } from "./text_file.ts";

/** What a program was built from; null for what is not known. */
export interface Build {
  /**
   * The git commit that was checked out, in hexadecimal digits. Changes that were not committed do not show, so that it is a
   * place to begin with and no proof.
   */
  readonly commit: string | null;
  /** `sha256:` and the digest of deno.lock, which holds the digests of all dependencies. */
  readonly lock: string | null;
}

type Files = Pick<System, "readTextFile">;

/** Global variable in which a bundle holds its {@linkcode Build}. */
export const BUILD_VARIABLE = "P2P_MPC_BUILD";

/** The text of a file; undefined if it cannot be read. */
async function readIfThere(files: Files, path: string): Promise<string | undefined> {
  return await files.readTextFile(path, NOTE_BYTES_MAX).catch(() => undefined);
}

/** The folder of git that `root` names; in a worktree `.git` is a file that says where it is. */
async function gitFolder(root: string, files: Files): Promise<string> {
  const path = resolve(root, ".git");
  const elsewhere = /^gitdir: (.+)\s*$/.exec(await readIfThere(files, path) ?? "")?.[1];
  return elsewhere === undefined ? path : resolve(root, elsewhere);
}

/** The commit that is checked out in `root`, without a run of git. */
async function commitOf(root: string, files: Files): Promise<string | null> {
  const folder = await gitFolder(root, files);
  const head = (await readIfThere(files, `${folder}/HEAD`) ?? "").trim();
  const branch = /^ref: (refs\/[^\s]+)$/.exec(head)?.[1];
  const common = (await readIfThere(files, `${folder}/commondir`))?.trim() ?? ".";
  const shared = resolve(folder, common);
  const found = branch === undefined ? head : await readIfThere(files, `${shared}/${branch}`) ??
    (await readIfThere(files, `${shared}/packed-refs`))?.split("\n")
      .find((line) => line.endsWith(` ${branch}`));
  return /^[0-9a-f]{40,64}\b/.exec(found ?? "")?.[0] ?? null;
}

/** What the tree at `root` is, read from its files. */
export async function buildOfTree(root: string, files: Files): Promise<Build> {
  const lock = await readIfThere(files, `${root}/deno.lock`);
  return {
    commit: await commitOf(root, files),
    lock: lock === undefined ? null : digestText(sha256(utf8(lock))),
  };
}

/** What the running program was built from. */
export async function buildInfo(files: Files): Promise<Build> {
  const given: Build | undefined = Reflect.get(globalThis, BUILD_VARIABLE);
  if (given !== undefined) return given;
  const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
  return await buildOfTree(root, files);
}
