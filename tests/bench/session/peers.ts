/**
 * The same circuits through p2p-mpc and through emp-wasm, another engine with malicious security that npm
 * has, in turn on the same machine.
 *
 * usage: deno task bench:peers [--parties 2,3] [--circuit aes128,sha256] [--k 2] [--runs 5] [--json]
 *
 * Each party of either engine is a process of its own. p2p-mpc's parties are libp2p nodes with encrypted
 * links; those of emp-wasm have bare TCP connections, and its reading of the circuit is not timed.
 */
import { readFlags } from "./flags.ts";
import { comparePeers, type Comparison } from "./measure.ts";
import { print, runProgram } from "./program.ts";
import { checksTable, peersTable } from "./table.ts";

async function main(args: readonly string[]): Promise<void> {
  const { circuits, parties, ks, chunk, workers, runs, json } = readFlags(args);
  const all: Comparison[] = [];
  for (const circuit of circuits) {
    for (const n of parties) {
      for (const k of ks) {
        all.push(await comparePeers({ circuit, parties: n, k, chunk, workers }, runs));
      }
    }
  }
  if (json) print(JSON.stringify(all.length === 1 ? all[0] : all, undefined, 2));
  else print([peersTable(all), checksTable(all)].join("\n\n"));
}

await runProgram(main);
