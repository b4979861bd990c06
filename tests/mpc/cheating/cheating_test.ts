import assert from "node:assert/strict";
import { CHECKS } from "../../../lib/mpc/mod.ts";
import type { Scene } from "../../sim/adversary.ts";
import { channelTests, sweep } from "./channel.ts";
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
import { privacyTests } from "./privacy.ts";
import { coinRows, productGuesses, productRows } from "./products.ts";
import { playRow, type Row } from "./row.ts";
import { rowsAfterStock, stockRows } from "./stock.ts";
import { wholeTests } from "./whole.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

/** All rows for n parties. */
function rowsFor(parties: number, options: Partial<Scene> = {}): Row[] {
  const everywhere = [productRows, inputRows, evaluatorRows, outputRows];
  const honestPair = [cotRows, deltaRows, coinRows, ownerRows, garblerRows, laterRows];
  const rows = parties === 2 ? everywhere : [...everywhere, ...honestPair];
  const only = parties === 2 ? onlyGarblerRows(options) : [];
  const alone = rows.flatMap((make) => make(parties, options));
  return [...alone, ...only, ...stockRows(parties, options)];
}

const rows = [2, 3].flatMap((parties) => rowsFor(parties));
for (const row of rows) {
  Deno.test(`cheat: ${row.name}, n = ${row.scene.parties}`, () => playRow(row));
}

for (const row of [2, 3].flatMap((parties) => rowsAfterStock(parties))) {
  Deno.test(`cheat with a stock: ${row.name}, n = ${row.scene.parties}`, () => playRow(row));
}

if (SLOW) {
  for (const seed of ["first", "second", "third"]) {
    for (const parties of [2, 3, 4, 5]) {
      for (const row of rowsFor(parties, { seed: `${seed} ${parties}` })) {
        Deno.test(`cheat: ${row.name}, n = ${parties}, seed ${seed}`, () => playRow(row));
      }
    }
  }
}

const tests = [
  ...guesses(),
  ...productGuesses(),
  ...channelTests(),
  ...sweep(SLOW),
  ...privacyTests(),
  ...wholeTests(),
];
for (const { name, run } of tests) Deno.test(name, run);

Deno.test("every check is hit by some cheat", () => {
  const hit = new Set(rows.map(({ check }) => check));
  assert.deepEqual([...hit].sort(), [...CHECKS].sort());
});

Deno.test("docs/PROTOCOL.md lists every cheat with its check", async () => {
  const text = await Deno.readTextFile(new URL("../../../docs/PROTOCOL.md", import.meta.url));
  const lines = text.split("\n");
  for (const { name, check } of rows) {
    assert.ok(lines.some((line) => line.includes(`| ${check} | ${name} |`)), `${check}: ${name}`);
  }
});
