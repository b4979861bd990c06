/** Errors as plain data, so that they cross to another thread with class, hint, origin and exit code. */
import {
  AgreementError,
  CheatingError,
  ConnectionError,
  CredentialError,
  type ErrorDetails,
  InterruptedError,
  LimitError,
  PanicError,
  ProgramError,
  ProtocolError,
  UnreachableError,
  UsageError,
} from "./errors.ts";

/** An error as plain data. */
export interface ErrorData {
  /** Name in the table of classes, or "Error" for what is not in it. */
  readonly class: string;
  /** For people; no secret. */
  readonly message: string;
  /** Where it was thrown, for `--debug`. */
  readonly stack?: string;
  /** What to do next. */
  readonly hint?: string;
  /** Name of the check that failed, of a {@linkcode CheatingError}. */
  readonly check?: string;
  /** The party that deviated, of a {@linkcode CheatingError} that knows. */
  readonly party?: number;
  /** The signal, of an {@linkcode InterruptedError}. */
  readonly signal?: "SIGINT" | "SIGTERM";
  /** The origin. */
  readonly cause?: ErrorData;
}

type Details = ErrorDetails & { readonly check: string; readonly party?: number };
type ErrorClass = new (message: string, details: Details) => Error;

/** Why a table and not `name`: a bundler may rename a class. */
const CLASSES: Readonly<Record<string, ErrorClass>> = {
  UsageError,
  ProgramError,
  UnreachableError,
  AgreementError,
  ProtocolError,
  CheatingError,
  ConnectionError,
  CredentialError,
  LimitError,
  PanicError,
  TypeError,
  RangeError,
};

/** How many origins of an error are kept. */
const CAUSES_MAX = 8;

/** `thrown` as plain data; a subclass of a class in the tree becomes that class. */
export function errorToData(thrown: unknown, causes = CAUSES_MAX): ErrorData {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { message, stack, cause } = error;
  const origin = cause === undefined || causes === 0 ? undefined : errorToData(cause, causes - 1);
  const common = {
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(origin === undefined ? {} : { cause: origin }),
  };
  if (error instanceof InterruptedError) {
    const signal = error.exitCode === new InterruptedError("SIGINT").exitCode
      ? "SIGINT"
      : "SIGTERM";
    return { class: "InterruptedError", ...common, signal };
  }
  const name = Object.keys(CLASSES).find((key) => error instanceof (CLASSES[key] as ErrorClass));
  const { hint, check, party } = error as Error & Partial<Details>;
  return {
    class: name ?? "Error",
    ...common,
    ...(hint === undefined ? {} : { hint }),
    ...(check === undefined ? {} : { check }),
    ...(party === undefined ? {} : { party }),
  };
}

/** The error that `data` stands for. */
export function errorFromData(data: ErrorData): Error {
  const error = create(data);
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}

function create({ class: name, message, hint, check, party, signal, cause }: ErrorData): Error {
  if (signal !== undefined) return new InterruptedError(signal);
  const origin = cause === undefined ? {} : { cause: errorFromData(cause) };
  const Class = CLASSES[name];
  if (Class === undefined) return new Error(message, origin);
  return new Class(message, {
    ...origin,
    ...(hint === undefined ? {} : { hint }),
    ...(party === undefined ? {} : { party }),
    check: check ?? "",
  });
}
