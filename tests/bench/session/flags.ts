/** The flags that `bench:mpc` and `bench:peers` share. */
import { parseArgs } from "node:util";
import { UsageError } from "../../../lib/base/mod.ts";
import { USUAL_K } from "../../../lib/party/mod.ts";
import { CHUNK_BITS as KS, PARTIES_MAX } from "../../../lib/mpc/party.ts";
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
  readonly atOnce: boolean;
}

/** Smallest and largest value. */
type Range = readonly [least: number, most: number];

const PARTIES: Range = [2, PARTIES_MAX];

const OPTIONS = {
  parties: { type: "string", default: "2" },
  circuit: { type: "string", default: "aes128" },
  k: { type: "string", default: String(USUAL_K) },
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
  "at-once": { type: "boolean", default: false },
} as const;

/**
 * Reads the flags: `--parties 2,3 --circuit aes128,sha256 --k 2 --runs 5 --delay-ms 50 --mbit 100 --json`.
 *
 * @throws {UsageError} for an unknown flag or a number out of its range.
 */
export function readFlags(args: readonly string[]): Flags {
  let values;
  try {
    values = parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (cause) {
    throw new UsageError("Cannot read the flags", { cause, hint: "see docs/PERFORMANCE.md" });
  }
  const number = (
    name: "chunk" | "workers" | "runs" | "delay-ms" | "mbit",
    least: number,
  ): number => toNumber(values[name], [least, Infinity]);
  const link = { delayMs: number("delay-ms", 0), mbit: number("mbit", 0) };
  const { json, marginal, report, render } = values;
  return {
    parties: values.parties.split(",").map((text) => toNumber(text, PARTIES)),
    circuits: values.circuit.split(","),
    ks: values.k.split(",").map(toK),
    ...{ chunk: number("chunk", 1), workers: number("workers", 0), runs: number("runs", 1) },
    ...{ link: link.delayMs + link.mbit > 0 ? link : undefined, json, marginal, report, render },
    coldOnly: values["cold-only"],
    atOnce: values["at-once"],
  };
}

function toNumber(text: string, [least, most]: Range): number {
  const value = Number(text);
  if (text !== "" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Infinity ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new UsageError(`Cannot read "${text}": it is no whole number ${range}`);
}

function toK(text: string): number {
  const k = KS.find((k) => String(k) === text);
  if (k === undefined) throw new UsageError(`Cannot read "${text}": k is one of ${KS.join(", ")}`);
  return k;
}
