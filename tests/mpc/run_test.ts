import assert from "node:assert/strict";
import { ProtocolError, utf8 } from "../../lib/base/mod.ts";
import { Builder, type CircuitSource, evaluate } from "../../lib/circuit/mod.ts";
import { type Kernels, typescriptKernels, wasmKernels } from "../../lib/crypto/mod.ts";
import type { Event } from "../../lib/observability/mod.ts";
import { type Fact, Order, REQUIRED, type Sending } from "../../lib/mpc/order.ts";
import { runMpc } from "../../lib/mpc/run.ts";
import { aes128, randomCircuit, randomInputs } from "../sim/circuits.ts";
import { type EngineOptions, engineParties, simulate, simulateEndings } from "../sim/engine.ts";
import { Forgetful } from "../sim/forgetful.ts";
import { flipBit } from "../sim/lies.ts";
import { seededRandom } from "../sim/random.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

/** Runs a circuit and compares what every output party gets with evaluation in the clear. */
async function agree(
  circuit: CircuitSource,
  seed: number,
  options: EngineOptions,
): Promise<void> {
  const inputs = randomInputs(seed, circuit.header.inputs);
  const { outputs } = await simulate(circuit, inputs, { seed: `run ${seed}`, ...options });
  const wanted = evaluate(circuit, inputs);
  const { outputParties = outputs.map((_, i) => i) } = options;
  for (const [i, output] of outputs.entries()) {
    assert.deepEqual(output, outputParties.includes(i) ? wanted : undefined, `party ${i}`);
  }
}

/** The kernels of production. */
const kernels = wasmKernels();

for (const n of [2, 3, 4, 5, 6, 7, 8]) {
  for (let evaluator = 0; evaluator < n; evaluator++) {
    Deno.test(`random circuits, n = ${n}, evaluator ${evaluator}`, async () => {
      // 35 pairs of n and evaluator: 1,015 seeds in the slow tier.
      for (let run = 0; run < (SLOW ? 29 : 1); run++) {
        const seed = 1000 * n + 10 * evaluator + run;
        const random = seededRandom(seed);
        const gates = 30 + random(120);
        const circuit = randomCircuit(seed, {
          // With few inputs or no AND gates there are not enough different functions.
          ...{ parties: n, inputsPerParty: 4 + random(9), gates, ands: (3 + random(7)) / 10 },
        });
        await agree(circuit, seed, { parties: n, evaluator, kernels, chunk: 15 + random(60) });
      }
    });
  }
}

Deno.test("any chunk size gives the same output", async () => {
  const circuit = randomCircuit(77, { parties: 3, inputsPerParty: 5, gates: 60 });
  const { ands } = circuit.header;
  for (
    const chunk of SLOW ? Array.from({ length: ands + 1 }, (_, m) => m + 1) : [7, ands - 1, ands]
  ) {
    await agree(circuit, 77, { parties: 3, chunk });
  }
});

Deno.test("only output parties learn the output, for every choice of them", async () => {
  const circuit = randomCircuit(5, { parties: 3, inputsPerParty: 3, gates: 30 });
  for (const outputParties of [[], [0], [1], [2], [0, 2], [1, 2], [0, 1, 2]]) {
    await agree(circuit, 5, { parties: 3, evaluator: 1, outputParties });
  }
});

/** A circuit of three parties from its construction. */
function built(
  inputs: readonly number[],
  outputs: (builder: Builder) => readonly number[],
): CircuitSource {
  const builder = new Builder({ inputs });
  return builder.build(outputs(builder));
}

const SPECIAL: Readonly<Record<string, CircuitSource>> = {
  "without AND gates": built([2, 2, 2], (b) => {
    const sum = b.xor(b.xor(b.input(0, 0), b.input(1, 0)), b.input(2, 1));
    return [sum, b.not(sum), b.input(2, 0)];
  }),
  "with one AND gate": built([1, 1, 1], (b) => [b.and(b.input(0, 0), b.input(2, 0))]),
  "with a party that has no input": built([3, 0, 2], (b) => {
    return [b.and(b.input(0, 2), b.input(2, 1)), b.xor(b.input(0, 0), b.input(2, 0))];
  }),
  "with the input of one party only": built([0, 4, 0], (b) => {
    return [b.and(b.input(1, 0), b.and(b.input(1, 1), b.not(b.input(1, 3))))];
  }),
  "with inputs as outputs": built([2, 1, 1], (b) => {
    return [b.input(2, 0), b.input(0, 1), b.not(b.input(0, 1)), b.input(2, 0)];
  }),
  "with constant and repeated outputs": built([1, 1, 1], (b) => {
    const and = b.and(b.input(0, 0), b.input(1, 0));
    return [0, and, 1, and, b.not(and), b.xor(and, and), and];
  }),
  "with constant outputs only": built([2, 2, 2], () => [1, 0, 1]),
  "without inputs": built([0, 0, 0], () => [1, 1, 0]),
  "without outputs": built([1, 1, 1], () => []),
  "with fewer input lists than parties": built([4], (b) => {
    return [b.and(b.input(0, 0), b.input(0, 1)), b.xor(b.input(0, 2), b.input(0, 3))];
  }),
};

for (const [name, circuit] of Object.entries(SPECIAL)) {
  Deno.test(`a circuit ${name}`, async () => {
    for (const evaluator of [0, 2]) {
      for (let seed = 0; seed < 3; seed++) await agree(circuit, seed, { parties: 3, evaluator });
    }
  });
}

Deno.test("AES-128 of two parties, in several chunks", async () => {
  await agree(aes128(), 3, { parties: 2, chunk: 5000 });
});

Deno.test({
  name: "AES-128 of three parties",
  ignore: !SLOW,
  fn: () => agree(aes128(), 4, { parties: 3, evaluator: 2 }),
});

Deno.test("the result does not depend on when messages arrive", async () => {
  const circuit = randomCircuit(31, { parties: 3, inputsPerParty: 4, gates: 60 });
  for (let seed = 0; seed < (SLOW ? 100 : 5); seed++) {
    const random = seededRandom(seed);
    await agree(circuit, 31, { parties: 3, chunk: 20, network: { turns: () => random(40) } });
  }
});

/** What the upper half of the engine asks for; the set-up's own fact is tested with it. */
const FACTS = new Set([...Object.values(REQUIRED).flat(), "own checks" as const]);
FACTS.delete("reversal check");
for (const fact of FACTS) {
  Deno.test(`the protocol stops where "${fact}" is missing`, async () => {
    const circuit = randomCircuit(12, { parties: 3, inputsPerParty: 4, gates: 40 });
    const inputs = randomInputs(1, circuit.header.inputs);
    const change = (): { order: Order } => ({ order: new Forgetful(fact) });
    const ends = await simulateEndings(circuit, inputs, { parties: 3, chunk: 12, change });
    const texts = ends.map((end) => end.ok ? "ok" : String(end.error));
    assert.ok(texts.every((text) => text !== "ok"), texts.join());
    const stop = texts.find((text) =>
      text.includes(": Cannot send") || text.includes("Cannot send ")
    );
    assert.match(stop ?? "", new RegExp(`Cannot send .* of chunk \\d: ${fact} has not passed`));
  });
}

/** An order table that remembers the order of all calls. */
class Traced extends Order {
  readonly calls: string[] = [];

  override passed(fact: Fact, chunk = 0): void {
    this.calls.push(`${fact} ${chunk}`);
    super.passed(fact, chunk);
  }

  override sending(kind: Sending, chunk = 0): void {
    this.calls.push(`> ${kind} ${chunk}`);
    super.sending(kind, chunk);
  }
}

Deno.test("garbler and evaluator check before they send, chunk by chunk", async () => {
  const circuit = randomCircuit(12, { parties: 3, inputsPerParty: 4, gates: 40 });
  const inputs = randomInputs(1, circuit.header.inputs);
  const traces: Traced[] = [];
  const change = (): { order: Order } => {
    const order = new Traced();
    traces.push(order);
    return { order };
  };
  await simulate(circuit, inputs, { parties: 3, chunk: 12, change });
  const material = (chunk: number): string[] => [
    `> U ${chunk}`,
    `permutation coin ${chunk}`,
    `> bucket openings ${chunk}`,
    `bucket MAC hashes ${chunk}`,
    `e echo ${chunk}`,
    `> V commitments ${chunk}`,
    `V check ${chunk}`,
    `> operand openings ${chunk}`,
    `operand MAC hashes ${chunk}`,
  ];
  const bits = (chunk: number): string[] => {
    return ["tree check 0", "delta consistency 0", `COT check ${chunk}`];
  };
  const entered = ["input MAC hashes 0", "> input z 0", "input echo 0"];
  const garbled = (chunk: number): string[] => {
    return [`> tables ${chunk}`, `label check ${chunk}`, `> t combination ${chunk}`];
  };
  const own = (chunk: number): string => `own checks ${chunk}`;
  const end = ["final echo 0", "evaluator passed 0", "> output shares 1"];
  // The three run side by side: each has an order of its own.
  const made = [0, 1].flatMap((chunk) => [...bits(chunk), ...material(chunk)]);
  const used = [
    [own(0), own(1), ...end],
    ...[1, 2].map(() => [
      ...["> input labels 0", ...garbled(0), own(0)],
      ...[...garbled(1), own(1), ...end],
    ]),
  ];
  for (const [party, { calls }] of traces.entries()) {
    const parts = [made, entered, used[party] ?? []];
    for (const part of parts) {
      assert.deepEqual(calls.filter((call) => part.includes(call)), part);
    }
    assert.equal(calls.length, parts.flat().length);
  }
});

Deno.test("a garbler takes no other answer than passed", async () => {
  const circuit = randomCircuit(12, { parties: 3, inputsPerParty: 4, gates: 40 });
  const inputs = randomInputs(1, circuit.header.inputs);
  const network = { tap: flipBit({ step: "passed", from: 0, to: 2 }, 3) };
  const ends = await simulateEndings(circuit, inputs, { parties: 3, network });
  assert.ok(ends[2] !== undefined && !ends[2].ok && ends[2].error instanceof ProtocolError);
});

Deno.test("labels, shares and masked values are wiped at the end, also after a failure", async () => {
  const circuit = randomCircuit(12, { parties: 2, inputsPerParty: 4, gates: 40 });
  const inputs = randomInputs(1, circuit.header.inputs);
  for (const step of ["none", "c0/t"]) {
    const seen = new Set<Uint8Array>();
    const kernels: Kernels = {
      ...typescriptKernels,
      garble: (args) => {
        seen.add(args.labels);
        typescriptKernels.garble(args);
      },
      // The batch of authenticated bits, and the shares of the gates.
      leakyMacSide: (args) => {
        seen.add(args.macs);
        typescriptKernels.leakyMacSide(args);
      },
      leakyKeySide: (args) => {
        seen.add(args.keys);
        return typescriptKernels.leakyKeySide(args);
      },
      keyShare: (shares, delta, count) => {
        for (const blocks of [...shares.macs, ...shares.keys]) seen.add(blocks);
        return typescriptKernels.keyShare(shares, delta, count);
      },
      evaluate: (args) => {
        for (const labels of args.labels) seen.add(labels);
        typescriptKernels.evaluate(args);
      },
    };
    const network = { tap: flipBit({ step, from: 1 }) };
    const ends = await simulateEndings(circuit, inputs, { parties: 2, kernels, network });
    assert.equal(ends[0]?.ok, step === "none");
    assert.ok(seen.size >= 3);
    for (const labels of seen) assert.ok(labels.every((byte) => byte === 0));
  }
});

Deno.test("the progress of every phase ends with all AND gates", async () => {
  const circuit = randomCircuit(8, { parties: 2, inputsPerParty: 4, gates: 90 });
  const { ands } = circuit.header;
  const events: Event[][] = [[], []];
  const observe = (party: number) => (event: Event): void => {
    events[party]?.push(event);
  };
  await simulate(circuit, randomInputs(1, [4, 4]), { parties: 2, chunk: 20, observe });
  const phases = ["authenticated bits", "leaky ANDs", "buckets", "inputs", "output"] as const;
  for (const [party, own] of events.entries()) {
    for (const phase of [...phases, party === 0 ? "evaluation" as const : "garbling" as const]) {
      const steps = own.flatMap((e) => e.kind === "progress" && e.phase === phase ? [e.done] : []);
      assert.equal(steps.at(-1), ands, phase);
      assert.deepEqual(steps, [...steps].sort((x, y) => x - y));
      assert.ok(own.every((e) => e.kind !== "progress" || e.total === ands));
    }
  }
});

Deno.test("runMpc() refuses an input of another length", async () => {
  const circuit = randomCircuit(1, { parties: 2, inputsPerParty: 4, gates: 20 });
  const [party] = engineParties({ parties: 2 });
  assert.ok(party);
  const sources = { material: { take: () => Promise.reject(new Error("no")) }, salt: utf8("salt") };
  await assert.rejects(runMpc(party, sources, circuit, new Uint8Array(2)), RangeError);
  const three = randomCircuit(1, { parties: 3, inputsPerParty: 4, gates: 20 });
  await assert.rejects(runMpc(party, sources, three, new Uint8Array(1)), RangeError);
});
