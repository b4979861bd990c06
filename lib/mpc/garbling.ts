/**
 * Garbling: the tables of a chunk, from each garbler to the evaluator.
 *
 * Source: half gates (Zahur, Rosulek, Evans, eprint 2014/756) for n parties as in YWZ20 (eprint 2019/1104), section 5.
 * Assumes: the material of the chunk, its V check and MAC hashes passed. In, garbler j: its 0-labels, shares
 * of λ_α, λ_β, c. Out: the 0-labels L_γ,0 of the AND gates.
 * Rounds: 1, as a stream of messages. Bytes, each garbler: 16·(3n − 4) an AND gate; g* one bit more.
 * Aborts: none; a wrong table is found by the label check and the circuit check.
 * Notation: `labels` are L_w,0 by register; the 1-label is L_w,0 ⊕ Δ_j.
 * Deviation: point-and-permute is one bit of the lowest garbler g* only, since z is a property of the wire.
 */
import { bitBytes, concat, setBit } from "../base/mod.ts";
import { type CircuitHeader, FIRST_INPUT_REGISTER } from "../circuit/mod.ts";
import { BLOCK_BYTES, type Blocks, type GateBlocks, type GateRun } from "../crypto/mod.ts";
import type { Bits } from "../crypto/mod.ts";
import type { Run } from "./chunks.ts";
import type { Message } from "./exchange.ts";
import { inputCount } from "./inputs.ts";
import type { Material } from "./material.ts";
import { garblers, lowestGarbler, type Parameters, type Party } from "./party.ts";
import { type Shares, sliceShares } from "./shares.ts";

/** Blocks of a garbler's table for one AND gate: 3n − 4. */
export function tableBlocks(parties: number): number {
  return 3 * parties - 4;
}

/** Bytes of the tables of a run from garbler `from`: its blocks, and the packed lsb bits of g*. */
export function tablesBytes(parameters: Parameters, from: number, ands: number): number {
  const bits = from === lowestGarbler(parameters) ? bitBytes(ands) : 0;
  return BLOCK_BYTES * tableBlocks(parameters.parties) * ands + bits;
}

/** Name of the step that carries the tables of the run that starts with AND gate `first` of the circuit. */
export function tablesStep(first: number): string {
  return `tables/${first}`;
}

/** What garbler and evaluator hand to the kernels alike. */
export function gateRun(parameters: Parameters, salt: Uint8Array, run: Run): GateRun {
  const { op, a, b, out } = run.segment;
  const { from, to, ands, firstAnd: index } = run;
  const { parties, evaluator } = parameters;
  return {
    ...{ from, to, op, a, b, out, ands, index, salt, parties, evaluator },
    garblers: garblers(parameters),
  };
}

/** Random 0-labels of the input wires, in arrays for all registers. */
export function freshLabels(party: Party, header: CircuitHeader): Blocks {
  const labels = new Uint8Array(BLOCK_BYTES * header.registers);
  const first = BLOCK_BYTES * FIRST_INPUT_REGISTER;
  const inputs = labels.subarray(first, first + BLOCK_BYTES * inputCount(header));
  party.rng.fork("labels").fill(inputs);
  party.secrets.keep(labels);
  return labels;
}

/**
 * Sends the evaluator the active label of each input wire.
 *
 * @param z masked values of all input wires, after their comparison.
 */
export async function sendInputLabels(
  party: Party,
  header: CircuitHeader,
  labels: Blocks,
  z: Bits,
): Promise<void> {
  const count = inputCount(header);
  if (count === 0) return;
  const first = BLOCK_BYTES * FIRST_INPUT_REGISTER;
  const zero = labels.slice(first, first + BLOCK_BYTES * count);
  party.order.sending("input labels");
  const active = party.kernels.expectedMacs(zero, z, party.delta, count);
  zero.fill(0);
  await party.channel.send(party.parameters.evaluator, "input/labels", active);
}

/** Blocks of λ_α, λ_β and c of a run, from `first` on in the chunk's arrays. */
export function runShares(
  material: Material,
  first: number,
  ands: number,
): { readonly alpha: Shares; readonly beta: Shares; readonly c: Shares } {
  const cut = (shares: Shares): Shares => sliceShares(shares, first, ands);
  return { alpha: cut(material.alpha), beta: cut(material.beta), c: cut(material.c) };
}

/** The MACs under party `j`'s key of a run's shares. */
export function runMacs(run: Material, j: number): GateBlocks {
  const macs = (shares: Shares): Blocks => shares.macs[j] as Blocks;
  return { alpha: macs(run.alpha), beta: macs(run.beta), c: macs(run.c) };
}

/** What the garbling of a chunk works on. */
export interface GarbleChunk {
  /** Number of the chunk. */
  readonly chunk: number;
  /** AND gates of the circuit before the chunk. */
  readonly first: number;
  /** AND gates of the chunk. */
  readonly ands: number;
  /** Gates of the chunk. */
  readonly runs: Iterable<Run>;
  /** Shares that belong to its AND gates. */
  readonly material: Material;
  /** Session salt, 16 bytes. */
  readonly salt: Uint8Array;
  /** 0-labels by register; changed in place. */
  readonly labels: Blocks;
  /** Called when the tables of so many AND gates of the chunk have been sent. */
  readonly done: (ands: number) => void;
}

/** Garbles a chunk and streams its tables; returns L_γ,0 of its AND gates in gate order. */
export async function garbleChunk(party: Party, args: GarbleChunk): Promise<Blocks> {
  const outLabels = party.secrets.take(BLOCK_BYTES * args.ands);
  for (const run of args.runs) {
    const first = run.firstAnd - args.first;
    const end = first + run.ands;
    const tables = garbleRun(party, args, run, outLabels.subarray(16 * first, 16 * end));
    if (run.ands === 0) continue;
    party.order.sending("tables", args.chunk);
    await party.channel.send(party.parameters.evaluator, tablesStep(run.firstAnd), tables);
    args.done(end);
  }
  return outLabels;
}

/** The message of one run: tables, and for g* the lsb bits. */
function garbleRun(party: Party, args: GarbleChunk, run: Run, outLabels: Blocks): Message {
  const { kernels, delta, self, parameters } = party;
  const { labels, salt } = args;
  const shares = runShares(args.material, run.firstAnd - args.first, run.ands);
  const { alpha, beta, c } = shares;
  // Why: their bits may be copies.
  party.secrets.keep(alpha.bits, beta.bits, c.bits);
  const own = (part: Shares): Blocks => kernels.keyShare(part, delta, run.ands);
  const ownShares = { alpha: own(alpha), beta: own(beta), c: own(c) };
  const macs = Array.from({ length: parameters.parties }, (_, o) => {
    return o === self || o === parameters.evaluator ? undefined : runMacs(shares, o);
  });
  const tables = new Uint8Array(BLOCK_BYTES * tableBlocks(parameters.parties) * run.ands);
  kernels.garble({
    ...gateRun(parameters, salt, run),
    ...{ self, delta, labels, macs, tables, outLabels },
    shares: ownShares,
  });
  for (const blocks of Object.values(ownShares)) blocks.fill(0);
  if (self !== lowestGarbler(parameters)) return tables;
  const lsb = new Uint8Array(bitBytes(run.ands));
  for (let m = 0; m < run.ands; m++) setBit(lsb, m, outLabels[16 * m] as number);
  return concat(tables, lsb);
}
