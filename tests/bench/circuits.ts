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
/** Programs that were measured with the reference compiler, but whose texts are not at hand. */
const WITHOUT_TEXT: Readonly<Record<string, number>> = {
  "calculator": 564,
  "credit scoring": 31_089,
  "screening join of 4 + 4 rows": 5_314,
  "screening join of 16 + 16 rows": 33_773,
  "screening join of 64 + 64 rows": 180_269,
  "percentage benchmark": 7_702,
  "SQL example of 8 x 8 rows": 18_383,
};

const notes = [
  "ours: ANDs without those that hide the result of a panic, one for each bit of the result.",
  "-x: one AND more than theirs, since the smallest number has no negation and panics; theirs has no check.",
  "dot product: theirs with every check, which it loses in indexed loops.",
  "join_iter: equal, as both compare with one AND a bit in the same network.",
  "No row for programs that were measured, but whose texts are unknown; their ANDs by the reference compiler:",
  ...Object.entries(WITHOUT_TEXT).map(([name, ands]) => `  ${name}: ${ands}`),
];
// deno-lint-ignore no-console
console.log([...lines, "", ...notes].join("\n"));
if (Deno.args.includes("--write")) {
  Deno.writeTextFileSync(SNAPSHOT, `${JSON.stringify(snapshot, null, 2)}\n`);
}
