/** Counts of what faults did. */
import { type Kind, KINDS } from "./kinds.ts";
import type { Outcome } from "./table.ts";

function counted(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${value} ${count}`).join(", ");
}

/** A row for each kind: runs, hits, the phases that were hit, and how it ended for victims and for others. */
export function tally(records: readonly Outcome[]): string {
  const rows = KINDS.map((kind) => {
    const runs = records.filter(({ plan }) => plan.kind === kind);
    const hits = runs.flatMap(({ hit }) =>
      hit === undefined ? [] : [hit.replace("mpc phase ", "")]
    );
    const of = (isVictim: boolean): string =>
      counted(
        runs.flatMap(({ plan, outcomes }) =>
          outcomes.filter((_, party) => (party === plan.victim) === isVictim)
        ),
      );
    return [kind, `${runs.length}`, `${hits.length}`, counted(hits), of(true), of(false)];
  });
  const head = ["fault", "runs", "hits", "in phase", "victim", "others"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

/** Kinds that were tried and never hit the protocol while it ran. */
export function missed(records: readonly Outcome[]): Kind[] {
  const tried = new Set(records.map(({ plan }) => plan.kind));
  const ran = records.filter(({ hit }) => hit?.startsWith("mpc phase"));
  const done = new Set(ran.map(({ plan }) => plan.kind));
  return [...tried].filter((kind) => !done.has(kind));
}
