/** What is wrong with a circuit file. The kinds are stable names; the words around them are for people. */
import { LimitError, ProgramError } from "../base/mod.ts";

/** Most input bits of a circuit that is read from a file, all parties together. */
export const INPUT_BITS_MAX = 1 << 24;

/** Where and what. */
export interface FileProblem {
  /** What failed; to read unless given. */
  readonly action?: "read" | "write";
  /** Stable name of the kind of problem. */
  readonly kind: string;
  /** Line of the file, counted from 1, if the format has lines. */
  readonly line?: number;
  /** What is there and what is needed, in words. */
  readonly state: string;
}

/** The error for a circuit file that cannot be used. */
export function fileProblem({ action = "read", kind, line, state }: FileProblem): ProgramError {
  const place = line === undefined ? "" : `line ${line}: `;
  return new ProgramError(`Cannot ${action} the circuit: ${place}${state} (${kind})`);
}

/** The error for a circuit without outputs. */
export function noOutputs(action: "read" | "write"): ProgramError {
  return fileProblem({ action, kind: "EmptyOutputs", state: "it has no output bits" });
}

/** The error for a circuit file that asks for more than is allowed. */
export function fileLimit(what: "gates" | "bits", needed: number, max: number): LimitError {
  const things = what === "gates" ? "gates" : "input bits";
  return new LimitError(
    `Cannot read the circuit: it has ${needed} ${things}, more than ${max} (limit "${what}") ` +
      "(MaxCircuitSizeExceeded)",
    { hint: "Use a smaller circuit, or raise the limit" },
  );
}

/** The sum of the widths of all inputs or outputs. */
export function sumOf(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}

/** A part of a file for a message: short, and without what a terminal could take for a command. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text);
}
