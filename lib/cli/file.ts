/** `file`: shared files, by their content. */
import { sizeText, UsageError } from "../base/mod.ts";
import { fetchFile, fileIdText, fileProviders, parseFileId, requireAddress } from "../net/mod.ts";
import { PROGRESS_INTERVAL_MS, sanitize } from "../observability/mod.ts";
import { systemClock } from "../session/mod.ts";
import { PROGRAM_NAME } from "./commands.ts";
import { listenConfig, storePlace } from "./config.ts";
import type { Context } from "./context.ts";
import { FILE_ACTIONS, type FileAction } from "./file_actions.ts";
import { addFile, exportFile, requireFree } from "./file_content.ts";
import { type FileStore, openFileStore } from "./file_store.ts";
import { writeJson } from "./json.ts";
import { MIB } from "./log_file.ts";
import { withNode } from "./meeting.ts";
import type { Settings } from "./options.ts";
import { messageOf } from "./report.ts";
import { unknownWord } from "./suggest.ts";

/** One call of the command. */
interface Call {
  readonly settings: Settings;
  readonly context: Context;
  readonly store: FileStore;
  /** What stands after the action. */
  readonly words: readonly string[];
}

const ACTIONS: Readonly<Record<FileAction, (call: Call) => Promise<void>>> = { add, get, ls, rm };
/** What each action needs after it. */
const NEEDS: Readonly<Record<FileAction, string | undefined>> = {
  add: "the path of a file",
  get: "the CID of a file",
  ls: undefined,
  rm: "the CID of a file",
};

/**
 * Adds, fetches, lists or removes a file.
 *
 * @throws {UsageError} for an unknown action, a bad CID, or a file that cannot be read or written.
 * @throws {LimitError} if the store has no room.
 * @throws {UnreachableError} if nobody gives the file.
 */
export async function fileCommand(
  settings: Settings,
  operands: readonly string[],
  context: Context,
): Promise<void> {
  const [word = "ls", ...words] = operands;
  const action = FILE_ACTIONS.find((name) => name === word);
  if (action === undefined) throw unknownWord("action", word, FILE_ACTIONS);
  const needed = NEEDS[action];
  const most = action === "get" ? Infinity : needed === undefined ? 0 : 1;
  if (needed !== undefined && words.length === 0) {
    throw new UsageError(`Cannot ${action}: ${needed} is missing`, {
      hint: `${PROGRAM_NAME} help file shows how it is used`,
    });
  }
  if (words.length > most) throw new UsageError(`Cannot ${action}: there are too many words`);
  const store = openFileStore(storePlace(settings), context.system);
  await ACTIONS[action]({ settings, context, store, words });
}

async function add({ settings, context, store, words: [path = ""] }: Call): Promise<void> {
  const { system, observe } = context;
  const added = await addFile(store, path, system.now());
  if (settings.json) return writeJson(context, { v: 1, ...added });
  observe({ kind: "notice", text: `${sizeText(added.size)} are in the store; a node gives them` });
  system.stdout.write(`${added.cid}\n`);
}

async function get({ settings, context, store, words }: Call): Promise<void> {
  const [cid = "", ...addresses] = words;
  const id = parseFileId(cid);
  for (const address of addresses) requireAddress(address);
  if (settings.out !== undefined) await requireFree(settings.out);
  if (!await store.holds(id)) {
    const config = listenConfig(settings);
    const seedNodes = [...config.seedNodes, ...addresses];
    await withNode({ ...config, seedNodes }, context, async (node) => {
      const { observe, signal, system } = context;
      const onFailure = (peer: string, error: unknown): void =>
        observe({
          kind: "log",
          level: "info",
          module: "file",
          text: `${peer} does not give the file: ${messageOf(error)}`,
        });
      const clock = systemClock;
      await fetchFile(node, {
        ...{ id, store, clock, onFailure, onProgress: progressTeller(context) },
        providers: (enough) => fileProviders(node, { id, clock, onFailure }, enough),
        accept: (size, first) => store.reserve({ id, name: cid, size, first, now: system.now() }),
      }, signal);
    });
    await store.finish(id);
  }
  const { out } = settings;
  if (out !== undefined) await exportFile(store, id, out);
  const size = (await store.root(id))?.size;
  if (settings.json) return writeJson(context, { v: 1, cid: fileIdText(id), size, out });
  const text = out === undefined ? "the file is in the store" : `wrote the file to ${out}`;
  context.observe({ kind: "notice", text });
}

async function ls({ settings, context, store }: Call): Promise<void> {
  const files = await store.list();
  if (settings.json) return writeJson(context, { v: 1, files, quota: settings.fileQuota * MIB });
  for (const { cid, size, complete, name } of files) {
    const state = complete ? "" : "  (a part)";
    context.system.stdout.write(
      `${cid}  ${sizeText(size).padStart(12)}  ${sanitize(name)}${state}\n`,
    );
  }
}

async function rm({ store, words: [cid = ""] }: Call): Promise<void> {
  if (await store.remove(parseFileId(cid))) return;
  throw new UsageError(`Cannot rm: there is no file "${cid}" in the store`, {
    hint: `${PROGRAM_NAME} file ls shows what there is`,
  });
}

/** Tells how far a fetch is, once in a while. */
function progressTeller(
  { system, observe }: Context,
): (progress: { readonly done: number; readonly total: number }) => void {
  let toldAt = system.now();
  return ({ done, total }) => {
    const now = system.now();
    if (done < total && now - toldAt < PROGRESS_INTERVAL_MS) return;
    toldAt = now;
    const percent = total === 0 ? 100 : Math.floor(done / total * 100);
    const text = `${sizeText(done)} of ${sizeText(total)} (${percent} %)`;
    observe({ kind: "notice", text });
  };
}
