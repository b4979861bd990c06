import assert from "node:assert/strict";
import { dialReason } from "../../lib/net/failures.ts";

// feature: B72
Deno.test("dialReason() tells who is not there from who is behind a firewall", () => {
  const about = (name: string, message: string): string => {
    const cause = Object.assign(new Error(message), { name });
    return dialReason(new AggregateError([new Error("dial failed", { cause })]));
  };
  assert.equal(about("Error", "connect ECONNREFUSED"), "the connection was refused");
  assert.equal(about("TimeoutError", "the time is over"), "no answer in time");
  assert.equal(about("Error", "connect ETIMEDOUT"), "no answer in time");
  assert.equal(about("Error", "connect EHOSTUNREACH"), "there is no route to that address");
  assert.equal(dialReason("something"), "unknown reason");
});
