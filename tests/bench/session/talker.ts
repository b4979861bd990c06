/** Processes that are told and tell by lines of JSON. */

/** `run` is for a process that is to stop itself. */
const PERMISSIONS = ["net", "env", "read", "sys", "run"].map((name) => `--allow-${name}`);

/** The objects on the lines of `stream`. */
export async function* lines<T>(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<T> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) yield JSON.parse(line) as T;
  }
}

/** Writes one line to standard output. */
export function say(message: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
}

/** A process that talks in lines. */
export class Talker<In, Out> implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: AsyncGenerator<Out>;

  /** Runs `script`, named relative to this file. */
  constructor(script: string, argument: unknown) {
    const path = new URL(script, import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...PERMISSIONS, path, JSON.stringify(argument ?? null)],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = lines<Out>(this.#child.stdout);
  }

  /** Sends a signal; nothing if the process has ended. */
  kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  async tell(message: In): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  }

  /** The next message; throws if the process ended instead. */
  async hear(): Promise<Out> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error("A process ended early");
    return next.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#child.status;
  }
}
