/** Questions to the person at the terminal. */
import type { AskOptions } from "./system.ts";

/** Longest answer that is read, in bytes. */
const ANSWER_BYTES_MAX = 1 << 20;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const END_OF_TEXT = 4;
const BACKSPACES: ReadonlySet<number> = new Set([8, 127]);

/** What a terminal gave so far. */
export interface Typed {
  /** Bytes of the line. */
  readonly bytes: number[];
  /** Whether the line is complete, or nothing more will come. */
  done: boolean;
}

/** Adds typed bytes to a line; in a hidden answer the terminal edits nothing, so backspaces are done here. */
export function takeTyped(typed: Typed, bytes: Uint8Array): void {
  for (const byte of bytes) {
    if (typed.done) return;
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === END_OF_TEXT) typed.done = true;
    else if (BACKSPACES.has(byte)) removeCharacter(typed.bytes);
    else typed.bytes.push(byte);
    if (typed.bytes.length >= ANSWER_BYTES_MAX) typed.done = true;
  }
}

/** Takes away the last character: in UTF-8 all its bytes but the first begin with the bits 10. */
function removeCharacter(bytes: number[]): void {
  let removed = bytes.pop();
  while (removed !== undefined && (removed & 0xc0) === 0x80) removed = bytes.pop();
}

/** Asks at the terminal; undefined if standard input is none, or the signal aborts, or there is no more input. */
export async function askTerminal(
  question: string,
  { signal, hidden = false }: AskOptions,
): Promise<string | undefined> {
  if (!Deno.stdin.isTerminal() || signal.aborted) return undefined;
  const say = (text: string): void => void Deno.stderr.writeSync(new TextEncoder().encode(text));
  // Security: before the question, so that nothing of the answer is shown however soon it is typed.
  // Why cbreak: Ctrl-C stays a signal. Windows has no such mode.
  if (hidden) Deno.stdin.setRaw(true, { cbreak: Deno.build.os !== "windows" });
  say(question);
  const typed: Typed = { bytes: [], done: false };
  const stopped = new Promise<undefined>((resolve) =>
    signal.addEventListener("abort", () => resolve(undefined), { once: true })
  );
  const piece = new Uint8Array(4096);
  try {
    while (!typed.done) {
      const count = await Promise.race([Deno.stdin.read(piece), stopped]);
      if (signal.aborted || count === undefined || count === null) return undefined;
      takeTyped(typed, piece.subarray(0, count));
    }
    return new TextDecoder().decode(new Uint8Array(typed.bytes));
  } finally {
    piece.fill(0);
    typed.bytes.fill(0);
    if (hidden) {
      Deno.stdin.setRaw(false);
      say("\n");
    }
  }
}
