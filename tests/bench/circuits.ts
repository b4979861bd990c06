/**
 * The table of AND gates: ours, those of the language's reference compiler, and the ratio. With
 * `--write` it also makes the snapshot that the tests compare with.
 */
import { type Cost, costOf, costRows } from "../garble/costs.ts";

const SNAPSHOT = new URL("../data/and_counts.json", import.meta.url);

function line(columns: readonly (string | number)[]): string {
  return columns.map((column, i) => i === 0 ? `${column}`.padEnd(32) : `${column}`.padStart(9))
    .join(" ");
}

const snapshot: Record<string, Cost> = {};
const lines = [line(["program", "ours", "+ hiding", "theirs", "ratio"])];
for (const row of costRows()) {
  const cost = costOf(row);
  snapshot[row.name] = cost;
  const ours = cost.ands - cost.hiding;
  const ratio = ours === 0 ? (row.theirs === 0 ? "1.00" : "-") : (row.theirs / ours).toFixed(2);
  lines.push(line([row.name, ours, cost.ands, row.theirs, ratio]));
}
// deno-lint-ignore no-console
console.log(lines.join("\n"));
if (Deno.args.includes("--write")) {
  Deno.writeTextFileSync(SNAPSHOT, `${JSON.stringify(snapshot, null, 2)}\n`);
}
