import assert from "node:assert/strict";
import { chosenKernels } from "../../lib/cli/kernels.ts";
import { chooseKernels } from "../../lib/crypto/mod.ts";
import type { Event } from "../../lib/observability/mod.ts";

Deno.test("chosenKernels() warns in the log when the machine has no SIMD", () => {
  const events: Event[] = [];
  const observe = (event: Event): void => void events.push(event);
  assert.equal(chosenKernels(chooseKernels(() => false), observe).name, "typescript");
  assert.equal(chosenKernels(chooseKernels(), observe).name, "wasm");
  assert.equal(events.length, 1);
  const [event] = events;
  assert.ok(event?.kind === "log" && event.level === "warn" && /SIMD/.test(event.text));
});
