import assert from "node:assert/strict";
import { CheatingError } from "../../lib/base/mod.ts";
import { StoppableChannel, stoppingChecks, strictChecks } from "../../lib/mpc/mod.ts";
import { Handover } from "../../lib/mpc/handover.ts";
import { Ledger } from "../../lib/mpc/ledger.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";

Deno.test("after a failed check nothing leaves, and every later call fails with its error", async () => {
  const [inner] = memoryNetwork(2);
  assert.ok(inner !== undefined);
  const channel = new StoppableChannel(inner);
  const checks = stoppingChecks(strictChecks(), (error) => channel.stop(error));
  checks.require("echo", true, { step: "a" });
  await channel.send(1, "a", new Uint8Array(1));
  let failure: unknown;
  try {
    checks.require("V check", false, { step: "b" });
  } catch (error) {
    failure = error;
  }
  assert.ok(failure instanceof CheatingError && failure.check === "V check");
  // A later error does not replace the first one.
  channel.stop(new Error("later"));
  const same = (error: unknown): boolean => error === failure;
  const held = Uint8Array.of(7);
  await assert.rejects(channel.send(1, "b", held), same);
  assert.deepEqual(held, new Uint8Array(1), "what does not leave is wiped");
  await assert.rejects(channel.recv(1, "b", 1), same);
  await channel.abort("over");
  assert.deepEqual([...inner.traffic.steps.keys()], ["a"]);
  assert.equal(checks.counts.get("V check"), 1);
});

Deno.test("a message that arrives after the stop is not handed over", async () => {
  const [inner, other] = memoryNetwork(2);
  assert.ok(inner !== undefined && other !== undefined);
  const channel = new StoppableChannel(inner);
  const failure = new Error("stopped");
  const received = channel.recv(1, "a", 1);
  channel.stop(failure);
  await other.send(0, "a", new Uint8Array(1));
  await assert.rejects(received, (error) => error === failure);
});

Deno.test("Handover lets the giver go on when its value was taken", async () => {
  const place = new Handover<number>();
  const log: string[] = [];
  const giver = (async (): Promise<void> => {
    for (const value of [1, 2, 3]) {
      await place.give(value);
      log.push(`given ${value}`);
    }
  })();
  for (const value of [1, 2, 3]) {
    for (let turn = 0; turn < 9; turn++) await undefined;
    assert.ok(!log.includes(`given ${value}`));
    assert.equal(await place.take(), value);
  }
  await giver;
  const late = place.take();
  await Promise.all([place.give(4), late.then((value) => assert.equal(value, 4))]);
});

Deno.test("Handover fails whoever waits, and all later calls, with the first error", async () => {
  const first = new Error("first");
  const same = (error: unknown): boolean => error === first;
  for (const side of ["give", "take"] as const) {
    const place = new Handover<number>();
    const waiting = side === "give" ? place.give(1) : place.take();
    place.close(first);
    place.close(new Error("second"));
    await assert.rejects(waiting, same);
    await assert.rejects(place.give(2), same);
    await assert.rejects(place.take(), same);
  }
});

Deno.test("Ledger counts what is held, and the most of it", () => {
  const ledger = new Ledger();
  const first = ledger.hold(10);
  const second = ledger.hold(5);
  first();
  first();
  assert.deepEqual([ledger.live, ledger.takePeak(), ledger.peak], [5, 15, 5]);
  second();
  assert.equal(ledger.live, 0);
});
