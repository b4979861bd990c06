import assert from "node:assert/strict";
import type { Held } from "./leak.ts";

const SESSIONS = Deno.env.get("P2P_MPC_SLOW") === "1" ? 500 : 40;
/** What the code itself may grow by while it becomes warm. */
const WARM_BYTES = 4 << 20;
/** Longest time for a session. */
const GUARD_MS = 4000;
/** How much the number of timers varies from session to session. */
const TIMERS = 10;

function most(held: readonly Held[], what: keyof Held): number {
  return Math.max(...held.map((each) => each[what]));
}

function least(held: readonly Held[], what: keyof Held): number {
  return Math.min(...held.map((each) => each[what]));
}

Deno.test(`${SESSIONS} sessions in one process leave no memory, file or timer behind`, async () => {
  const script = new URL("leak.ts", import.meta.url).pathname;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [..."run -A --quiet --no-check --v8-flags=--expose-gc".split(" "), script, `${SESSIONS}`],
    stderr: "inherit",
    signal: AbortSignal.timeout(SESSIONS * GUARD_MS),
  }).output();
  assert.equal(code, 0, "the process failed, or something kept it alive");
  const held = new TextDecoder().decode(stdout).trim().split("\n")
    .map((line): Held => JSON.parse(line));
  assert.equal(held.length, SESSIONS);
  const quarter = SESSIONS >> 2;
  const early = held.slice(quarter, 2 * quarter);
  const late = held.slice(-quarter);
  assert.equal(most(late, "files"), most(early, "files"), "open files");
  assert.ok(most(late, "active") <= most(early, "active") + TIMERS, "timers");
  // Why the least: what the time-outs of the last seconds hold comes on top, and depends on the machine's speed.
  const grown = least(late, "heapBytes") - least(early, "heapBytes");
  assert.ok(grown < WARM_BYTES, `memory grew by ${grown} bytes`);
});
