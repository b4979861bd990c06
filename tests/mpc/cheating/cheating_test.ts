import { cotRows, guesses } from "./cot.ts";
import { deltaRows } from "./delta.ts";
import { playRow } from "./row.ts";

for (const row of [...cotRows(3), ...deltaRows(3)]) {
  Deno.test(`cheat: ${row.name}`, () => playRow(row));
}
for (const { name, run } of guesses()) Deno.test(name, run);
