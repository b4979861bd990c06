/**
 * What a preprocessing saves: sessions in memory with and without a stock, alternating, all parties on one thread.
 *
 * usage: deno run --allow-env --allow-sys --allow-read --allow-write tests/bench/stock.ts [--parties=2,3] [--runs=N]
 *
 * "full" is the set-up and the session. "online" is the session with a stock: reading and decrypting the files,
 * recording their use, and what the parties compute and send.
 */
import { equal, utf8 } from "../../lib/base/mod.ts";
import { type CircuitSource, evaluate, importBristol } from "../../lib/circuit/mod.ts";
import { type StockPlace, StockWriter, takeStock } from "../../lib/cli/stock_store.ts";
import { chooseKernels, sha256, systemRng } from "../../lib/crypto/mod.ts";
import {
  type Channel,
  compute,
  type ComputeOptions,
  computeWithStock,
  preprocess,
  type StockHeader,
} from "../../lib/mpc/mod.ts";
import { aes128, randomInputs } from "../sim/circuits.ts";
import { DEFAULT_CHUNK } from "../sim/engine.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";

/** Times of one run, in milliseconds. */
interface Times {
  readonly full: number;
  readonly preprocessing: number;
  readonly online: number;
}

const KERNELS = chooseKernels().kernels;

/** What all parties of a session are given, over a network of their own. */
function optionsOf(parties: number): ComputeOptions[] {
  const sid = systemRng().fill(new Uint8Array(32));
  const channels: readonly Channel[] = memoryNetwork(parties);
  const outputParties = channels.map((_, i) => i);
  const parameters = { parties, evaluator: 0, outputParties, k: 2, chunk: DEFAULT_CHUNK };
  return channels.map((channel) => ({
    ...{ channel, sid, parameters, rng: systemRng(), kernels: KERNELS },
  }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function measure(circuit: CircuitSource, parties: number, folder: string): Promise<Times> {
  const { ands, inputs: bits } = circuit.header;
  const inputs = randomInputs(1, bits);
  const own = (i: number): Uint8Array<ArrayBuffer> => Uint8Array.from(inputs[i] ?? []);
  const wanted = evaluate(circuit, inputs);
  const check = (outputs: readonly (Uint8Array | undefined)[]): void => {
    if (outputs.every((output) => output !== undefined && equal(output, wanted))) return;
    throw new Error("The result is wrong");
  };
  const full = await timed(async () => {
    check(await Promise.all(optionsOf(parties).map((all, i) => compute(all, circuit, own(i)))));
  });
  const places = Array.from({ length: parties }, (_, i): StockPlace => {
    return { path: `${folder}/${i}`, key: sha256(utf8(`${i}`)) };
  });
  const demand = { ands, inputs: bits.reduce((sum, count) => sum + count, 0) };
  const making = optionsOf(parties);
  const sid = new Uint8Array(making[0]?.sid ?? []);
  const preprocessing = await timed(() =>
    Promise.all(making.map(async (all, self) => {
      const { evaluator, k, chunk } = all.parameters;
      const terms = { ...demand, sid, parties, evaluator, k, chunk };
      const roster = places.map(() => "peer");
      const header: StockHeader = { ...terms, self, engine: "0", roster, keySalt: sid };
      const writer = await StockWriter.create(places[self] as StockPlace, header);
      await preprocess(all, demand, writer);
      writer.close();
    }))
  );
  const online = await timed(async () => {
    check(
      await Promise.all(
        optionsOf(parties).map(async (all, i) => {
          const stock = await takeStock(places[i] as StockPlace, sid);
          const output = await computeWithStock(all, stock, circuit, own(i));
          await stock.discard();
          return output;
        }),
      ),
    );
  });
  for (const { path } of places) await Deno.remove(path);
  return { full, preprocessing, online };
}

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((x, y) => x - y);
  const [least = 0] = sorted;
  return `${(sorted[sorted.length >>> 1] ?? 0).toFixed(0)} (${least.toFixed(0)}–${
    (sorted.at(-1) ?? 0).toFixed(0)
  })`;
}

async function main(args: readonly string[]): Promise<void> {
  const value = (name: string): string | undefined => {
    return args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  };
  const runs = Number(value("runs") ?? 5);
  const sha = await Deno.readTextFile(
    new URL("../../examples/circuits/sha256.txt", import.meta.url),
  );
  const circuits = {
    "AES-128": aes128(),
    "SHA-256": importBristol(sha, { gatesMax: 2 ** 20 }).circuit,
  };
  const folder = await Deno.makeTempDir();
  try {
    for (const parties of (value("parties") ?? "2,3").split(",").map(Number)) {
      for (const [name, circuit] of Object.entries(circuits)) {
        await measure(circuit, parties, folder);
        const all: Times[] = [];
        for (let run = 0; run < runs; run++) all.push(await measure(circuit, parties, folder));
        const [full, before, online] = (["full", "preprocessing", "online"] as const).map((key) =>
          spread(all.map((times) => times[key]))
        );
        const text = `n = ${parties}, ${name}, ${circuit.header.ands} AND gates, ` +
          `kernels ${KERNELS.name}: full ${full} ms, preprocessing ${before} ms, online ${online} ms\n`;
        await Deno.stdout.write(utf8(text));
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main(Deno.args);
