import assert from "node:assert/strict";
import { compile } from "../../lib/garble/mod.ts";
import { CHUNK_BITS } from "../../lib/mpc/mod.ts";
import {
  MEASURED_ANDS,
  proposal,
  SLOW_BITS_PER_SECOND,
  USUAL_CHOICES,
  USUAL_K,
  withChosenK,
} from "../../lib/party/mod.ts";
import type { ProposedFacts } from "../../lib/session/mod.ts";
import { trivialFacts } from "../session/facts.ts";

/** What comes of links of these rates, by peer. */
interface Choice {
  readonly k: number;
  readonly measured: readonly string[];
  readonly notices: readonly string[];
}

function factsOf(ands: number, change: Partial<ProposedFacts> = {}): ProposedFacts {
  const { k: _, ...open } = trivialFacts(3);
  return { ...open, circuit: { ...open.circuit, ands }, ...change };
}

async function choose(
  facts: ProposedFacts,
  rates: Readonly<Record<string, number | undefined>>,
): Promise<Choice> {
  const measured: string[] = [];
  const notices: string[] = [];
  const { k, ...rest } = await withChosenK(facts, {
    roster: ["self", ...Object.keys(rates)].map((peer) => ({ peer })),
    self: "self",
    measure: (peer) => {
      measured.push(peer);
      return Promise.resolve(rates[peer]);
    },
    observe: (event) => {
      if (event.kind === "notice") notices.push(event.text);
    },
  });
  const { k: _, ...open } = facts;
  assert.deepEqual(rest, open);
  return { k, measured, notices };
}

const FAST = 1e9;
const SLOW = SLOW_BITS_PER_SECOND - 1;
const LARGE = factsOf(MEASURED_ANDS);

Deno.test("one slow link makes k 8; the links after it are not measured", async () => {
  assert.deepEqual(await choose(LARGE, { a: FAST, b: 9.6e6, c: FAST }), {
    k: 8,
    measured: ["a", "b"],
    notices: ["the slowest link carries about 10 Mbit/s: k = 8"],
  });
  const { k, notices } = await choose(LARGE, { a: 0 });
  assert.equal(k, 8);
  assert.match(notices.join(), /less than 1 Mbit\/s: k = 8/);
  assert.equal((await choose(LARGE, { a: SLOW })).k, 8);
});

Deno.test("with fast links k is 4, the slowest of them is told", async () => {
  assert.deepEqual(await choose(LARGE, { a: FAST, b: SLOW_BITS_PER_SECOND, c: 2 * FAST }), {
    k: 4,
    measured: ["a", "b", "c"],
    notices: ["the slowest link carries about 50 Mbit/s: k = 4"],
  });
  const { notices } = await choose(LARGE, { a: 2 * FAST });
  assert.match(notices.join(), /more than 1 Gbit\/s/);
});

Deno.test("a peer that does not answer leaves k at 4 and is told to nobody", async () => {
  const choice = await choose(LARGE, { a: FAST, b: undefined, c: SLOW });
  assert.deepEqual(choice, { k: 4, measured: ["a", "b"], notices: [] });
});

Deno.test("nothing is measured for a small circuit, over gossip, or where k is named", async () => {
  const none = { measured: [], notices: [] };
  const gossip = factsOf(MEASURED_ANDS, { channel: "gossip" });
  assert.deepEqual(await choose(gossip, { a: SLOW }), { k: 4, ...none });
  assert.deepEqual(await choose(factsOf(MEASURED_ANDS - 1), { a: SLOW }), { k: 4, ...none });
  for (const k of CHUNK_BITS) {
    const { k: chosen, ...rest } = await withChosenK({ ...LARGE, k }, {
      ...{ roster: [{ peer: "a" }], self: "b" },
      measure: () => Promise.reject(new TypeError("measured")),
      observe: () => assert.fail("told"),
    });
    assert.equal(chosen, k);
    assert.equal(rest.circuit, LARGE.circuit);
  }
});

Deno.test("a preprocessing counts the AND gates that it is for", async () => {
  const make = (ands: number): ProposedFacts =>
    factsOf(0, { preprocessing: { kind: "make", ands, inputs: 1 } });
  assert.equal((await choose(make(MEASURED_ANDS), { a: SLOW })).k, 8);
  assert.equal((await choose(make(MEASURED_ANDS - 1), { a: SLOW })).k, USUAL_K);
});

Deno.test("a session with a preprocessing has the k with which that was made", () => {
  const compiled = compile({
    name: "and.garble.rs",
    text: "pub fn main(a: bool, b: bool) -> bool { a & b }",
  });
  assert.ok(compiled.ok);
  const { program } = compiled;
  const stock = { sid: new Uint8Array(32), k: 8 };
  for (const k of [undefined, 2]) {
    const choices = { ...USUAL_CHOICES, k };
    assert.equal(proposal(program, choices, { stock }).k, 8);
    assert.equal(proposal(program, choices).k, k);
  }
});
