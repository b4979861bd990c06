import assert from "node:assert/strict";
import { watchLoop } from "../../lib/cli/loop_lag.ts";

Deno.test("a late timer is the delay of the event loop, until it was asked", () => {
  let ms = 0;
  let action = (): void => {};
  let left = 0;
  const lag = watchLoop({
    now: () => ms,
    after(wait, run): () => void {
      assert.equal(wait, 1000);
      left++;
      action = run;
      return () => void left--;
    },
  });
  const elapse = (to: number): void => {
    ms = to;
    left--;
    action();
  };
  elapse(1000);
  assert.equal(lag.greatest(), 0);
  elapse(4500);
  elapse(5500);
  assert.equal(lag.greatest(), 2.5);
  assert.equal(lag.greatest(), 0);
  ms = 7500;
  assert.equal(lag.greatest(), 1);
  lag.stop();
  assert.equal(left, 0);
});
