/**
 * Benchmark of whole computations: n processes with libp2p nodes on loopback.
 *
 * usage: deno task bench:mpc [--parties 2,3] [--circuit aes128,sha256,join16] [--k 2,4] [--runs 5]
 *          [--delay-ms 50 --mbit 100] [--workers 0] [--chunk N] [--cold-only] [--at-once] [--marginal] [--json]
 *        deno task bench:mpc --report [--parties 2,3,5] [--runs 5]    measures the standard set for docs/PERFORMANCE.md
 *        deno task bench:mpc --render               writes its tables and plots from what was measured last
 *
 * Every party is a process of its own, and computes with every check on. The clock runs from the moment all
 * have joined until the last has decoded the result. Cold is the first computation of fresh processes, which
 * have rehearsed as parties do that wait for others (not with --at-once), warm their second. A result that is
 * wrong, or a check that did not run, ends in exit code 1.
 */
import type { Figures } from "./figures.ts";
import { type Flags, readFlags } from "./flags.ts";
import { measureSetting } from "./measure.ts";
import { type Marginal, marginal, marginalTable } from "./marginal.ts";
import { print, runProgram } from "./program.ts";
import { report } from "./report.ts";
import { bytesTable, checksTable, phaseTable, timeTable } from "./table.ts";

async function measureAll(flags: Flags): Promise<Figures[]> {
  const { chunk, workers, link, runs, coldOnly, atOnce } = flags;
  const all: Figures[] = [];
  for (const circuit of flags.circuits) {
    for (const parties of flags.parties) {
      for (const k of flags.ks) {
        const setting = { circuit, parties, k, chunk, workers, coldOnly, atOnce };
        all.push(await measureSetting(link === undefined ? setting : { ...setting, link }, runs));
      }
    }
  }
  return all;
}

function text(all: readonly Figures[]): string {
  return [
    "Time, median of the runs (fastest–slowest):",
    timeTable(all),
    "Payload bytes sent, by phase:",
    bytesTable(all),
    "Time up to the end of each phase since the end of the one before, warm, in ms:",
    phaseTable(all),
    "Checks that ran, over all parties of one session:",
    checksTable(all),
  ].join("\n\n");
}

async function main(args: readonly string[]): Promise<void> {
  const flags = readFlags(args);
  if (flags.report || flags.render) return await report(flags);
  if (flags.marginal) {
    const { chunk, workers } = flags;
    const rows: Marginal[] = [];
    for (const parties of flags.parties) {
      for (const k of flags.ks) rows.push(await marginal({ parties, k, chunk, workers }));
    }
    return print(
      flags.json ? JSON.stringify(rows.length === 1 ? rows[0] : rows) : marginalTable(rows),
    );
  }
  const all = await measureAll(flags);
  print(flags.json ? JSON.stringify(all.length === 1 ? all[0] : all, undefined, 2) : text(all));
}

await runProgram(main);
