import { cotRows, guesses } from "./cot.ts";
import { deltaRows } from "./delta.ts";
import {
  evaluatorRows,
  garblerRows,
  inputRows,
  laterRows,
  onlyGarblerRows,
  outputRows,
  ownerRows,
} from "./online.ts";
import { coinRows, productGuesses, productRows } from "./products.ts";
import { playRow } from "./row.ts";

const rows = [
  ...cotRows(3),
  ...deltaRows(3),
  ...productRows(3),
  ...productRows(2),
  ...coinRows(3),
  ...inputRows(3),
  ...inputRows(2),
  ...ownerRows(3),
  ...garblerRows(3),
  ...onlyGarblerRows(),
  ...evaluatorRows(3),
  ...evaluatorRows(2),
  ...laterRows(3),
  ...outputRows(3),
  ...outputRows(2),
];

for (const row of rows) Deno.test(`cheat: ${row.name}`, () => playRow(row));
for (const { name, run } of [...guesses(), ...productGuesses()]) Deno.test(name, run);
