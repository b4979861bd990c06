/** The files of the user: keys, what is remembered of peers, and the shared files. */
import { MpcError } from "../../base/mod.ts";
import { loadIdentity, loadNetworkKey } from "../../net/mod.ts";
import { storePlace } from "../config.ts";
import { openFileStore } from "../file_store.ts";
import { MIB } from "../log_file.ts";
import type { Settings } from "../options.ts";
import { openPeerStore } from "../peer_store.ts";
import { isOpen } from "../private_file.ts";
import { messageOf } from "../report.ts";
import type { System } from "../system.ts";
import { type CheckTopic, type Finding, fine } from "./finding.ts";

/** Part of the quota from which on the store is nearly full. */
const NEARLY_FULL = 0.9;

/** An error of ours as a finding. */
export function trouble(topic: CheckTopic, error: unknown, meaning: string): Finding {
  const hint = error instanceof MpcError ? error.hint : undefined;
  return {
    ...{ topic, level: "problem", text: messageOf(error), meaning },
    ...(hint === undefined ? {} : { advice: hint }),
  };
}

/** What is said of a file with a key. */
interface KeyFile {
  readonly path: string;
  /** Reads it; what it returns is told. */
  readonly load: (path: string) => Promise<string>;
  /** What it means if there is none. */
  readonly absent: Pick<Finding, "level" | "meaning" | "advice">;
  /** What others can do who read it. */
  readonly risk: string;
}

async function keyFile({ path, load, absent, risk }: KeyFile): Promise<Finding[]> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return [{ ...absent, topic: "key", text: `there is no "${path}"` }];
    }
    return [trouble("key", error, "the key cannot be read")];
  }
  const findings: Finding[] = [];
  try {
    findings.push(fine("key", `"${path}": ${await load(path)}`));
  } catch (error) {
    findings.push(trouble("key", error, "no command can use this key"));
  }
  if (isOpen(info)) {
    const mode = ((info.mode ?? 0) & 0o777).toString(8);
    findings.push({
      ...{ topic: "key", level: "warning", text: `"${path}" is open to others (mode ${mode})` },
      meaning: risk,
      advice: `chmod 600 ${path}`,
    });
  }
  return findings;
}

async function keys({ identityKeyPath, pskFile }: Settings): Promise<Finding[]> {
  const identity: Finding[] = identityKeyPath === undefined
    ? [{
      ...{ topic: "key", level: "note", text: "no --identity-key-path is given" },
      meaning: "each run is a new peer: nobody recognises you, and preprocessing is not possible",
      advice: "p2p-mpc keygen makes a key",
    }]
    : await keyFile({
      path: identityKeyPath,
      load: async (path) => `the key of ${(await loadIdentity(path)).peerId}`,
      absent: { level: "note", meaning: "the first run makes a key there" },
      risk: "who reads it can pass for this node",
    });
  if (pskFile === undefined) return identity;
  return [
    ...identity,
    ...await keyFile({
      path: pskFile,
      load: async (path) => {
        await loadNetworkKey(path);
        return "the key of a private network";
      },
      absent: {
        level: "problem",
        meaning: "nothing that names it can start",
        advice: "get the file from whoever runs the network, or make one: p2p-mpc keygen --psk",
      },
      risk: "who reads it can connect to the private network",
    }),
  ];
}

function peers({ peersFile }: Settings, system: System): Finding {
  try {
    const store = openPeerStore(peersFile, system);
    if (!store.isKept) {
      return {
        ...{ topic: "peers", level: "note", text: "nothing is kept of peers" },
        meaning: "the system names no home folder; bans are forgotten at the end of a run",
        advice: "name a file with --peers-file",
      };
    }
    const count = Object.keys(store.book().peers).length;
    return fine("peers", `${count} are remembered`);
  } catch (error) {
    return trouble("peers", error, "bans cannot be read, so nothing starts");
  }
}

async function files(settings: Settings, system: System): Promise<Finding> {
  try {
    const { quotaBytes } = storePlace(settings);
    const stored = await openFileStore(storePlace(settings), system).list();
    const used = stored.reduce((sum, { size }) => sum + size, 0);
    const text = `${stored.length} shared, ${Math.ceil(used / MIB)} of ${quotaBytes / MIB} MiB`;
    if (used < NEARLY_FULL * quotaBytes || used === 0) return fine("files", text);
    return {
      ...{ topic: "files", level: "warning", text },
      meaning: "the next one may find no room",
      advice: "remove some with p2p-mpc file rm, or raise --file-quota",
    };
  } catch (error) {
    return trouble("files", error, "no file can be shared");
  }
}

/** What can be said of the files that the settings name. */
export async function fileFindings(settings: Settings, system: System): Promise<Finding[]> {
  return [...await keys(settings), peers(settings, system), await files(settings, system)];
}
