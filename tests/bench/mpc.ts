/**
 * Speed of the whole engine in memory: all parties in one process, on one thread, without a network.
 *
 * usage: deno run [--allow-env] tests/bench/mpc.ts [--json] [--ands=N] [--parties=2,3] [--runs=N]
 *
 * Without --ands the circuit is AES-128 (6,400 AND gates). The set-up is timed apart. AND gates a second
 * count the work of all parties together: each of them has a processor of its own in reality.
 */
import { type CircuitSource, evaluate } from "../../lib/circuit/mod.ts";
import { equal } from "../../lib/base/mod.ts";
import { type Kernels, systemRng, typescriptKernels, wasmKernels } from "../../lib/crypto/mod.ts";
import { batchShape, compute } from "../../lib/mpc/mod.ts";
import { aes128, randomCircuit, randomInputs } from "../sim/circuits.ts";
import { DEFAULT_CHUNK } from "../sim/engine.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";

/** What a run took. */
interface Measured {
  readonly parties: number;
  readonly ands: number;
  /** Products in a bucket of the first chunk. */
  readonly bucket: number;
  readonly kernels: string;
  readonly setupMs: number;
  readonly runMs: number;
  readonly andsPerSecond: number;
  /** Bytes sent in the set-up, by party. */
  readonly setupBytes: readonly number[];
  /** Bytes sent after the set-up, by party, for each AND gate. */
  readonly bytesPerAnd: readonly number[];
}

interface Settings {
  readonly json: boolean;
  readonly ands: number | undefined;
  readonly parties: readonly number[];
  readonly runs: number;
}

/** One session; throws if the result is wrong. */
async function measure(
  circuit: CircuitSource,
  parties: number,
  kernels: Kernels,
): Promise<Measured> {
  const { ands, inputs: bits } = circuit.header;
  const inputs = randomInputs(1, bits);
  const channels = memoryNetwork(parties);
  const outputParties = channels.map((_, i) => i);
  const parameters = { parties, evaluator: 0, outputParties, k: 2, chunk: DEFAULT_CHUNK };
  const sid = systemRng().fill(new Uint8Array(32));
  const setupBytes: number[] = [];
  const start = performance.now();
  let ready = start;
  const outputs = await Promise.all(channels.map((channel, i) => {
    const observe: Parameters<typeof compute>[0]["observe"] = (event) => {
      if (event.kind !== "progress" || event.phase !== "setup") return;
      setupBytes[i] = channel.traffic.bytes;
      ready = performance.now();
    };
    const options = { channel, rng: systemRng(), sid, parameters, kernels, observe };
    return compute(options, circuit, Uint8Array.from(inputs[i] ?? []));
  }));
  const runMs = performance.now() - ready;
  const wanted = evaluate(circuit, inputs);
  if (!outputs.every((output) => output !== undefined && equal(output, wanted))) {
    throw new Error("The result is wrong");
  }
  return {
    ...{ parties, ands, bucket: batchShape(Math.min(ands, DEFAULT_CHUNK)).size },
    ...{ kernels: kernels.name, setupMs: ready - start, runMs, setupBytes },
    andsPerSecond: ands / runMs * 1000,
    bytesPerAnd: channels.map(({ traffic }, i) => (traffic.bytes - (setupBytes[i] ?? 0)) / ands),
  };
}

/** The run with the median time. */
async function median(
  circuit: CircuitSource,
  parties: number,
  { kernels, runs }: { readonly kernels: Kernels; readonly runs: number },
): Promise<Measured> {
  const all: Measured[] = [];
  for (let run = 0; run < runs; run++) all.push(await measure(circuit, parties, kernels));
  all.sort((x, y) => x.runMs - y.runMs);
  return all[runs >>> 1] as Measured;
}

function settingsFrom(args: readonly string[]): Settings {
  const value = (name: string): string | undefined => {
    return args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  };
  const ands = value("ands");
  return {
    json: args.includes("--json"),
    ands: ands === undefined ? undefined : Number(ands),
    parties: (value("parties") ?? "2,3").split(",").map(Number),
    runs: Number(value("runs") ?? 3),
  };
}

function line(of: Measured): string {
  const bytes = of.bytesPerAnd.map((each) => each.toFixed(0)).join(" / ");
  return `n = ${of.parties}, ${of.ands} AND gates, B = ${of.bucket}, kernels ${of.kernels}: ` +
    `${of.andsPerSecond.toFixed(0)} AND gates/s (${of.runMs.toFixed(0)} ms), ` +
    `bytes an AND gate by party ${bytes}; ` +
    `set-up ${of.setupMs.toFixed(0)} ms, ${of.setupBytes.join(" / ")} bytes`;
}

async function main(args: readonly string[]): Promise<void> {
  const { json, ands, parties, runs } = settingsFrom(args);
  const results: Measured[] = [];
  for (const n of parties) {
    const circuit = ands === undefined
      ? aes128()
      : randomCircuit(1, { parties: n, inputsPerParty: 64, gates: 2 * ands, ands: 0.5 });
    for (const kernels of [typescriptKernels, wasmKernels()]) {
      const measured = await median(circuit, n, { kernels, runs });
      results.push(measured);
      if (!json) await print(line(measured));
    }
  }
  if (json) await print(JSON.stringify(results, undefined, 2));
}

async function print(text: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) await main(Deno.args);
