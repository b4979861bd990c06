/** The process and its machine as a value, so that the whole program also runs inside a test. */
import { messageOf } from "./report.ts";
import { askTerminal } from "./terminal.ts";
import { readTextFile, textOf } from "./text_file.ts";
import { probeFile, writePrivateFile, writeWholeFile } from "./private_file.ts";

/** A stream of text towards the user. */
export interface Output {
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
  /** Width of the terminal in characters; 80 if it is none. */
  readonly columns: () => number;
  /** Writes all of `text` before it returns. */
  write(text: string): void;
  /** Writes all of `text`, however long its reader takes, and holds nobody else. */
  send(text: string): Promise<void>;
  /** Why something could not be written; undefined: all was. */
  lost(): string | undefined;
}

/** How a question is asked. */
export interface AskOptions {
  /** Ends the wait for an answer. */
  readonly signal: AbortSignal;
  /** The answer is a secret, and is not shown while it is typed. */
  readonly hidden?: boolean;
}

/** Signals that end the program in an orderly way. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** What the program uses of the process it runs in. Functions that add a handler return its removal. */
export interface System {
  /** Tickets, results, and what else other programs may read. */
  readonly stdout: Output;
  /** What is meant for people. */
  readonly stderr: Output;
  /** The value of an environment variable, or undefined. */
  env(name: string): string | undefined;
  /** The names of all environment variables. */
  envNames(): readonly string[];
  /** Whether standard input is a terminal, so that somebody can be asked. */
  readonly answers: boolean;
  /** All of standard input as text. Rejects with `Deno.errors.InvalidData` if it is longer than that, or no UTF-8. */
  readStdin(bytesMax: number): Promise<string>;
  /** The text of a file. Rejects as `Deno.open` does, and as {@linkcode System.readStdin}. */
  readTextFile(path: string, bytesMax: number): Promise<string>;
  /** Writes a file from pieces of text, whole or not at all, over what was there. Rejects as Deno does. */
  writeTextFile(path: string, pieces: Iterable<string>): Promise<void>;
  /**
   * Lines of stdin without their ends, until it ends or `signal` aborts. Of one that is longer than {@linkcode LINE_MAX} the
   * pieces are lines.
   */
  lines(signal: AbortSignal): AsyncIterable<string>;
  /** Writes a file that only its owner may read, whole or not at all, over what was there. Rejects as Deno does. */
  writePrivateFile(path: string, text: string): Promise<void>;
  /** Rejects if no file can be written there; leaves nothing behind. */
  probeFile(path: string): Promise<void>;
  /** The line with which the user answers; undefined if there is nobody to ask, or `signal` aborts. */
  ask(question: string, options: AskOptions): Promise<string | undefined>;
  /** Bytes of memory of the machine; undefined if it does not tell. */
  memoryBytes(): number | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `action` once after `ms` milliseconds. */
  after(ms: number, action: () => void): () => void;
  /** Calls `handler` on each such signal. */
  onSignal(signal: StopSignal, handler: () => void): () => void;
  /** Calls `handler` with errors that nobody waited for; they do not end the process then. */
  onUnhandled(handler: (error: unknown) => void): () => void;
  /** Starts another thread of the program, which serves an engine. */
  startWorker(): Worker;
}

/** Longest line of stdin, in characters: more than fits a message. */
export const LINE_MAX = 4 * 2 ** 20;

function memoryBytes(): number | undefined {
  try {
    return Deno.systemMemoryInfo().total;
  } catch {
    return undefined;
  }
}

/** Width of the terminal; that of most if it does not tell. */
function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

function output(stream: typeof Deno.stdout): Output {
  const encoder = new TextEncoder();
  let lost: string | undefined;
  function fail(error: unknown): void {
    lost = error instanceof Deno.errors.BrokenPipe ? "it was closed" : messageOf(error);
  }
  return {
    isTerminal: stream.isTerminal(),
    columns,
    write(text): void {
      let bytes = encoder.encode(text);
      try {
        while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
      } catch (error) {
        fail(error);
      }
    },
    async send(text): Promise<void> {
      let bytes = encoder.encode(text);
      try {
        while (bytes.length > 0) bytes = bytes.subarray(await stream.write(bytes));
      } catch (error) {
        fail(error);
      }
    },
    lost: () => lost,
  };
}

function onUnhandled(handler: (error: unknown) => void): () => void {
  const rejected = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    handler(event.reason);
  };
  const thrown = (event: ErrorEvent): void => {
    event.preventDefault();
    handler(event.error);
  };
  globalThis.addEventListener("unhandledrejection", rejected);
  globalThis.addEventListener("error", thrown);
  return () => {
    globalThis.removeEventListener("unhandledrejection", rejected);
    globalThis.removeEventListener("error", thrown);
  };
}

/** Splits text into lines. */
async function* linesOf(stream: ReadableStream<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.replace(/\r$/, "");
    for (; rest.length > LINE_MAX; rest = rest.slice(LINE_MAX)) yield rest.slice(0, LINE_MAX);
  }
  if (rest !== "") yield rest;
}

async function* stdinLines(signal: AbortSignal): AsyncGenerator<string> {
  const text = Deno.stdin.readable.pipeThrough(new TextDecoderStream(), { signal });
  try {
    yield* linesOf(text);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The real process; `mainModule` is the URL of the program, which a worker runs as well. */
export function denoSystem(mainModule: string): System {
  return {
    stdout: output(Deno.stdout),
    stderr: output(Deno.stderr),
    env: (name) => Deno.env.get(name),
    envNames: () => Object.keys(Deno.env.toObject()),
    readTextFile,
    lines: stdinLines,
    answers: Deno.stdin.isTerminal(),
    readStdin: (bytesMax) => textOf(Deno.stdin.readable, bytesMax),
    writePrivateFile,
    probeFile,
    ask: askTerminal,
    writeTextFile: writeWholeFile,
    memoryBytes,
    now: () => Date.now(),
    after(ms, action): () => void {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    onSignal(signal, handler): () => void {
      // Why: Windows has no SIGTERM, and asking for it may throw there.
      if (Deno.build.os === "windows" && signal === "SIGTERM") return () => {};
      Deno.addSignalListener(signal, handler);
      return () => Deno.removeSignalListener(signal, handler);
    },
    onUnhandled,
    startWorker: () => new Worker(mainModule, { type: "module", name: "engine" }),
  };
}
