import assert from "node:assert/strict";
import { phaseOf, stepFamily, TRAFFIC_PHASES } from "../../lib/mpc/mod.ts";
import { seededRng, typescriptKernels } from "../../lib/crypto/mod.ts";
import { utf8 } from "../../lib/base/mod.ts";
import { compute } from "../../lib/mpc/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { parametersOf } from "../sim/engine.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { Meter } from "../sim/meter.ts";

Deno.test("stepFamily() drops numbers, phaseOf() knows no other steps than the protocol's", () => {
  assert.equal(stepFamily("c12/V/0/open"), "c#/V/#/open");
  assert.equal(phaseOf("tables/4096"), "tables");
  assert.throws(() => phaseOf("gossip"), RangeError);
});

Deno.test("a meter counts every message of a session, by phase and peer", async () => {
  const circuit = randomCircuit(3, { parties: 3, inputsPerParty: 4, gates: 30 });
  const channels = memoryNetwork(3);
  const meters = channels.map((channel) => new Meter(channel));
  const inputs = randomInputs(3, circuit.header.inputs);
  await Promise.all(meters.map((channel, i) =>
    compute(
      {
        ...{ channel, rng: seededRng(utf8(`meter ${i}`)), sid: new Uint8Array(32) },
        ...{ parameters: parametersOf({ parties: 3 }), kernels: typescriptKernels },
      },
      circuit,
      Uint8Array.from(inputs[i] ?? []),
    )
  ));
  for (const [i, meter] of meters.entries()) {
    const { bytes, messages } = channels[i]?.traffic ?? { bytes: 0, messages: 0 };
    assert.deepEqual(meter.total({ direction: "sent" }), { bytes, messages });
    for (const phase of TRAFFIC_PHASES) assert.ok(meter.total({ phase }).messages > 0, phase);
    for (const [j, other] of meters.entries()) {
      if (i === j) continue;
      for (const phase of TRAFFIC_PHASES) {
        const sent = meter.total({ direction: "sent", peer: j, phase });
        assert.deepEqual(other.total({ direction: "received", peer: i, phase }), sent, phase);
      }
    }
  }
});
