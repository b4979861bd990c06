import assert from "node:assert/strict";
import { wasmKernels } from "../../../lib/crypto/mod.ts";
import { CHECKS } from "../../../lib/mpc/mod.ts";
import type { Scene } from "../../sim/adversary.ts";
import { channelTests, sweep } from "./channel.ts";
import { cotRows, guesses } from "./cot.ts";
import { deltaRows } from "./delta.ts";
import { deltaGuess, leakRows } from "./leaks.ts";
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
import { playCaught, playRow, type Row, UnsuitableSeed } from "./row.ts";
import { rowsAfterStock, stockRows } from "./stock.ts";
import { wholeTests } from "./whole.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

/** All rows for n parties. */
function rowsFor(parties: number, options: Partial<Scene> = {}): Row[] {
  const everywhere = [productRows, leakRows, inputRows, evaluatorRows, outputRows];
  const honestPair = [cotRows, deltaRows, coinRows, ownerRows, garblerRows, laterRows];
  const rows = parties === 2 ? everywhere : [...everywhere, ...honestPair];
  const only = parties === 2 ? onlyGarblerRows(options) : [];
  const alone = rows.flatMap((make) => make(parties, options));
  return [...alone, ...only, ...stockRows(parties, options)];
}

const rows = [2, 3].flatMap((parties) => rowsFor(parties));

/** How sessions run: on which kernels, in how many chunks. */
interface Form {
  /** What stands behind the name of a test. */
  readonly suffix: string;
  readonly options: Partial<Scene>;
  /** Numbers of parties of its rows. */
  readonly parties: readonly number[];
  /** Whether it also runs what is no row. */
  readonly whole: boolean;
}

const FORMS: readonly Form[] = [
  { suffix: "", options: {}, parties: [2, 3], whole: SLOW },
  {
    suffix: ", SIMD, chunks",
    options: { kernels: wasmKernels(), chunk: 5 },
    parties: SLOW ? [2, 3] : [3],
    whole: true,
  },
];

for (const { suffix, options, parties, whole } of FORMS) {
  const all = parties.flatMap((n) => [
    ...rowsFor(n, options).map((row) => ({ row, kind: "cheat" })),
    ...rowsAfterStock(n, options).map((row) => ({ row, kind: "cheat with a stock" })),
  ]);
  for (const { row, kind } of all) {
    Deno.test(`${kind}: ${row.name}, n = ${row.scene.parties}${suffix}`, () => playRow(row));
  }
  if (!whole) continue;
  const tests = [
    ...guesses(options),
    ...productGuesses(options),
    deltaGuess(options),
    ...channelTests(options),
    ...sweep(SLOW, options),
    ...privacyTests(options),
    ...wholeTests(options),
  ];
  for (const { name, run } of tests) Deno.test(`${name}${suffix}`, run);
}

if (SLOW) {
  const seeded = ["first", "second", "third"].flatMap((seed) =>
    [2, 3, 4, 5].flatMap((parties) => FORMS.map((form) => ({ seed, parties, form })))
  );
  for (const { seed, parties, form } of seeded) {
    const rowsOf = (attempt: number): Row[] =>
      rowsFor(parties, { ...form.options, seed: `${seed} ${parties} ${attempt}` });
    for (const [i, { name }] of rowsOf(0).entries()) {
      Deno.test(`cheat: ${name}, n = ${parties}, seed ${seed}${form.suffix}`, async () => {
        for (let attempt = 0;; attempt++) {
          try {
            await playCaught(rowsOf(attempt)[i] as Row);
            return;
          } catch (error) {
            if (!(error instanceof UnsuitableSeed) || attempt === 9) throw error;
          }
        }
      });
    }
  }
}

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
