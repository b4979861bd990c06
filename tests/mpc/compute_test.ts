/** The whole engine with its real set-up, over the in-memory network. */
import assert from "node:assert/strict";
import { CheatingError, ConnectionError, utf8 } from "../../lib/base/mod.ts";
import { type CircuitSource, evaluate } from "../../lib/circuit/mod.ts";
import { seededRng, sha256, systemRng, typescriptKernels } from "../../lib/crypto/mod.ts";
import type { Bits, Kernels } from "../../lib/crypto/mod.ts";
import type { Event } from "../../lib/observability/mod.ts";
import { CHECKS, strictChecks } from "../../lib/mpc/checks.ts";
import { compute } from "../../lib/mpc/compute.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { type EngineOptions, parametersOf } from "../sim/engine.ts";
import { flipBit } from "../sim/lies.ts";
import { type MemoryChannel, memoryNetwork } from "../sim/memory_channel.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

interface Computed {
  readonly channels: readonly MemoryChannel[];
  readonly results: readonly PromiseSettledResult<Bits | undefined>[];
  readonly checks: readonly ReturnType<typeof strictChecks>[];
  readonly events: readonly Event[];
  /** Rows of correlated OT that party 0 made, as either side. */
  readonly rows: number;
}

async function computeAll(
  circuit: CircuitSource,
  inputs: readonly Uint8Array[],
  options: EngineOptions & { readonly system?: boolean },
): Promise<Computed> {
  const parameters = parametersOf(options);
  const channels = memoryNetwork(options.parties, options.network);
  const checks = channels.map(() => strictChecks());
  const events: Event[] = [];
  let rows = 0;
  const counting: Kernels = {
    ...typescriptKernels,
    cotReceive: (args) => {
      rows += args.rows;
      return typescriptKernels.cotReceive(args);
    },
    cotSend: (args) => {
      rows += args.rows;
      return typescriptKernels.cotSend(args);
    },
  };
  const results = await Promise.allSettled(channels.map((channel, i) => {
    const kernels = i === 0 ? counting : typescriptKernels;
    const rng = options.system ? systemRng() : seededRng(utf8(`compute ${i}`));
    const observe = (event: Event): void => {
      if (i === 0) events.push(event);
    };
    const own = checks[i] ?? strictChecks();
    return compute(
      {
        ...{ channel, rng, sid: sha256(utf8("compute")), parameters, kernels },
        ...{ observe, checks: own },
      },
      circuit,
      Uint8Array.from(inputs[i] ?? []),
    );
  }));
  return { channels, results, checks, events, rows };
}

for (const [n, evaluator] of [[2, 0], [2, 1], [3, 1], ...(SLOW ? [[4, 3], [5, 2]] : [])]) {
  Deno.test(`compute() with the real set-up, n = ${n}, evaluator ${evaluator}`, async () => {
    assert.ok(n !== undefined && evaluator !== undefined);
    const circuit = randomCircuit(n, { parties: n, inputsPerParty: 6, gates: 80 });
    const inputs = randomInputs(1, circuit.header.inputs);
    const options = { parties: n, evaluator, chunk: 25, outputParties: [0, n - 1], system: true };
    const { results, checks, events, rows } = await computeAll(circuit, inputs, options);
    const wanted = evaluate(circuit, inputs);
    for (const [i, result] of results.entries()) {
      assert.ok(result.status === "fulfilled", String((result as PromiseRejectedResult).reason));
      assert.deepEqual(result.value, i === 0 || i === n - 1 ? wanted : undefined);
    }
    // Every check of the protocol ran at some party.
    for (const check of CHECKS) {
      const ran = checks.some((own) => (own.counts.get(check) ?? 0) > 0);
      const many = ["echo", "V opening"].includes(check) || check.startsWith("delta");
      const absent: boolean = n === 2 && many;
      assert.equal(ran, !absent, check);
    }
    const phases = new Set(
      events.flatMap((event) => event.kind === "progress" ? [event.phase] : []),
    );
    assert.ok(phases.has("setup") && phases.has("output"));
    const told = (sort: string): number =>
      events.reduce((n, e) => n + (e.kind === "ot" && e.sort === sort ? e.count : 0), 0);
    assert.deepEqual([told("base"), told("extended")], [128 * (n - 1), rows]);
    assert.ok(rows > 0);
  });
}

Deno.test("compute() tells the others why it stopped, and sends nothing afterwards", async () => {
  const circuit = randomCircuit(3, { parties: 3, inputsPerParty: 4, gates: 30 });
  const inputs = randomInputs(1, circuit.header.inputs);
  const steps: string[] = [];
  const lie = flipBit({ step: "c0/labels", from: 0, to: 2 }, 0);
  const { results } = await computeAll(circuit, inputs, {
    parties: 3,
    network: {
      tap: (from, to, step, bytes) => {
        if (from === 2) steps.push(step);
        return lie(from, to, step, bytes);
      },
    },
  });
  const errors = results.map((result) => {
    assert.ok(result.status === "rejected");
    return result.reason;
  });
  assert.ok(errors[2] instanceof CheatingError);
  assert.equal(errors[2].check, "label check");
  for (const other of [errors[0], errors[1]]) {
    assert.ok(other instanceof ConnectionError);
    assert.match(other.message, /party 2 left: Cannot trust .*: the label check failed/);
  }
  assert.ok(!steps.some((step) => step === "c0/t" || step === "output"));
});

Deno.test("compute() wipes the global key also when it fails", async () => {
  const circuit = randomCircuit(3, { parties: 2, inputsPerParty: 4, gates: 30 });
  const seen: Uint8Array[] = [];
  const kernels = {
    ...typescriptKernels,
    crossShare: (...args: Parameters<typeof typescriptKernels.crossShare>): Bits => {
      seen.push(args[1]);
      return typescriptKernels.crossShare(...args);
    },
  };
  for (const step of ["c0/d", "none"]) {
    seen.length = 0;
    const parameters = parametersOf({ parties: 2 });
    const tap = flipBit({ step, from: 0 });
    await Promise.allSettled(
      memoryNetwork(2, { tap }).map((channel) => {
        const rng = seededRng(utf8(`wipe ${channel.self}`));
        const options = { channel, rng, sid: new Uint8Array(32), parameters, kernels };
        return compute(options, circuit, new Uint8Array(1));
      }),
    );
    assert.ok(seen.length > 0);
    assert.ok(seen.every((delta) => delta.every((byte) => byte === 0)), step);
  }
});

Deno.test("compute() hides an unexpected failure from the others", async () => {
  const circuit = randomCircuit(3, { parties: 2, inputsPerParty: 4, gates: 30 });
  // A wrong input length is a bug of the caller: the peer learns that it failed, not how.
  const { results } = await computeAll(circuit, [new Uint8Array(7), new Uint8Array(1)], {
    parties: 2,
  });
  assert.ok(results[0]?.status === "rejected" && results[0].reason instanceof RangeError);
  assert.ok(results[1]?.status === "rejected");
  assert.match(String(results[1].reason), /party 0 left: an unexpected failure/);
});
