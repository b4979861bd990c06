/** Circuits of many chunks: what a party holds does not grow with them. */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import { seededRng, wasmKernels } from "../../lib/crypto/mod.ts";
import {
  bitsFromLinks,
  createParty,
  type Fact,
  freshMaterial,
  Order,
  runMpc,
  setUp,
} from "../../lib/mpc/mod.ts";
import { randomInputs } from "../sim/circuits.ts";
import { generatedCircuit } from "../sim/generated.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";

const ANDS = 1_000_000;
const CHUNK = 250_000;

/** An order table that tells when a chunk is over. */
class Watched extends Order {
  readonly #over: () => void;

  constructor(over: () => void) {
    super();
    this.#over = over;
  }

  override passed(fact: Fact, chunk = 0): void {
    super.passed(fact, chunk);
    if (fact === "own checks") this.#over();
  }
}

Deno.test("the state of the chunks of a million AND gates does not grow from chunk 2 to chunk 3", async () => {
  const circuit = generatedCircuit({ ands: ANDS, live: 2000, parties: 2 });
  const parameters = { parties: 2, evaluator: 0, outputParties: [0, 1], k: 2, chunk: CHUNK };
  const inputs = randomInputs(1, circuit.header.inputs);
  const sid = new Uint8Array(32);
  const peaks: number[][] = [[], []];
  const outputs = await Promise.all(
    memoryNetwork(2).map(async (channel, self) => {
      const rng = seededRng(utf8(`large ${self}`));
      const made = createParty({ parameters, channel, rng, sid, kernels: wasmKernels() });
      const order = new Watched(() => peaks[self]?.push(made.ledger.takePeak()));
      const party = { ...made, order };
      const links = await setUp(party);
      const { salt } = links;
      const material = freshMaterial(party, { bits: bitsFromLinks(party, links), salt });
      const input = Uint8Array.from(inputs[self] ?? []);
      const output = await runMpc(party, { material, salt }, circuit, input);
      assert.equal(party.ledger.live, 0);
      return output;
    }),
  );
  for (const output of outputs) assert.deepEqual(output, evaluate(circuit, inputs));
  for (const own of peaks) {
    assert.equal(own.length, ANDS / CHUNK);
    // 3·B bits with MACs and keys for each gate, at the least.
    assert.ok((own[1] ?? 0) > 3 * 4 * 32 * CHUNK);
    assert.equal(own[2], own[1]);
    assert.ok((own[3] ?? 0) <= (own[2] ?? 0));
  }
});
