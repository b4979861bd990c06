/**
 * Output of commands that others have write as long as they run. Who reads it may be slow, or have stopped (Ctrl-S, a
 * pager): text waits in memory, within a bound, the rest is dropped and counted, and the process goes on.
 */
import type { Output, System } from "./system.ts";

/** Most that waits for the reader of a stream, in characters, beside what is being written. */
const WAITING_LENGTH_MAX = 1 << 20;
/** Longest time that the end of a command waits for readers, in milliseconds. */
const SETTLE_MS = 500;

interface LiveOutput {
  readonly output: Output;
  /** Resolves when all that waits now is written. */
  readonly settled: () => Promise<void>;
}

/** `output` as one that never holds its writer; `tell` takes what is to be said of its reader. */
function liveOutput(output: Output, tell: (text: string) => void): LiveOutput {
  let waiting = "";
  let dropped = 0;
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting !== "") {
      const text = waiting;
      waiting = "";
      await output.send(text);
    }
    writing = undefined;
    const count = dropped;
    dropped = 0;
    if (count > 0) tell(`is read again; ${count} lines were dropped`);
  }

  function write(text: string): void {
    if (waiting.length + text.length <= WAITING_LENGTH_MAX) waiting += text;
    else if (++dropped === 1) tell("is not read; lines are dropped until it is");
    writing ??= drain();
  }

  return { output: { ...output, write }, settled: async () => await writing };
}

/** A system for such a command. */
export interface LiveSystem {
  readonly system: System;
  /** Waits until all is written, but not for long. */
  settle(): Promise<void>;
}

/** `system` with outputs that never hold the process; `tell` takes what is to be said of their readers. */
export function liveSystem(system: System, tell: (text: string) => void): LiveSystem {
  const stdout = liveOutput(system.stdout, (text) => tell(`standard output ${text}`));
  const stderr = liveOutput(system.stderr, (text) => tell(`standard error ${text}`));
  return {
    system: { ...system, stdout: stdout.output, stderr: stderr.output },
    async settle(): Promise<void> {
      const patience = Promise.withResolvers<void>();
      const cancel = system.after(SETTLE_MS, patience.resolve);
      const all = Promise.all([stdout.settled(), stderr.settled()]);
      await Promise.race([all, patience.promise]);
      cancel();
    },
  };
}
