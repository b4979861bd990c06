/** Runs the commands of a document as a reader would: in a shell, in a folder of their own, in their order. */
import assert from "node:assert/strict";
import { parseArgs } from "../../lib/cli/args.ts";
import { freePort } from "../machine.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PERMISSIONS = ["net", "env", "read", "write", "sys"].map((name) => `--allow-${name}`).join(
  " ",
);
/** Ends what hangs. */
const GUARD_MS = 120_000;
/** Made by commands of the documents, and so not taken from the tree. */
const OWN = ["keys", "logs", "dist", ".git"];

interface Running {
  readonly line: string;
  readonly child: Deno.ChildProcess;
  readonly status: Promise<Deno.CommandStatus>;
  readonly read: Promise<unknown>;
  text(): string;
  sees(pattern: RegExp): Promise<string>;
}

/** What a line does: `node` goes on until it is stopped, `party` waits for others, all else is over soon. */
type Kind = "node" | "party" | "brief";

/** The words of a command line; quotes keep spaces. */
export function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replaceAll(/["']/g, "")
  );
}

function kindOf(line: string): Kind {
  const [, rest] = /^(?:[A-Z0-9_]+=\S* +)*p2p-mpc\b([^|>;&]*)/.exec(line) ?? [];
  if (rest === undefined) return "brief";
  const parsed = parseArgs(wordsOf(rest));
  if (parsed.kind === "print" || "dryRun" in parsed.flags) return "brief";
  if (parsed.command === "node") return "node";
  return ["new", "join", "preprocess"].includes(parsed.command) ? "party" : "brief";
}

/** A reader's terminals, in one folder. */
export class Terminal implements AsyncDisposable {
  readonly #folder: string;
  readonly #ports = new Map<string, number>();
  #running: Running[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** A folder that looks like a clone. */
  static async open(): Promise<Terminal> {
    const folder = await Deno.makeTempDir();
    for await (const { name } of Deno.readDir(ROOT)) {
      if (!OWN.includes(name)) await Deno.symlink(ROOT + name, `${folder}/${name}`);
    }
    const bin = `${folder}/.bin`;
    await Deno.mkdir(bin);
    const deno = Deno.execPath();
    const scripts = {
      "p2p-mpc": `exec ${deno} run --quiet ${PERMISSIONS} ${ROOT}main.ts "$@"`,
      deno: `exec ${deno} "$@"`,
      npx: `shift 2; exec ${deno} "$@"`,
    };
    for (const [name, text] of Object.entries(scripts)) {
      await Deno.writeTextFile(`${bin}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    return new Terminal(folder);
  }

  /** Runs lines in order; what others wait for runs beside the rest. All must end well. */
  async run(lines: readonly string[]): Promise<void> {
    this.#running = [];
    for (const line of lines) {
      const running = this.#start(line);
      const kind = kindOf(line);
      if (kind === "brief") await this.#ended(running, 0);
      if (kind === "node") await running.sees(/listening on (\S+)/);
      if (kind === "party" && !line.includes("<ticket>")) await running.sees(/(p2pmpc1[a-z2-7]+)/);
    }
    for (const running of this.#running) {
      if (kindOf(running.line) === "party") await this.#ended(running, 0);
    }
    for (const running of this.#running) {
      if (kindOf(running.line) !== "node") continue;
      running.child.kill("SIGTERM");
      await this.#ended(running, 143);
    }
  }

  async #ended({ line, status, read, text }: Running, wanted: number): Promise<void> {
    const { code } = await status;
    await read;
    assert.equal(code, wanted, `${line}\n${text()}`);
  }

  /** What a reader puts in place of words in angle brackets; ports are exchanged for free ones. */
  #fill(line: string): string {
    const said = (pattern: RegExp): string =>
      this.#running.map(({ text }) => pattern.exec(text())?.[1]).find((found) =>
        found !== undefined
      ) ??
        "";
    return line.replaceAll("<ticket>", () => said(/(p2pmpc1[a-z2-7]+)/))
      .replaceAll("<CID>", () => said(/^(baf\w+)$/m))
      .replaceAll(/<[A-Z0-9_ ]*PEER_ID>|<peer id>/g, () => said(/our node id: (\w+)/))
      .replaceAll(/\b9[01]\d\d\b/g, (port) => {
        const free = this.#ports.get(port) ?? freePort();
        this.#ports.set(port, free);
        return String(free);
      });
  }

  #start(line: string): Running {
    // Why exec: a signal has to reach the program, and not the shell around it.
    const text = this.#fill(line).replace(
      /^((?:[A-Z0-9_]+=\S* +)*)(?=p2p-mpc\b[^|>;&]*$)/,
      "exec env $1",
    );
    const child = new Deno.Command("bash", {
      args: ["-c", `set -o pipefail; ${text}`],
      cwd: this.#folder,
      env: {
        PATH: `${this.#folder}/.bin:${Deno.env.get("PATH")}`,
        XDG_STATE_HOME: `${this.#folder}/.state`,
        XDG_DATA_HOME: `${this.#folder}/.data`,
        NO_COLOR: "1",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let seen = "";
    let over = false;
    const wakers = new Set<() => void>();
    const wake = (): void => [...wakers].forEach((waker) => waker());
    const read = Promise.all([child.stdout, child.stderr].map(async (stream) => {
      for await (const part of stream.pipeThrough(new TextDecoderStream())) {
        seen += part;
        wake();
      }
    })).then(() => {
      over = true;
      wake();
    });
    const guard = setTimeout(() => child.kill("SIGKILL"), GUARD_MS);
    const status = child.status.finally(() => clearTimeout(guard));
    const sees = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const match = pattern.exec(seen);
        if (match !== null) return match[1] ?? "";
        assert.ok(!over, `${line}\nnever showed ${pattern}\n${seen}`);
        await new Promise<void>((resolve) => {
          const waker = (): void => {
            wakers.delete(waker);
            resolve();
          };
          wakers.add(waker);
        });
      }
    };
    const running = { line, child, status, read, sees, text: () => seen };
    this.#running.push(running);
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, status, read } of this.#running) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await Promise.all([status, read]);
    }
    await Deno.remove(this.#folder, { recursive: true });
  }
}
