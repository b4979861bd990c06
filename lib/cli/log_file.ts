/** A log file that starts anew when it is full, and keeps a few of its predecessors. */
import { UsageError } from "../base/mod.ts";
import { writablePath } from "./private_file.ts";
import { messageOf } from "./report.ts";

/** An open log file. */
export interface LogFile {
  /** Appends a line. When that fails, the failure is told once and later lines are dropped. */
  write(line: string): void;
  /** Closes the file. */
  close(): void;
}

/** Bytes of a mebibyte, in which sizes of files are given. */
export const MIB = 2 ** 20;

/** What a log file needs. */
export interface LogFileOptions {
  readonly path: string;
  /** What the file is, in messages. */
  readonly what: string;
  /** The flag that names it. */
  readonly flag: string;
  /** A file of this many bytes is full. */
  readonly bytesMax: number;
  /** How many full files are kept, as `<path>.1` (the newest) to `<path>.<kept>`. */
  readonly kept: number;
  /** Told when the file can no longer be written. */
  readonly onFailure: (text: string) => void;
}

interface Opened {
  readonly file: Deno.FsFile;
  readonly bytes: number;
}

/** Opens for appending; a new file is readable by its owner alone. */
function open(path: string): Opened {
  const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  return { file, bytes: file.statSync().size };
}

/** Makes room: the oldest file goes, each other one moves up a number. */
function shift(path: string, kept: number): void {
  const nameOf = (number: number): string => number === 0 ? path : `${path}.${number}`;
  for (let number = kept; number >= 0; number--) {
    try {
      if (number === kept) Deno.removeSync(nameOf(number));
      else Deno.renameSync(nameOf(number), nameOf(number + 1));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/**
 * Opens the log file, after what is there already, and makes its folder when there is none.
 *
 * @throws {UsageError} if the file cannot be opened.
 */
export function openLogFile(options: LogFileOptions): LogFile {
  const { path, what, flag, bytesMax, kept, onFailure } = options;
  const encoder = new TextEncoder();
  let opened: Opened | undefined;
  let place: string;
  try {
    const folder = path.replace(/[^/\\]*$/, "");
    if (folder !== "") Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    place = writablePath(path);
    opened = open(place);
  } catch (cause) {
    throw new UsageError(`Cannot write the ${what} "${path}"`, {
      cause,
      hint: `give the path of a file that you may write with ${flag}`,
    });
  }

  function append(bytes: Uint8Array): void {
    if (opened === undefined) return;
    if (opened.bytes > 0 && opened.bytes + bytes.length > bytesMax) {
      opened.file.close();
      opened = undefined;
      shift(place, kept);
      opened = open(place);
    }
    const { file } = opened;
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
    opened = { file, bytes: opened.bytes + bytes.length };
  }

  function close(): void {
    opened?.file.close();
    opened = undefined;
  }

  return {
    write(line): void {
      try {
        append(encoder.encode(line));
      } catch (error) {
        close();
        onFailure(`the ${what} "${path}" is given up: ${messageOf(error)}`);
      }
    },
    close,
  };
}
