/** Every byte and every round of a session, against the formulas of docs/PROTOCOL.md. */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { type CircuitSource, evaluate } from "../../lib/circuit/mod.ts";
import { seededRng, typescriptKernels } from "../../lib/crypto/mod.ts";
import {
  compute,
  type Parameters,
  runsOf,
  sentBytes,
  sentBytesTo,
  sessionRounds,
  TRAFFIC_PHASES,
} from "../../lib/mpc/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { Meter } from "../sim/meter.ts";
import { Rounds } from "../sim/rounds.ts";

/** A whole session, set-up included; what each party sent, and the rounds with their steps. */
async function session(circuit: CircuitSource, parameters: Parameters): Promise<{
  readonly meters: readonly Meter[];
  readonly rounds: readonly (readonly string[])[];
}> {
  const rounds = new Rounds();
  const inputs = randomInputs(1, circuit.header.inputs);
  const meters = memoryNetwork(parameters.parties).map((channel) =>
    new Meter(rounds.wrap(channel))
  );
  const outputs = await rounds.run(Promise.all(meters.map((channel, i) => {
    const rng = seededRng(utf8(`cost ${i}`));
    const options = {
      channel,
      rng,
      sid: new Uint8Array(32),
      parameters,
      kernels: typescriptKernels,
    };
    return compute(options, circuit, Uint8Array.from(inputs[i] ?? []));
  })));
  for (const party of parameters.outputParties) {
    assert.deepEqual(outputs[party], evaluate(circuit, inputs));
  }
  return { meters, rounds: rounds.rounds };
}

/** Sessions that differ in all that the formulas depend on. */
const SESSIONS: readonly Parameters[] = [
  { parties: 2, evaluator: 0, outputParties: [0, 1], k: 2, chunk: 1000 },
  { parties: 2, evaluator: 1, outputParties: [1], k: 1, chunk: 40 },
  { parties: 3, evaluator: 0, outputParties: [0, 1, 2], k: 4, chunk: 1000 },
  { parties: 3, evaluator: 2, outputParties: [1], k: 2, chunk: 25 },
  { parties: 4, evaluator: 1, outputParties: [0, 3], k: 8, chunk: 1000 },
];

for (const parameters of SESSIONS) {
  const { parties, k, chunk } = parameters;
  Deno.test(`bytes by phase and rounds, n = ${parties}, k = ${k}, chunks of ${chunk}`, async () => {
    const circuit = randomCircuit(2, { parties, inputsPerParty: 9, gates: 130 });
    const { header } = circuit;
    const { meters, rounds } = await session(circuit, parameters);
    for (const [self, meter] of meters.entries()) {
      const seen = TRAFFIC_PHASES.map((phase) => [
        phase,
        meter.total({ direction: "sent", phase }).bytes,
      ]);
      const runs = [...runsOf(circuit, chunk)].map(({ ands }) => ands);
      const wanted = sentBytes({ header, parameters, self, runs });
      assert.deepEqual(Object.fromEntries(seen), wanted, `party ${self}`);
      for (let to = 0; to < parties; to++) {
        const part = sentBytesTo({ header, parameters, self, to, runs });
        for (const phase of TRAFFIC_PHASES) {
          const { bytes } = meter.total({ direction: "sent", phase, peer: to });
          assert.equal(bytes, to === self ? 0 : part[phase], `${self} to ${to}: ${phase}`);
        }
      }
    }
    const steps = rounds.map((all) => all.join(" "));
    assert.equal(rounds.length, sessionRounds(header, parameters), `\n${steps.join("\n")}`);
  });
}

/** The rounds of a session of one chunk, as docs/PROTOCOL.md lists them. */
const ROUNDS: Readonly<Record<string, readonly string[]>> = {
  "2": [
    "setup/choice setup/salt/commit",
    "setup/answer setup/reversal setup/salt/open setup/trees",
    "aBit #/coin/commit aBit #/d setup/reversed trees",
    "aBit #/coin/open",
    "aBit #/hash aBit #/x",
    "c#/U c#/permutation/commit input/mask/#",
    "c#/chi/commit c#/e c#/permutation/open input/z",
    "c#/chi/open c#/d",
    "c#/V/E",
    "c#/V/tag",
    "c#/operands",
    "input/labels tables/#",
    "c#/labels",
    "c#/t",
    "output passed",
    "output",
  ],
  "3": [
    "setup/choice setup/salt/commit",
    "setup/answer setup/reversal setup/salt/open setup/trees",
    "aBit #/coin/commit aBit #/d setup/reversed trees",
    "aBit #/coin/open aBit #/delta/commit",
    "aBit #/delta/echo aBit #/delta/macs aBit #/hash aBit #/x",
    "aBit #/delta/values aBit #/echo",
    "c#/U c#/permutation/commit input/mask/#",
    "c#/chi/commit c#/e c#/permutation/open input/z",
    "c#/chi/open c#/d c#/e/echo input/echo",
    "c#/V/commit",
    "c#/V/#/open c#/V/echo",
    "c#/V/#/open",
    "c#/V/#/open",
    "c#/V/#/open",
    "c#/operands",
    "input/labels tables/#",
    "c#/labels",
    "c#/t final/echo",
    "final/echo output passed",
    "output",
  ],
};

for (const [parties, wanted] of Object.entries(ROUNDS)) {
  Deno.test(`a session of one chunk takes ${wanted.length} rounds, n = ${parties}`, async () => {
    const n = Number(parties);
    const circuit = randomCircuit(2, { parties: n, inputsPerParty: 9, gates: 130 });
    const outputParties = Array.from({ length: n }, (_, i) => i);
    const parameters = { parties: n, evaluator: 0, outputParties, k: 2, chunk: 1000 };
    const { rounds } = await session(circuit, parameters);
    const seen = rounds.map((steps) => {
      return [...new Set(steps.map((step) => step.replaceAll(/\d+/g, "#")))].join(" ");
    });
    assert.deepEqual(seen, wanted);
  });
}
