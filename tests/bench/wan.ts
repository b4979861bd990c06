/**
 * Sessions over a wide area network in virtual time (tests/sim/wan.ts): delay, bandwidth and rounds, without computing.
 *
 * usage: deno run --allow-env --allow-read tests/bench/wan.ts [DELAY_MS] [MBIT]      (100 and 100 by default)
 */
import { systemRng, wasmKernels } from "../../lib/crypto/mod.ts";
import { compute, sessionRounds } from "../../lib/mpc/mod.ts";
import { aes128, randomInputs } from "../sim/circuits.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { Wan } from "../sim/wan.ts";

const [delayMs = 100, mbit = 100] = Deno.args.map(Number);
const kernels = wasmKernels();
const circuit = aes128();
const inputs = randomInputs(1, circuit.header.inputs);

/** Virtual milliseconds of AES-128 between so many parties. */
async function measure(parties: number, k: number): Promise<string> {
  const wan = new Wan({ delayMs, mbit });
  const outputParties = Array.from({ length: parties }, (_, i) => i);
  const parameters = { parties, evaluator: 0, outputParties, k, chunk: 393_216 };
  const sid = new Uint8Array(32);
  await wan.run(Promise.all(
    memoryNetwork(parties).map((channel, i) => {
      const options = { channel: wan.wrap(channel), rng: systemRng(), sid, parameters, kernels };
      return compute(options, circuit, Uint8Array.from(inputs[i] ?? []));
    }),
  ));
  const rounds = sessionRounds(circuit.header, parameters);
  return `| ${parties} | ${k} | ${rounds} | ${Math.round(wan.now)} |`;
}

const lines = [`AES-128, ${delayMs} ms one way, ${mbit} Mbit/s:`, "", "| n | k | rounds | ms |"];
lines.push("|---|---|---|---|");
for (const parties of [2, 3, 5]) for (const k of [2, 4, 8]) lines.push(await measure(parties, k));
await Deno.stdout.write(new TextEncoder().encode(`${lines.join("\n")}\n`));
