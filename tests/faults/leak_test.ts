import assert from "node:assert/strict";
import type { Held } from "./leak.ts";

const SESSIONS = Deno.env.get("P2P_MPC_SLOW") === "1" ? 500 : 40;
/** What the code itself may grow by while it becomes warm. */
const WARM_BYTES = 2 << 20;
/** Longest time for a session. */
const GUARD_MS = 4000;

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
  const [early, late] = held;
  assert.ok(early !== undefined && late !== undefined);
  assert.equal(late.files, early.files, "open files");
  assert.equal(late.active, 0, "timers, listeners and the like");
  const grown = late.heapBytes - early.heapBytes;
  assert.ok(grown < WARM_BYTES, `memory grew by ${grown} bytes`);
});
