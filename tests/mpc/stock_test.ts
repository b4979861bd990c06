import assert from "node:assert/strict";
import { AgreementError, LimitError, toHex, utf8 } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import { seededRng, sha256, typescriptKernels } from "../../lib/crypto/mod.ts";
import {
  type Channel,
  computeWithStock,
  createParty,
  onlineSalt,
  onlineSid,
  requireFit,
  runMpc,
  type Stock,
  storedMaterial,
  type Triples,
} from "../../lib/mpc/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { engineParties, parametersOf } from "../sim/engine.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { type Ending, endings, testParties, verdict } from "../sim/parties.ts";
import { Rounds } from "../sim/rounds.ts";
import { computeFromStocks, stockUp, termsOf } from "../sim/stock.ts";

Deno.test("rounds of a session with a stock, steps that travel together", async () => {
  const seen: Record<string, string[]> = {};
  for (const parties of [2, 3]) {
    const circuit = randomCircuit(5, { parties, inputsPerParty: 6, gates: 90 });
    const demand = { ands: circuit.header.ands, inputs: 6 * parties };
    const stocks = await stockUp({ parties }, demand);
    const rounds = new Rounds();
    const options = { parties, wrap: (channel: Channel): Channel => rounds.wrap(channel) };
    const inputs = randomInputs(4, circuit.header.inputs);
    await rounds.run(computeFromStocks(options, stocks, circuit, inputs));
    seen[parties] = rounds.rounds.map((steps) => steps.join(", "));
  }
  assert.deepEqual(seen, {
    "2": [
      "c0/operands, input/mask/0, input/mask/1",
      "input/z",
      "input/labels, tables/0",
      "c0/labels",
      "c0/t",
      "output, passed",
      "output",
    ],
    "3": [
      "c0/operands, input/mask/0, input/mask/1, input/mask/2",
      "input/z",
      "input/echo",
      "input/labels, tables/0",
      "c0/labels",
      "c0/t, final/echo",
      "final/echo, output, passed",
      "output",
    ],
  });
});

Deno.test("a stock that does not fit is refused with the numbers", async () => {
  const parameters = parametersOf({ parties: 3 });
  const terms = termsOf(parameters, { ands: 99, inputs: 20 }, new Uint8Array(32));
  const fits = { ands: 99, inputs: [10, 10, 0] };
  requireFit(terms, parameters, fits);
  const [more, wider] = [{ ...fits, ands: 100 }, { ...fits, inputs: [10, 10, 1] }];
  assert.throws(() => requireFit(terms, parameters, more), (error) => {
    return error instanceof LimitError &&
      /100 AND gates and 20 input bits, .* 99 /.test(`${error}`);
  });
  assert.throws(() => requireFit(terms, parameters, wider), LimitError);
  for (const other of [{ parties: 4 }, { evaluator: 1 }, { chunk: 5 }]) {
    const wrong = { ...parameters, ...other };
    assert.throws(() => requireFit(terms, wrong, fits), AgreementError);
  }
  // The session itself asks, too, before it sends anything but the notice.
  const circuit = randomCircuit(5, { parties: 2, inputsPerParty: 6, gates: 90 });
  const stocks = await stockUp({ parties: 2 }, { ands: 10, inputs: 12 });
  let messages = 0;
  const tap = (
    _from: number,
    _to: number,
    _step: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Uint8Array<ArrayBuffer> => {
    messages++;
    return bytes;
  };
  const options = { parties: 2, network: { tap } };
  const inputs = randomInputs(1, circuit.header.inputs);
  await assert.rejects(computeFromStocks(options, stocks, circuit, inputs), LimitError);
  assert.equal(messages, 0);
});

Deno.test("a stock serves its own party alone, and Δ its own role", async () => {
  const [stock] = await stockUp({ parties: 2 }, { ands: 0, inputs: 2 });
  const [, other] = testParties(2);
  assert.ok(stock && other);
  assert.throws(() => storedMaterial(other, stock), TypeError);
  const [channel] = memoryNetwork(2);
  assert.ok(channel);
  const base = { channel, rng: seededRng(utf8("x")), sid: new Uint8Array(32) };
  const all = { ...base, kernels: typescriptKernels, delta: stock.delta };
  createParty({ ...all, parameters: parametersOf({ parties: 2, evaluator: 0 }) });
  const parameters = parametersOf({ parties: 2, evaluator: 1 });
  assert.throws(() => createParty({ ...all, parameters }), RangeError);
});

Deno.test("a session with a stock runs under the sid that follows from both, and salt", async () => {
  const circuit = randomCircuit(12, { parties: 2, inputsPerParty: 4, gates: 40 });
  const demand = { ands: circuit.header.ands, inputs: 8 };
  const [one, two] = await stockUp({ parties: 2 }, demand);
  assert.ok(one && two);
  const inputs = randomInputs(1, circuit.header.inputs);
  const description = sha256(utf8("online online"));
  const right = onlineSid(one.terms.sid, description);
  for (const sid of [right, description, one.terms.sid]) {
    const ends = await byLibraryAndByHand(one, two, { description, sid });
    const [first, second] = ends.map(verdict);
    if (sid === right) assert.deepEqual([first, second], ["ok", "ok"]);
    else assert.ok(first === "MAC hash" || second === "MAC hash", `${first}, ${second}`);
  }

  /** Party 0 uses the library, party 1 the parts of it under `sid`. */
  async function byLibraryAndByHand(
    stock: Stock,
    other: Stock,
    { description, sid }: { readonly description: Uint8Array; readonly sid: Uint8Array },
  ): Promise<Ending<unknown>[]> {
    const copy = (of: Stock): Stock => ({ ...of, delta: of.delta.slice() });
    const [own, own1] = [copy(stock), copy(other)];
    return await endings(engineParties({ parties: 2 }), async (party) => {
      const input = Uint8Array.from(inputs[party.self] ?? []);
      if (party.self === 0) {
        const options = { ...party, parameters: parametersOf({ parties: 2 }), sid: description };
        return await computeWithStock(options, own, circuit, input);
      }
      const later = { ...party, sid, delta: own1.delta };
      const material = storedMaterial(later, own1);
      return await runMpc(later, { material, salt: onlineSalt(own1, sid) }, circuit, input);
    });
  }
});

Deno.test("triples and Δ are wiped after use, all chunks through", async () => {
  const circuit = randomCircuit(12, { parties: 2, inputsPerParty: 6, gates: 120 });
  const options = { parties: 2, chunk: 20 };
  const demand = { ands: circuit.header.ands, inputs: 12 };
  const given: Triples[] = [];
  const stocks = (await stockUp(options, demand)).map((stock) => ({
    ...stock,
    triples: async (number: number): Promise<Triples> => {
      const triples = await stock.triples(number);
      given.push(triples);
      return triples;
    },
  }));
  const inputs = randomInputs(3, circuit.header.inputs);
  const outputs = await computeFromStocks(options, stocks, circuit, inputs);
  assert.deepEqual(outputs[0], evaluate(circuit, inputs));
  assert.equal(given.length, 2 * Math.ceil(demand.ands / 20));
  for (const { bits, macs, keys } of given.flatMap(({ gamma, x, y, z }) => [gamma, x, y, z])) {
    for (const part of [bits, ...macs, ...keys]) assert.ok(part.every((byte) => byte === 0));
  }
  for (const { delta } of stocks) assert.ok(delta.every((byte) => byte === 0));
});

Deno.test("sid and salt of a session with a stock are its own", async () => {
  const [stock] = await stockUp({ parties: 2 }, { ands: 0, inputs: 2 });
  assert.ok(stock);
  const descriptions = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
  const stocks = [stock.terms.sid, new Uint8Array(32)];
  const sids = stocks.flatMap((sid) => descriptions.map((hash) => onlineSid(sid, hash)));
  const all = [...sids, ...stocks, ...descriptions].map((bytes) => toHex(bytes));
  assert.equal(new Set(all).size, all.length);
  const salts = [...sids.map((sid) => onlineSalt(stock, sid)), stock.salt];
  assert.equal(new Set(salts.map((salt) => toHex(salt))).size, salts.length);
  assert.ok(salts.every(({ length }) => length === 16));
});
