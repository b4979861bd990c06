/** A process in memory: what it wrote can be read, its signals and its time are in the test's hands. */
import type { StopSignal, System } from "../../lib/cli/mod.ts";

export interface FakeSystemOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Files by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  /** Lines of stdin; more may be typed. */
  readonly lines?: readonly string[];
  /** Answers to the questions in turn, or what makes them; without any there is nobody to ask. */
  readonly answers?: readonly string[] | ((question: string) => Promise<string | undefined>);
  /** Standard input. */
  readonly stdin?: string;
  /** Memory of the machine in bytes. */
  readonly memory?: number;
  /** Characters after which nobody reads stdout any more; what is written last is read whole. */
  readonly outputMax?: number;
  /** Paths of files that cannot be written. */
  readonly unwritable?: readonly string[];
  /** Time at the beginning, in milliseconds since 1970. */
  readonly startMs?: number;
  /** Time that passes between two looks at the clock, in milliseconds. */
  readonly clockStepMs?: number;
}

export interface FakeSystem extends System {
  /** All text written so far. */
  out(): string;
  err(): string;
  /** The text of a file that was given or written. */
  file(path: string): string | undefined;
  /** Types a line into stdin. */
  type(line: string): void;
  /** Delivers a signal. */
  raise(signal: StopSignal): void;
  /** Runs the timers that are set. */
  elapse(): void;
  /** Reports an error that nobody waited for. */
  unhandled(error: unknown): void;
  /** Resolves once stderr or stdout holds a match of `pattern`. */
  saw(pattern: RegExp): Promise<RegExpExecArray>;
  /** Handlers and timers that were not removed. */
  left(): number;
}

interface Waiter {
  readonly pattern: RegExp;
  readonly resolve: (match: RegExpExecArray) => void;
}

export function fakeSystem(options: FakeSystemOptions = {}): FakeSystem {
  const { env = {}, terminal = false, clockStepMs = 0 } = options;
  const { unwritable = [] } = options;
  const answers = Array.isArray(options.answers) ? [...options.answers] : [];
  let time = options.startMs ?? 0;
  const files: Record<string, string> = { ...options.files };
  const written = { out: "", err: "" };
  let lost: string | undefined;
  const signals = new Map<() => void, StopSignal>();
  const timers = new Set<() => void>();
  const handlers = new Set<(error: unknown) => void>();
  const waiters = new Set<Waiter>();
  const typed = new TransformStream<string, string>(undefined, { highWaterMark: 1000 });
  const keyboard = typed.writable.getWriter();
  for (const line of options.lines ?? []) void keyboard.write(line);
  function notify(): void {
    for (const waiter of waiters) {
      const match = waiter.pattern.exec(written.err) ?? waiter.pattern.exec(written.out);
      if (match === null) continue;
      waiters.delete(waiter);
      waiter.resolve(match);
    }
  }
  const print = (to: "out" | "err") => (text: string): void => {
    const full = to === "out" && written.out.length >= (options.outputMax ?? Infinity);
    if (full) lost = "it was closed";
    else written[to] += text;
    notify();
  };
  return {
    stdout: {
      isTerminal: terminal,
      columns: () => 80,
      write: print("out"),
      send: (text) => Promise.resolve(print("out")(text)),
      lost: () => lost,
    },
    stderr: {
      isTerminal: terminal,
      columns: () => 80,
      write: print("err"),
      send: (text) => Promise.resolve(print("err")(text)),
      lost: () => undefined,
    },
    env: (name) => env[name],
    envNames: () => Object.keys(env),
    readTextFile: (path) =>
      path in files
        ? Promise.resolve(files[path] ?? "")
        : Promise.reject(new Deno.errors.NotFound(`no such file: ${path}`)),
    writeTextFile(path, pieces): Promise<void> {
      if (path.startsWith("missing/")) {
        return Promise.reject(new Deno.errors.NotFound(`no such folder: ${path}`));
      }
      files[path] = [...pieces].join("");
      return Promise.resolve();
    },
    answers: options.answers !== undefined,
    readStdin: () => Promise.resolve(options.stdin ?? ""),
    memoryBytes: () => options.memory,
    probeFile: (path) =>
      unwritable.includes(path)
        ? Promise.reject(new Deno.errors.PermissionDenied("permission denied"))
        : Promise.resolve(),
    writePrivateFile(path, text): Promise<void> {
      if (unwritable.includes(`${path} later`)) {
        return Promise.reject(new Deno.errors.PermissionDenied("permission denied"));
      }
      files[path] = text;
      return Promise.resolve();
    },
    async ask(question, { signal }): Promise<string | undefined> {
      print("err")(question);
      if (typeof options.answers !== "function") return answers.shift();
      const stopped = new Promise<undefined>((resolve) =>
        signal.addEventListener("abort", () => resolve(undefined))
      );
      return await Promise.race([options.answers(question), stopped]);
    },
    async *lines(signal): AsyncGenerator<string> {
      const lines = typed.readable.getReader();
      signal.addEventListener("abort", () => void lines.cancel(), { once: true });
      for (let line = await lines.read(); !line.done; line = await lines.read()) yield line.value;
    },
    now: () => time += clockStepMs,
    after(_ms, action): () => void {
      timers.add(action);
      return () => timers.delete(action);
    },
    onSignal(signal, handler): () => void {
      signals.set(handler, signal);
      return () => signals.delete(handler);
    },
    onUnhandled(handler): () => void {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    startWorker: () =>
      new Worker(new URL("../../main.ts", import.meta.url).href, { type: "module" }),
    out: () => written.out,
    err: () => written.err,
    file: (path) => files[path],
    type: (line) => void keyboard.write(line),
    raise(signal): void {
      for (const [handler, name] of [...signals]) if (name === signal) handler();
    },
    elapse(): void {
      for (const timer of [...timers]) {
        timers.delete(timer);
        timer();
      }
    },
    unhandled(error): void {
      for (const handler of [...handlers]) handler(error);
    },
    saw(pattern): Promise<RegExpExecArray> {
      const { promise, resolve } = Promise.withResolvers<RegExpExecArray>();
      waiters.add({ pattern, resolve });
      notify();
      return promise;
    },
    left: () => signals.size + timers.size + handlers.size,
  };
}
