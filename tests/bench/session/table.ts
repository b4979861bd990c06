/** Figures as tables in Markdown, which people read in a terminal too. */
import { TRAFFIC_PHASES } from "../../../lib/mpc/mod.ts";
import type { Figures, Spread } from "./figures.ts";
import type { Comparison } from "./measure.ts";
import { CIRCUITS } from "./workloads.ts";

/** Title of a circuit. */
export function titleOf(circuit: string): string {
  return CIRCUITS[circuit] ?? circuit;
}

/** A table; numbers are right-aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) => {
    return rows.reduce((most, row) => Math.max(most, (row[i] ?? "").length), name.length);
  });
  const line = (cells: readonly string[]): string => {
    return `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  };
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** A whole number with thousands apart. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Median and, where there were several runs, the ends in brackets. */
export function ms(spread: Spread | undefined): string {
  if (spread === undefined) return "";
  const { median, min, max } = spread;
  if (min === max) return count(median);
  return `${count(median)} (${count(min)}–${count(max)})`;
}

/** The network of a setting in words. */
export function linkText({ link }: Figures): string {
  if (link === null) return "loopback";
  const speed = link.mbit === 0 ? "" : `, ${link.mbit} Mbit/s`;
  return `${link.delayMs} ms one way${speed}`;
}

/** Time, bytes and memory of each setting. */
export function timeTable(all: readonly Figures[]): string {
  const head = [
    ...["circuit", "n", "k", "network", "cold, ms", "warm, ms", "set-up cold, ms"],
    ...["set-up warm, ms", "CPU of all, warm, ms", "rounds", "sent by party, bytes"],
    "peak memory by party, MiB",
  ];
  return table(
    head,
    all.map((row) => [
      ...[`${titleOf(row.circuit)} (${count(row.ands)} AND)`, `${row.parties}`, `${row.k}`],
      ...[linkText(row), ms(row.cold.protocol_ms), ms(row.warm?.protocol_ms)],
      ...[ms(row.cold.setup_ms), ms(row.warm?.setup_ms), ms(row.warm?.cpu_ms), `${row.rounds}`],
      ...[row.bytes_sent.map(count).join(" / "), row.peak_rss_mib.map(count).join(" / ")],
    ]),
  );
}

/** Bytes of each phase, of the evaluator (party 0) and of a garbler (party 1). */
export function bytesTable(all: readonly Figures[]): string {
  const head = ["circuit", "n", "k", "party", ...TRAFFIC_PHASES, "sum", "for each AND"];
  return table(
    head,
    all.flatMap((row) =>
      [0, 1].map((party) => {
        const phases = row.bytes_by_phase[party] ?? {};
        const sum = row.bytes_sent[party] ?? 0;
        return [
          ...[titleOf(row.circuit), `${row.parties}`, `${row.k}`],
          party === 0 ? "evaluator" : "garbler",
          ...TRAFFIC_PHASES.map((phase) => count(phases[phase] ?? 0)),
          ...[count(sum), (sum / row.ands).toFixed(1)],
        ];
      })
    ),
  );
}

/** Time of each phase in warm runs. */
export function phaseTable(all: readonly Figures[]): string {
  const phases = [...new Set(all.flatMap(({ warm }) => warm?.phase_ms.flatMap(Object.keys) ?? []))];
  return table(
    ["circuit", "n", "party", ...phases],
    all.flatMap((row) =>
      [0, 1].map((party) => [
        ...[titleOf(row.circuit), `${row.parties}`, party === 0 ? "evaluator" : "garbler"],
        ...phases.map((phase) => {
          const time = row.warm?.phase_ms[party]?.[phase];
          return time === undefined ? "" : count(time);
        }),
      ])
    ),
  );
}

/** What a worker costs, and brings. */
export function threadsTable(all: readonly Figures[]): string {
  return table(
    ["circuit", "n", "`--workers`", "cold, ms", "warm, ms", "CPU of all, warm, ms"],
    all.map((row) => [
      ...[titleOf(row.circuit), `${row.parties}`, `${row.workers}`, ms(row.cold.protocol_ms)],
      ...[ms(row.warm?.protocol_ms), ms(row.warm?.cpu_ms)],
    ]),
  );
}

/** How often each check ran. */
export function checksTable(all: readonly Figures[]): string {
  const names = [...new Set(all.flatMap(({ checks }) => Object.keys(checks)))];
  return table(
    ["circuit", "n", ...names],
    all.map((row) => [
      ...[titleOf(row.circuit), `${row.parties}`],
      ...names.map((name) => count(row.checks[name] ?? 0)),
    ]),
  );
}

/** Both engines side by side. */
export function peersTable(all: readonly Comparison[]): string {
  const head = [
    ...["circuit", "n", "p2p-mpc cold, ms", "emp-wasm cold, ms", "ratio"],
    ...["p2p-mpc warm, ms", "emp-wasm warm, ms", "ratio"],
    ...["p2p-mpc sent by party", "emp-wasm sent by party"],
  ];
  return table(
    head,
    all.map((row) => [
      ...[titleOf(row.circuit), `${row.parties}`, ms(row.cold.protocol_ms)],
      ...[ms(row.peer.cold.protocol_ms), row.ratio.toFixed(1), ms(row.warm?.protocol_ms)],
      ...[ms(row.peer.warm.protocol_ms), row.warm_ratio?.toFixed(1) ?? ""],
      ...[row.bytes_sent.map(count).join(" / "), row.peer.bytes_sent.map(count).join(" / ")],
    ]),
  );
}
