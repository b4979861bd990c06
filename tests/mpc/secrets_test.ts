import assert from "node:assert/strict";
import { Secrets } from "../../lib/mpc/secrets.ts";

Deno.test("take() uses what was given back, once, if it fits", () => {
  const secrets = new Secrets();
  const first = secrets.take(1000);
  assert.notEqual(secrets.take(1000).buffer, first.buffer);
  secrets.give(first, first.subarray(16));
  assert.notEqual(secrets.take(400).buffer, first.buffer, "wastes more than half");
  assert.notEqual(secrets.take(1001).buffer, first.buffer, "is too small");
  const again = secrets.take(600);
  assert.equal(again.buffer, first.buffer);
  assert.equal(again.length, 600);
  assert.notEqual(secrets.take(600).buffer, first.buffer);
});

Deno.test("wipe() overwrites what was taken, given back or kept, and forgets it", () => {
  const secrets = new Secrets();
  const taken = secrets.take(32).fill(1);
  const given = secrets.take(32).fill(2);
  const kept = new Uint8Array(32).fill(3);
  secrets.give(given);
  secrets.keep(kept.subarray(8, 16), kept);
  secrets.wipe();
  for (const array of [taken, given, kept]) assert.deepEqual(array, new Uint8Array(32));
  assert.notEqual(secrets.take(32).buffer, given.buffer);
});

Deno.test("keep() after wipe() wipes at once", () => {
  const secrets = new Secrets();
  secrets.wipe();
  const late = new Uint8Array(32).fill(4);
  secrets.keep(late.subarray(8, 16));
  assert.deepEqual(late, new Uint8Array(32));
});
