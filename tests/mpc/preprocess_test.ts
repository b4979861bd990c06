import assert from "node:assert/strict";
import { LimitError, ProtocolError, utf8 } from "../../lib/base/mod.ts";
import { type CircuitSource, evaluate } from "../../lib/circuit/mod.ts";
import { seededRng, sha256, typescriptKernels } from "../../lib/crypto/mod.ts";
import {
  batchShape,
  makeStock,
  onlineSalt,
  preprocess,
  runMpc,
  type Shares,
  storedMaterial,
} from "../../lib/mpc/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { dealer } from "../sim/dealer.ts";
import { engineParties, parametersOf } from "../sim/engine.ts";
import { Forgetful } from "../sim/forgetful.ts";
import { flipBit } from "../sim/lies.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { endings, verdict } from "../sim/parties.ts";
import { reveal } from "../sim/plain.ts";
import { seededRandom } from "../sim/random.ts";
import { computeFromStocks, MemorySink, stockUp, termsOf } from "../sim/stock.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

/** Input bits of all parties. */
function inputBits(circuit: CircuitSource): number {
  return circuit.header.inputs.reduce((sum, bits) => sum + bits, 0);
}

for (const n of [2, 3, 5]) {
  for (let evaluator = 0; evaluator < n; evaluator++) {
    Deno.test(`random circuits from a stock, n = ${n}, evaluator ${evaluator}`, async () => {
      for (let run = 0; run < (SLOW ? 20 : 1); run++) {
        const seed = 1000 * n + 10 * evaluator + run;
        const random = seededRandom(seed);
        const circuit = randomCircuit(seed, {
          ...{ parties: n, inputsPerParty: 4 + random(9), gates: 30 + random(120) },
          ands: (3 + random(7)) / 10,
        });
        // As much as is needed, or more; a chunk may take a part of its batch.
        const demand = {
          ands: circuit.header.ands + random(2) * random(70),
          inputs: inputBits(circuit) + random(9),
        };
        const options = { parties: n, evaluator, chunk: 15 + random(60), seed: `stock ${seed}` };
        const inputs = randomInputs(seed, circuit.header.inputs);
        const stocks = await stockUp(options, demand);
        const outputs = await computeFromStocks(options, stocks, circuit, inputs);
        const wanted = evaluate(circuit, inputs);
        for (const output of outputs) assert.deepEqual(output, wanted);
      }
    });
  }
}

Deno.test("set-up, preprocessing and session, on real OT", async () => {
  const parties = 3;
  const circuit = randomCircuit(9, { parties, inputsPerParty: 5, gates: 80 });
  const inputs = randomInputs(4, circuit.header.inputs);
  const parameters = parametersOf({ parties, evaluator: 1, chunk: 20 });
  const demand = { ands: circuit.header.ands, inputs: inputBits(circuit) };
  const kernels = typescriptKernels;
  const sid = sha256(utf8("preprocessing"));
  const sinks = await Promise.all(
    memoryNetwork(parties).map(async (channel) => {
      const sink = new MemorySink();
      const rng = seededRng(utf8(`pre ${channel.self}`));
      await preprocess({ channel, rng, sid, parameters, kernels }, demand, sink);
      return sink;
    }),
  );
  const terms = termsOf(parameters, demand, sid);
  const stocks = sinks.map((sink, self) => sink.stock(terms, self));
  const options = { parties, evaluator: 1, chunk: 20 };
  const outputs = await computeFromStocks(options, stocks, circuit, inputs);
  for (const output of outputs) assert.deepEqual(output, evaluate(circuit, inputs));
  // And Δ does not outlive the session.
  for (const { delta } of stocks) assert.ok(delta.every((byte) => byte === 0));
});

Deno.test("a stock without AND gates serves a circuit without them", async () => {
  const circuit = randomCircuit(3, { parties: 3, inputsPerParty: 4, gates: 20, ands: 0 });
  assert.equal(circuit.header.ands, 0);
  const inputs = randomInputs(4, circuit.header.inputs);
  const stocks = await stockUp({ parties: 3 }, { ands: 0, inputs: 12 });
  const outputs = await computeFromStocks({ parties: 3 }, stocks, circuit, inputs);
  for (const output of outputs) assert.deepEqual(output, evaluate(circuit, inputs));
});

Deno.test("a triple is x, y and x·y, and no two sessions share one", async () => {
  const [first, second] = await Promise.all(["a", "b"].map(async (seed) => {
    const stocks = await stockUp({ parties: 3, seed }, { ands: 70, inputs: 3 });
    const triples = await Promise.all(stocks.map((stock) => stock.triples(0)));
    const [x = [], y = [], z = []] = (["x", "y", "z"] as const).map((name) => {
      return reveal(triples.map((own) => own[name]));
    });
    assert.deepEqual(z, x.map((bit, m) => bit & (y[m] ?? 0)));
    return { x, y };
  }));
  assert.notDeepEqual(first, second);
});

Deno.test("the session sends what the documentation says, and nothing of set-up or products", async () => {
  const circuit = randomCircuit(5, { parties: 3, inputsPerParty: 6, gates: 90 });
  const options = { parties: 3, chunk: 30 };
  const { ands } = circuit.header;
  const stocks = await stockUp(options, { ands, inputs: 18 });
  const steps = new Map<string, number>();
  const tap = (
    from: number,
    _to: number,
    step: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Uint8Array<ArrayBuffer> => {
    if (from === 1) steps.set(step, (steps.get(step) ?? 0) + bytes.length);
    return bytes;
  };
  const inputs = randomInputs(4, circuit.header.inputs);
  await computeFromStocks({ ...options, network: { tap } }, stocks, circuit, inputs);
  const sent = [...steps].map(([step]) => step);
  assert.deepEqual(sent.filter((step) => /setup|aBit|\/U$|\/e$|\/V|coin/.test(step)), []);
  for (let chunk = 0; 30 * chunk < ands; chunk++) {
    const bytes = Math.ceil(Math.min(30, ands - 30 * chunk) / 8);
    assert.equal(steps.get(`c${chunk}/operands`), 2 * (2 * bytes + 32));
  }
});

Deno.test("the preprocessing takes one authenticated bit more a gate than a session", async () => {
  const ands = 500;
  const parties = engineParties({ parties: 2 });
  const sources = dealer(parties);
  const counts: number[] = [];
  await endings(parties, async (party) => {
    const bits = {
      take: (count: number, chunk: number): Promise<Shares> => {
        counts.push(count);
        return sources[party.self]?.take(count, chunk) ?? Promise.reject(new Error("none"));
      },
    };
    const sink = new MemorySink();
    await makeStock(party, { bits, salt: new Uint8Array(16) }, { ands, inputs: 7 }, sink);
  });
  const { size, buckets } = batchShape(ands);
  assert.deepEqual(counts, [0, 1].map(() => 3 * size * buckets + ands + 7));
});

Deno.test("nothing is committed to when a check fails", async () => {
  for (const step of ["c0/d", "c0/e", "c1/U", "c1/chi/open"]) {
    const lie = flipBit({ step, from: 1, to: 0 }, 1);
    const parties = engineParties({ parties: 3, chunk: 50, network: { tap: lie } });
    const sources = dealer(parties);
    const sinks = parties.map(() => new MemorySink());
    const ends = await endings(parties, async (party) => {
      const [bits, sink] = [sources[party.self], sinks[party.self]];
      assert.ok(bits && sink);
      const salt = new Uint8Array(16);
      await makeStock(party, { bits, salt }, { ands: 90, inputs: 4 }, sink);
    });
    // A wrong U is found where it meets x = 1.
    if (step === "c1/U" && ends.every(({ ok }) => ok)) continue;
    assert.ok(ends.every(({ ok }) => !ok), step);
    assert.ok(sinks.every(({ committed }) => !committed), step);
  }
});

Deno.test("nothing is committed to before all broadcasts were compared", async () => {
  const parties = engineParties({ parties: 3 });
  const sources = dealer(parties);
  const sinks = parties.map(() => new MemorySink());
  const ends = await endings(parties, async (party) => {
    const [bits, sink] = [sources[party.self], sinks[party.self]];
    assert.ok(bits && sink);
    // As if party 2 had broadcast different bytes that no earlier comparison covers.
    party.echo.record("late", "late", 2, Uint8Array.of(party.self === 1 ? 1 : 0));
    await makeStock(party, { bits, salt: new Uint8Array(16) }, { ands: 9, inputs: 4 }, sink);
  });
  assert.ok(ends.some((end) => verdict(end) === "echo"));
  assert.ok(sinks.every(({ committed }) => !committed));
});

Deno.test("no other answer than kept is taken", async () => {
  const tap = flipBit({ step: "kept", from: 1, to: 0 }, 4);
  const parties = engineParties({ parties: 2, network: { tap } });
  const sources = dealer(parties);
  const ends = await endings(parties, async (party) => {
    const bits = sources[party.self];
    assert.ok(bits);
    const salt = new Uint8Array(16);
    await makeStock(party, { bits, salt }, { ands: 0, inputs: 4 }, new MemorySink());
  });
  assert.equal(verdict(ends[0]), "ProtocolError");
  assert.ok(ends[0] && !ends[0].ok && ends[0].error instanceof ProtocolError);
});

Deno.test("what cannot be kept ends the preprocessing for all", async () => {
  const parties = engineParties({ parties: 2 });
  const sources = dealer(parties);
  const ends = await endings(parties, async (party) => {
    const bits = sources[party.self];
    assert.ok(bits);
    const sink = new MemorySink();
    if (party.self === 1) sink.batch = () => Promise.reject(new LimitError("the disk is full"));
    await makeStock(party, { bits, salt: new Uint8Array(16) }, { ands: 9, inputs: 4 }, sink);
  });
  assert.deepEqual(ends.map(verdict), ["ConnectionError", "LimitError"]);
});

Deno.test("makeStock() refuses an impossible demand", async () => {
  const [party] = engineParties({ parties: 2 });
  assert.ok(party);
  const sources = {
    bits: { take: () => Promise.reject(new Error("no")) },
    salt: new Uint8Array(16),
  };
  for (
    const demand of [{ ands: 0, inputs: 0 }, { ands: -1, inputs: 3 }, { ands: 1.5, inputs: 1 }]
  ) {
    await assert.rejects(makeStock(party, sources, demand, new MemorySink()), RangeError);
  }
});

for (
  const [fact, kind] of [["V check", "operand openings"], ["operand MAC hashes", "tables"]] as const
) {
  Deno.test(`a session with a stock sends no ${kind} without "${fact}"`, async () => {
    const circuit = randomCircuit(12, { parties: 3, inputsPerParty: 4, gates: 40 });
    const demand = { ands: circuit.header.ands, inputs: 12 };
    const stocks = await stockUp({ parties: 3 }, demand);
    const inputs = randomInputs(1, circuit.header.inputs);
    const parties = engineParties({ parties: 3 });
    const ends = await endings(parties, async (party) => {
      const stock = stocks[party.self];
      assert.ok(stock);
      const own = { ...party, delta: stock.delta, order: new Forgetful(fact) };
      const sources = { material: storedMaterial(own, stock), salt: onlineSalt(stock, own.sid) };
      return await runMpc(own, sources, circuit, Uint8Array.from(inputs[party.self] ?? []));
    });
    const texts = ends.map((end) => end.ok ? "ok" : String(end.error));
    assert.ok(texts.every((text) => text !== "ok"));
    const wanted = `Cannot send ${kind} of chunk 0: ${fact} has not passed`;
    assert.ok(texts.some((text) => text.includes(wanted)), texts.join());
  });
}
