/** The flags that `bench:mpc` and `bench:peers` share. */
import { parseArgs } from "node:util";
import { UsageError } from "../../../lib/base/mod.ts";
import { CHUNK_BITS } from "../../../lib/cli/options_compute.ts";
import { CHUNK_ANDS } from "../../../lib/party/mod.ts";
import type { LinkShape } from "./link.ts";

/** What the user wants measured: every circuit with every number of parties. */
export interface Flags {
  readonly parties: readonly number[];
  readonly circuits: readonly string[];
  readonly ks: readonly number[];
  readonly chunk: number;
  readonly workers: number;
  readonly runs: number;
  readonly link: LinkShape | undefined;
  readonly json: boolean;
  readonly marginal: boolean;
  readonly report: boolean;
  readonly render: boolean;
  readonly coldOnly: boolean;
}

const OPTIONS = {
  parties: { type: "string", default: "2" },
  circuit: { type: "string", default: "aes128" },
  k: { type: "string", default: String(CHUNK_BITS) },
  chunk: { type: "string", default: String(CHUNK_ANDS) },
  workers: { type: "string", default: "1" },
  runs: { type: "string", default: "5" },
  "delay-ms": { type: "string", default: "0" },
  mbit: { type: "string", default: "0" },
  json: { type: "boolean", default: false },
  marginal: { type: "boolean", default: false },
  report: { type: "boolean", default: false },
  render: { type: "boolean", default: false },
  "cold-only": { type: "boolean", default: false },
} as const;

/**
 * Reads the flags: `--parties 2,3 --circuit aes128,sha256 --k 2 --runs 5 --delay-ms 50 --mbit 100 --json`.
 *
 * @throws {UsageError} for an unknown flag or what is no number.
 */
export function readFlags(args: readonly string[]): Flags {
  let values;
  try {
    values = parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (cause) {
    throw new UsageError("Cannot read the flags", { cause, hint: "see docs/PERFORMANCE.md" });
  }
  const numbers = (name: "parties" | "k"): number[] => values[name].split(",").map(toNumber);
  const number = (name: "chunk" | "workers" | "runs" | "delay-ms" | "mbit"): number =>
    toNumber(values[name]);
  const link = { delayMs: number("delay-ms"), mbit: number("mbit") };
  const { json, marginal, report, render } = values;
  return {
    ...{ parties: numbers("parties"), circuits: values.circuit.split(","), ks: numbers("k") },
    ...{ chunk: number("chunk"), workers: number("workers"), runs: number("runs") },
    ...{ link: link.delayMs + link.mbit > 0 ? link : undefined, json, marginal, report, render },
    coldOnly: values["cold-only"],
  };
}

function toNumber(text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new UsageError(`Cannot read "${text}": it is no number`);
}
