/** What one more AND gate costs: bytes of 2,000,000 less those of 1,000,000, over 1,000,000. */
import type { Setting } from "./group.ts";
import { measureSetting } from "./measure.ts";
import { count, table } from "./table.ts";

/** Marginal costs of an AND gate, by party. */
export interface Marginal {
  readonly parties: number;
  readonly k: number;
  readonly chunk: number;
  /** AND gates of the two circuits. */
  readonly ands: readonly number[];
  /** Bytes sent for one more AND gate, by party; party 0 evaluates. */
  readonly marginal_bytes_sent: readonly number[];
  /** Milliseconds of the two cold runs. */
  readonly protocol_ms: readonly number[];
  /** Peak memory of the bigger one, by party. */
  readonly peak_rss_mib: readonly number[];
}

const SMALL = "generated1000000";
const LARGE = "generated2000000";

/** Measures both circuits once: bytes do not vary. */
export async function marginal(setting: Omit<Setting, "circuit">): Promise<Marginal> {
  const { parties, k, chunk } = setting;
  const once = { ...setting, coldOnly: true };
  const small = await measureSetting({ ...once, circuit: SMALL }, 1);
  const large = await measureSetting({ ...once, circuit: LARGE }, 1);
  const ands = large.ands - small.ands;
  return {
    ...{ parties, k, chunk, ands: [small.ands, large.ands] },
    marginal_bytes_sent: large.bytes_sent.map((bytes, i) => {
      return (bytes - (small.bytes_sent[i] ?? 0)) / ands;
    }),
    protocol_ms: [small.protocol_ms, large.protocol_ms],
    peak_rss_mib: large.peak_rss_mib,
  };
}

/** The rows as a table. */
export function marginalTable(rows: readonly Marginal[]): string {
  const head = [
    ...["n", "k", "AND gates", "evaluator, bytes", "garbler, bytes", "time, ms"],
    "peak memory by party, MiB",
  ];
  return table(
    head,
    rows.map((row) => [
      ...[`${row.parties}`, `${row.k}`, row.ands.map(count).join(" and ")],
      ...row.marginal_bytes_sent.slice(0, 2).map((bytes) => bytes.toFixed(1)),
      ...[row.protocol_ms.map(count).join(" and "), row.peak_rss_mib.map(count).join(" / ")],
    ]),
  );
}
