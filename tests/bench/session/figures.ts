/** From the runs of a setting to what is shown: medians with their spread, sums, and the checks that ran. */
import { type CheckName, CHECKS, TRAFFIC_PHASES } from "../../../lib/mpc/mod.ts";
import type { EmpFigures, EmpRun } from "./emp_group.ts";
import type { Run, Setting } from "./group.ts";
import type { LinkShape } from "./link.ts";
import type { PartyFigures } from "./protocol.ts";

/** The middle and the ends of some runs. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Times of cold or of warm runs, in milliseconds. */
export interface Times {
  /** From the moment all have joined until everybody has decoded the result. */
  readonly protocol_ms: Spread;
  /** The slowest party's set-up. */
  readonly setup_ms: Spread;
  /** Processor time of all parties together. */
  readonly cpu_ms: Spread;
  /** Median time up to the end of each phase since the end of the one before, by party. */
  readonly phase_ms: readonly Readonly<Record<string, number>>[];
}

/** What came of a setting. Plain numbers are medians of the cold runs. */
export interface Figures {
  readonly engine: "p2p-mpc";
  readonly circuit: string;
  readonly ands: number;
  readonly parties: number;
  readonly k: number;
  readonly chunk: number;
  readonly workers: number;
  readonly link: LinkShape | null;
  readonly runs: number;
  readonly protocol_ms: number;
  readonly setup_ms: number;
  /** Payload bytes of all messages, by party. */
  readonly bytes_sent: readonly number[];
  /** The same by phase, by party. */
  readonly bytes_by_phase: readonly Readonly<Record<string, number>>[];
  readonly messages: readonly number[];
  readonly rounds: number;
  /** Largest of all runs, by party. */
  readonly peak_rss_mib: readonly number[];
  /** How often each check ran, over all parties of one session. */
  readonly checks: Readonly<Record<string, number>>;
  readonly cold: Times;
  /** Absent if there was but one computation. */
  readonly warm: Times | null;
}

/** Figures of emp-wasm; the meaning is that of {@linkcode Figures}. */
export interface EmpSummary {
  readonly engine: "emp-wasm 0.3.2";
  readonly circuit: string;
  readonly parties: number;
  readonly runs: number;
  readonly protocol_ms: number;
  readonly bytes_sent: readonly number[];
  readonly peak_rss_mib: readonly number[];
  readonly cold: Pick<Times, "protocol_ms" | "cpu_ms">;
  readonly warm: Pick<Times, "protocol_ms" | "cpu_ms">;
}

/** Two parties need none of them: nobody else could have been told something different, and V is not opened. */
const MORE_THAN_TWO: readonly CheckName[] = [
  "echo",
  "delta opening",
  "delta MAC check",
  "delta consistency",
  "V opening",
];

/** Median, least and greatest of `values`. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((x, y) => x - y);
  const middle = sorted.length >>> 1;
  const at = (index: number): number => sorted[index] ?? NaN;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}

function max(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Merges records of numbers by key. */
function merge(
  records: readonly Readonly<Record<string, number>>[],
  join: (values: readonly number[]) => number,
): Record<string, number> {
  const keys = new Set(records.flatMap(Object.keys));
  return Object.fromEntries([...keys].map((key) => {
    return [key, join(records.map((record) => record[key] ?? 0))];
  }));
}

/** From the first that had joined to the last that has decoded. */
function protocolMs(parties: readonly PartyFigures[]): number {
  const begin = Math.min(...parties.map(({ joinedAt }) => joinedAt));
  return max(parties.map(({ decodedAt }) => decodedAt)) - begin;
}

function times(runs: readonly (readonly PartyFigures[])[]): Times {
  const parties = runs[0]?.map((_, party) => runs.flatMap((run) => run[party] ?? [])) ?? [];
  return {
    protocol_ms: spread(runs.map(protocolMs)),
    setup_ms: spread(runs.map((run) => max(run.map(({ setupMs }) => setupMs)))),
    cpu_ms: spread(runs.map((run) => sum(run.map(({ cpuMs }) => cpuMs)))),
    phase_ms: parties.map((own) =>
      merge(own.map(({ phaseMs }) => phaseMs), (values) => spread(values).median)
    ),
  };
}

/** The checks that a session of so many parties must have run. */
export function expectedChecks(parties: number): CheckName[] {
  return CHECKS.filter((check) => parties > 2 || !MORE_THAN_TWO.includes(check));
}

/** How often each check ran; throws if one did not. */
export function checkCounts(parties: readonly PartyFigures[]): Record<string, number> {
  const counts = merge(parties.map(({ checks }) => checks), sum);
  const missing = expectedChecks(parties.length).filter((check) => !counts[check]);
  if (missing.length > 0) throw new Error(`Checks that did not run: ${missing.join(", ")}`);
  return counts;
}

/** What the runs of a setting come to. Throws if a check of the protocol did not run. */
export function summarise(
  setting: Setting,
  facts: { readonly ands: number; readonly rounds: number },
  runs: readonly Run[],
): Figures {
  const warm = runs.flatMap((run) => run.warm === undefined ? [] : [run.warm]);
  const sessions = [...runs.map((run) => run.cold), ...warm];
  const [first] = sessions;
  if (first === undefined) throw new TypeError("There are no runs");
  const checks = sessions.map(checkCounts)[0] ?? {};
  const cold = times(runs.map((run) => run.cold));
  const { circuit, parties, k, chunk, workers, link } = setting;
  const phases = TRAFFIC_PHASES;
  return {
    ...{ engine: "p2p-mpc", circuit, ands: facts.ands, parties, k, chunk, workers },
    ...{ link: link ?? null, runs: runs.length },
    protocol_ms: cold.protocol_ms.median,
    setup_ms: cold.setup_ms.median,
    bytes_sent: first.map(({ bytesSent }) => sum(phases.map((phase) => bytesSent[phase]))),
    bytes_by_phase: first.map(({ bytesSent }) => bytesSent),
    messages: first.map(({ messages }) => messages),
    rounds: facts.rounds,
    peak_rss_mib: first.map((_, party) =>
      max(sessions.map((session) => session[party]?.peakRssMib ?? 0))
    ),
    ...{ checks, cold, warm: warm.length === 0 ? null : times(warm) },
  };
}

function empTimes(runs: readonly (readonly EmpFigures[])[]): EmpSummary["cold"] {
  const protocol = runs.map((run) => {
    const begin = Math.min(...run.map(({ startedAt }) => startedAt));
    return max(run.map(({ endedAt }) => endedAt)) - begin;
  });
  const cpu = runs.map((run) => sum(run.map(({ cpuMs }) => cpuMs)));
  return { protocol_ms: spread(protocol), cpu_ms: spread(cpu) };
}

/** What runs of emp-wasm come to. */
export function summariseEmp(
  circuit: string,
  parties: number,
  runs: readonly EmpRun[],
): EmpSummary {
  const sessions = runs.flatMap(({ cold, warm }) => [cold, warm]);
  const first = sessions[0] ?? [];
  const cold = empTimes(runs.map((run) => run.cold));
  return {
    ...{ engine: "emp-wasm 0.3.2", circuit, parties, runs: runs.length },
    protocol_ms: cold.protocol_ms.median,
    bytes_sent: first.map(({ bytesSent }) => bytesSent),
    peak_rss_mib: first.map((_, party) =>
      max(sessions.map((session) => session[party]?.peakRssMib ?? 0))
    ),
    ...{ cold, warm: empTimes(runs.map((run) => run.warm)) },
  };
}
