import { cotRows, guesses } from "./cot.ts";
import { deltaRows } from "./delta.ts";
import { coinRows, productGuesses, productRows } from "./products.ts";
import { playRow } from "./row.ts";

const rows = [
  ...cotRows(3),
  ...deltaRows(3),
  ...productRows(3),
  ...productRows(2),
  ...coinRows(3),
];

for (const row of rows) Deno.test(`cheat: ${row.name}`, () => playRow(row));
for (const { name, run } of [...guesses(), ...productGuesses()]) Deno.test(name, run);
