/** The one error tree. A class says what failed and carries the exit code of the process. */

/** Exit codes of all commands with their meaning; `help exit-codes` prints this table. */
export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: "done",
  1: "unexpected failure, please report it",
  2: "usage or configuration is wrong",
  3: "the program or the input is invalid",
  4: "the other parties did not come, or cannot be reached",
  5: "no agreement between the parties, or no consent",
  6: "a protocol check failed, or a peer's bytes were no valid message",
  7: "the connection was lost, or a peer left; its reason is shown",
  8: "a key, a ticket or a passphrase is wrong",
  9: "a resource limit was reached",
  10: "the program panicked",
  130: "interrupted (Ctrl-C)",
  143: "terminated",
};

/** What an error may carry beside its message. */
export interface ErrorDetails {
  /** What to do next, ideally the exact command. */
  readonly hint?: string;
  /** The origin. */
  readonly cause?: unknown;
}

/** Base of all errors that a user may see. Messages read "Cannot <action>: <state>", without secrets. */
export abstract class MpcError extends Error {
  /** The process exit code for this class. */
  abstract readonly exitCode: number;
  /** What to do next, if there is an obvious step. */
  readonly hint: string | undefined;

  /** An error with a message for the user and what may help. */
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint;
  }
}

/** Flags or configuration are wrong. */
export class UsageError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 2;
}

/** The program does not compile, or a value does not fit its type. */
export class ProgramError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 3;
}

/** Others did not come in time, or cannot be reached. */
export class UnreachableError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 4;
}

/** The parties do not agree on what to compute, or somebody did not consent. */
export class AgreementError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 5;
}

/** A peer's bytes are no valid message: wrong length, unknown step, bad encoding. */
export class ProtocolError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 6;
}

/** What a failed cryptographic check knows. */
export interface CheatingDetails extends ErrorDetails {
  /** Name of the check, one of those in docs/PROTOCOL.md. */
  readonly check: string;
  /** The party that the check proves to have deviated, if it tells. */
  readonly party?: number;
}

/** A cryptographic check failed: somebody deviated from the protocol. */
export class CheatingError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 6;
  /** Name of the check that failed. */
  readonly check: string;
  /** The party that deviated, if the check tells. */
  readonly party: number | undefined;

  /** An error of the check that `details` names. */
  constructor(message: string, details: CheatingDetails) {
    super(message, details);
    this.check = details.check;
    this.party = details.party;
  }
}

/** The connection was lost, or a peer left, with the reason it gave. */
export class ConnectionError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 7;
}

/** A key, a ticket or a passphrase is wrong. */
export class CredentialError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 8;
}

/** A resource limit was reached; the message names the limit. */
export class LimitError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 9;
}

/** The program itself panicked, in clear or under MPC. */
export class PanicError extends MpcError {
  /** Exit code of the process. */
  override readonly exitCode = 10;
}

/** A signal ended the process. */
export class InterruptedError extends MpcError {
  /** Exit code of the process: 128 and the signal's number. */
  override readonly exitCode: number;

  /** The error for a signal that the process received. */
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(signal === "SIGINT" ? "Interrupted" : "Terminated");
    this.exitCode = signal === "SIGINT" ? 130 : 143;
  }
}

/** The exit code of the error's class; 1 for what is none of ours. */
export function exitCodeOf(error: unknown): number {
  return error instanceof MpcError ? error.exitCode : 1;
}
