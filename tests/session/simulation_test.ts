/** Safety and liveness of the session under lost, doubled and reordered gossip. */
import assert from "node:assert/strict";
import { AgreementError, equal, MpcError } from "../../lib/base/mod.ts";
import { type Scenario, type SimResult, simulate } from "../sim/lobby.ts";

const SEEDS = Deno.env.get("P2P_MPC_SLOW") === "1" ? 200 : 10;

function everySeed(body: (parties: number, seed: number) => void): void {
  for (const parties of [2, 3, 5]) {
    for (let seed = 1; seed <= SEEDS; seed++) body(parties, seed);
  }
}

/** No two parties start different sessions, and nobody starts before all have signed. */
function assertSafe(result: SimResult, what: string): void {
  const sids = result.ends.flatMap(({ sid }) => sid === undefined ? [] : [sid]);
  for (const sid of sids) assert.ok(equal(sid, sids[0] ?? sid), `${what}: different sessions`);
  assert.equal(result.early, false, `${what}: a party started too early`);
  for (const { error } of result.ends) {
    assert.ok(
      error === undefined || error instanceof MpcError || error.message === "crashed",
      what,
    );
  }
}

function run(scenario: Scenario, maxMs = 60_000): SimResult {
  const result = simulate(scenario, maxMs);
  assertSafe(result, JSON.stringify(scenario));
  return result;
}

Deno.test("the session starts for all once the network heals", () => {
  everySeed((parties, seed) => {
    const scenario = { parties, seed, loss: 0.7, healMs: 5000, waitMs: 30_000 };
    const { ends } = run(scenario);
    for (const [party, { sid, error }] of ends.entries()) {
      assert.ok(
        sid,
        `${JSON.stringify(scenario)}: party ${party} did not start: ${error?.message}`,
      );
    }
  });
});

Deno.test("joiners without a number get different ones, and all start the same session", () => {
  everySeed((parties, seed) => {
    const scenario = { parties, seed, loss: 0.5, healMs: 5000, waitMs: 30_000, anyNumbers: true };
    const { ends, numbers } = run(scenario);
    for (const [party, { sid, error }] of ends.entries()) {
      assert.ok(sid, `${seed}: party ${party} did not start: ${error?.message}`);
    }
    const expected = Array.from({ length: parties }, (_, index) => index);
    assert.deepEqual(numbers.toSorted((a, b) => a - b), expected);
    assert.equal(numbers[0], 0);
  });
});

Deno.test("the session starts for all or ends for all when time is short", () => {
  let failures = 0;
  everySeed((parties, seed) => {
    const { ends } = run({
      parties,
      seed,
      loss: 0.8,
      healMs: Infinity,
      waitMs: 2500,
      joinMs: 9000,
    });
    for (const [party, { sid, error }] of ends.entries()) {
      assert.ok(sid !== undefined || error !== undefined, `party ${party} hangs, seed ${seed}`);
      if (error !== undefined) failures += 1;
    }
  });
  assert.ok(failures > 0, "the network is too good to test anything");
});

Deno.test("nobody starts when one party has another circuit", () => {
  everySeed((parties, seed) => {
    const scenario = { parties, seed, loss: 0.3, healMs: 3000, waitMs: 20_000, otherFacts: true };
    for (const { sid, error } of run(scenario).ends) {
      assert.equal(sid, undefined);
      assert.ok(error instanceof MpcError, `${seed}: no error`);
    }
  });
});

Deno.test("everybody learns that one party has another circuit when nothing is lost", () => {
  everySeed((parties, seed) => {
    const scenario = { parties, seed, loss: 0, healMs: 0, waitMs: 20_000, otherFacts: true };
    for (const { sid, error } of run(scenario).ends) {
      assert.equal(sid, undefined);
      assert.ok(error instanceof MpcError);
      // Who has not met the creator yet only sees that it goes.
      const gone = /lost the connection to its creator$/.test(error.message);
      assert.ok(error instanceof AgreementError || gone, `${seed}: ${error.message}`);
      assert.match(error.message, /another circuit from the same program|left:|lost/);
    }
  });
});

Deno.test("nobody starts when one party does not consent", () => {
  everySeed((parties, seed) => {
    const scenario = { parties, seed, loss: 0.3, healMs: 3000, waitMs: 20_000, noConsent: true };
    for (const { sid, error } of run(scenario).ends) {
      assert.equal(sid, undefined);
      assert.ok(error instanceof MpcError, `${seed}: no error`);
    }
  });
});

Deno.test("a crash ends the session for the others or leaves them waiting for another one", () => {
  everySeed((parties, seed) => {
    const crashMs = 200 + seed * 150 % 4000;
    const scenario = { parties, seed, loss: 0.2, healMs: 2000, waitMs: 3000, crashMs };
    const { ends } = run(scenario);
    for (const [party, { sid, error }] of ends.slice(0, -1).entries()) {
      const waits = party === 0 && parties === 2;
      assert.ok(sid !== undefined || error !== undefined || waits, `party ${party}, seed ${seed}`);
    }
  });
});
