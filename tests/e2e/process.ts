/**
 * Runs `p2p-mpc` as separate processes and reads nothing but their two output streams.
 */
import assert from "node:assert/strict";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const PERMISSIONS = ["net", "env", "read", "write", "sys"].map((name) => `--allow-${name}`);
/** Kills a process that hangs, so that a test fails instead of waiting for ever. */
const GUARD_MS = 180_000;
const LOOPBACK = "--listen=/ip4/127.0.0.1/tcp/0";

/** The processes of the test that runs. */
const started = new Set<Process>();

/** A test with processes: none of them outlives it, however it ends. */
export function processTest(name: string, body: () => Promise<void>, ignore = false): void {
  Deno.test({ name, ignore }, async () => {
    try {
      await body();
    } finally {
      for (const process of started) process.kill("SIGKILL");
      await Promise.all([...started].map((process) => process.ended));
      started.clear();
    }
  });
}

/** What a process printed and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running process. */
export class Process {
  #stdout = "";
  #stderr = "";
  #over = false;
  /** Standard output is read on when this resolves. */
  #held: Promise<void> | undefined;
  #goOn = (): void => {};
  readonly #child: Deno.ChildProcess;
  readonly #waiting = new Set<() => void>();
  readonly #ended: Promise<Ended>;

  readonly #stdin: WritableStreamDefaultWriter<Uint8Array> | undefined;

  /** Starts `p2p-mpc` with `args`, in a network namespace if one is named; nothing is typed into it unless `stdin` says so. */
  constructor(args: readonly string[], namespace?: string, stdin: "null" | "piped" = "null") {
    started.add(this);
    const prefix = namespace === undefined ? [] : ["ip", "netns", "exec", namespace];
    const [command = "", ...rest] = [...prefix, Deno.execPath(), "run", "--quiet", ...PERMISSIONS];
    this.#child = new Deno.Command(command, {
      args: [...rest, MAIN, ...args],
      stdin,
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).spawn();
    this.#stdin = stdin === "piped" ? this.#child.stdin.getWriter() : undefined;
    const out = this.#read(this.#child.stdout, (text) => this.#stdout += text, () => this.#held);
    const err = this.#read(this.#child.stderr, (text) => this.#stderr += text);
    const guard = setTimeout(() => this.kill("SIGKILL"), GUARD_MS);
    this.#ended = Promise.all([this.#child.status, out, err]).then(([status]) => {
      clearTimeout(guard);
      this.#over = true;
      this.#wake();
      return { code: status.code, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  async #read(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    add: (text: string) => void,
    pause?: () => Promise<void> | undefined,
  ): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      add(text);
      this.#wake();
      await pause?.();
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves with the match once the output holds `pattern`; fails when the process ended without. */
  async sees(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr);
      if (match !== null) return match;
      assert.ok(!this.#over, `${pattern} never came\n${this.#stdout}\n${this.#stderr}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  /** Types into a process that was started for it, and ends its input if `last`. */
  async type(text: string, last = false): Promise<void> {
    await this.#stdin?.write(new TextEncoder().encode(text));
    if (last) await this.#stdin?.close();
  }

  /** Reads no more of standard output until the returned function is called, or it is killed: so does a pager. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    this.#goOn = resolve;
    return resolve;
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  kill(signal: Deno.Signal): void {
    if (signal === "SIGKILL") this.#goOn();
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  /** Resolves when the process has ended. */
  get ended(): Promise<Ended> {
    return this.#ended;
  }
}

/** Starts a party on loopback. */
export function party(args: readonly string[]): Process {
  return new Process([LOOPBACK, ...args]);
}

/** The ticket that a creator prints. */
export async function ticketOf(creator: Process): Promise<string> {
  return (await creator.sees(/^(?:> ticket to join us: )?(p2pmpc1[a-z2-7]+)$/m))[1] ?? "";
}

/** The last line of a text. */
export function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

/** Asserts how a process ended, and that it showed no stack trace. */
export function assertEnded(ended: Ended, code: number, message?: RegExp): void {
  assert.equal(ended.code, code, `exit code\n${ended.stdout}\n${ended.stderr}`);
  assert.doesNotMatch(ended.stderr, /^\s+at .*(:\d+:\d+|<anonymous>)/m, "a stack trace");
  if (message !== undefined) assert.match(ended.stderr, message);
  if (code !== 0) {
    assert.match(ended.stderr, /^error: /m);
    assert.doesNotMatch(ended.stdout, /The result is/);
  }
}

/** A file with a program, for one test; removed by `dispose`. */
export async function programFile(source: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempFile({ suffix: ".garble.rs" });
  await Deno.writeTextFile(path, source);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}

/** The source of a program that adds `n` numbers. */
export function sumOf(n: number): string {
  const names = Array.from({ length: n }, (_, i) => `x${i}`);
  const parameters = names.map((name) => `${name}: u32`).join(", ");
  return `pub fn main(${parameters}) -> u32 {\n    ${names.join(" + ")}\n}\n`;
}
