import assert from "node:assert/strict";
import { liveSystem } from "../../lib/cli/live_output.ts";
import { fakeSystem } from "./fake_system.ts";

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

Deno.test("a reader that has stopped holds nobody: lines wait within a bound, the rest is told and counted", async () => {
  const fake = fakeSystem();
  const taken: string[] = [];
  let read = (): void => {};
  const send = async (text: string): Promise<void> => {
    await new Promise<void>((resolve) => read = resolve);
    taken.push(text);
  };
  const told: string[] = [];
  const outside = { ...fake, stdout: { ...fake.stdout, send } };
  const { system, settle } = liveSystem(outside, (text) => told.push(text));
  const line = `${"x".repeat(1023)}\n`;
  for (let i = 0; i < 3000; i++) system.stdout.write(line);
  assert.deepEqual(told, ["standard output is not read; lines are dropped until it is"]);
  system.stderr.write("still here\n");
  assert.equal(fake.err(), "still here\n");
  const settled = settle();
  fake.elapse();
  await settled;
  read();
  await turn();
  system.stdout.write(line);
  read();
  await turn();
  read();
  await turn();
  assert.deepEqual(told.slice(1), ["standard output is read again; 1975 lines were dropped"]);
  assert.deepEqual(taken.map((text) => text.length), [1024, 1 << 20, 1024]);
  assert.equal(fake.left(), 0);
});
