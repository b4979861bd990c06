/** Random circuits against evaluation in the clear: parties, evaluators, chunk sizes, k, and both sets of kernels. */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import {
  chooseKernels,
  type Kernels,
  seededRng,
  sha256,
  typescriptKernels,
} from "../../lib/crypto/mod.ts";
import { bitsFromLinks, compute } from "../../lib/mpc/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { type EngineOptions, parametersOf, simulate } from "../sim/engine.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { dealtLinks } from "../sim/parties.ts";
import { seededRandom } from "../sim/random.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";
/** Sessions on real correlated OT, and those with base OTs as well. */
const SEEDS = SLOW ? 1000 : 28;
const WHOLE_SEEDS = SLOW ? 100 : 3;
const PARTIES_MAX = 8;
const K = [1, 2, 4, 8] as const;

const simd = chooseKernels().kernels;

/** What follows from a seed. All parties, evaluators and k come up in turn, the rest at random. */
function drawn(seed: number): {
  readonly options: EngineOptions;
  readonly shape: Parameters<typeof randomCircuit>[1];
} {
  const random = seededRandom(seed);
  const parties = 2 + seed % (PARTIES_MAX - 1);
  const evaluator = Math.floor(seed / (PARTIES_MAX - 1)) % parties;
  // A chunk costs much, however small it is: up to four in most sessions, single gates in some.
  const tiny = random(8) === 0;
  const gates = tiny ? 6 : 20 + random(100);
  const ands = (2 + random(8)) / 10;
  const chunk = tiny ? 1 + random(3) : Math.ceil(gates * ands / (1 + random(4)));
  const outputParties = Array.from({ length: parties }, (_, i) => i).filter(() => random(3) > 0);
  return {
    options: { parties, evaluator, chunk, outputParties, k: K[random(4)] ?? 2, seed: `${seed}` },
    shape: { parties, inputsPerParty: 2 + random(6), gates, ands },
  };
}

/** What a session printed: one line for each seed that fails. */
async function fitting(seed: number, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (cause) {
    throw new Error(`seed ${seed}: ${JSON.stringify(drawn(seed))}`, { cause });
  }
}

/** Runs the session of a seed on correlated OT from ideal seeds. */
async function onLinks(seed: number, kernels: Kernels): Promise<void> {
  const { options, shape } = drawn(seed);
  const circuit = randomCircuit(seed, shape);
  const inputs = randomInputs(seed, circuit.header.inputs);
  const { outputs } = await simulate(circuit, inputs, {
    ...options,
    kernels,
    bits: (parties, name) => {
      const links = dealtLinks(parties, name);
      return parties.map((party, i) => {
        const own = links[i];
        if (own === undefined) throw new RangeError("Cannot simulate: no links");
        return bitsFromLinks(party, own);
      });
    },
  });
  const wanted = evaluate(circuit, inputs);
  for (const [i, output] of outputs.entries()) {
    const learns = options.outputParties?.includes(i) === true;
    assert.deepEqual(output, learns ? wanted : undefined, `party ${i}`);
  }
}

/** Runs the session of a seed with everything: `compute` as a program calls it. */
async function whole(seed: number, kernels: Kernels): Promise<void> {
  const { options, shape } = drawn(seed);
  const circuit = randomCircuit(seed, shape);
  const inputs = randomInputs(seed, circuit.header.inputs);
  const parameters = parametersOf(options);
  const outputs = await Promise.all(
    memoryNetwork(options.parties).map((channel, i) => {
      const rng = seededRng(utf8(`whole ${seed}/${i}`));
      const session = { channel, rng, sid: sha256(utf8(`${seed}`)), parameters, kernels };
      return compute(session, circuit, Uint8Array.from(inputs[i] ?? []));
    }),
  );
  const wanted = evaluate(circuit, inputs);
  for (const [i, output] of outputs.entries()) {
    const learns = parameters.outputParties.includes(i);
    assert.deepEqual(output, learns ? wanted : undefined, `party ${i}`);
  }
}

for (let parties = 2; parties <= PARTIES_MAX; parties++) {
  Deno.test(`random circuits on correlated OT, n = ${parties}, every evaluator`, async () => {
    const evaluators = new Set<number>();
    for (let seed = 0; seed < SEEDS; seed++) {
      const { options } = drawn(seed);
      if (options.parties !== parties) continue;
      evaluators.add(options.evaluator ?? 0);
      await fitting(seed, () => onLinks(seed, simd));
    }
    if (SLOW) assert.equal(evaluators.size, parties);
  });
}

Deno.test("random circuits with base OTs", async () => {
  for (let seed = 0; seed < WHOLE_SEEDS; seed++) {
    await fitting(seed, () => whole(seed, simd));
  }
});

Deno.test("random circuits on the kernels in TypeScript", async () => {
  for (let seed = 0; seed < (SLOW ? 50 : 2); seed++) {
    await fitting(seed, () => onLinks(seed, typescriptKernels));
  }
});
