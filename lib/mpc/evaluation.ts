/**
 * Evaluation: the evaluator's walk through the garbled tables of a chunk.
 *
 * Source: half gates (eprint 2014/756) for n parties as in YWZ20 (eprint 2019/1104), section 5.
 * In, the evaluator: active labels and masked values of live wires, the tables of all garblers, its MACs of
 * λ_α, λ_β, c. Out: z_γ and the labels L_γ^j of the AND gates. Rounds: 0; it reads what garbling.ts sends.
 * Aborts: none. The evaluator never stops in the middle because something looks wrong; what it saw is proved
 * by the label check and tested by the circuit check.
 * Invariant, with honest garblers: L_γ^j = L^j_γ,0 ⊕ z_γ·Δ_j, and z_γ = (value of the wire) ⊕ λ_γ.
 */
import { bitBytes, copyBitsInto, getBit } from "../base/mod.ts";
import { type CircuitHeader, FIRST_INPUT_REGISTER } from "../circuit/mod.ts";
import { type Bits, BLOCK_BYTES, type Blocks } from "../crypto/mod.ts";
import type { Run } from "./chunks.ts";
import type { Message } from "./exchange.ts";
import { gateRun, runMacs, runShares, tableBlocks, tablesBytes, tablesStep } from "./garbling.ts";
import { inputCount } from "./inputs.ts";
import type { Material } from "./material.ts";
import { garblers, lowestGarbler, type Parameters, type Party } from "./party.ts";
import { freshRoom, type Room } from "./shares.ts";

/** State of the live wires at the evaluator. */
export interface ActiveWires {
  /** Active labels by garbler and register; the evaluator's entry is empty. */
  readonly labels: readonly Blocks[];
  /** Masked values by register, one byte each. */
  readonly z: Uint8Array<ArrayBuffer>;
}

/** What the evaluator learns of the AND gates of a chunk, in gate order. */
export interface Evaluated {
  /** z_γ, packed. */
  readonly z: Bits;
  /** L_γ^j by garbler; the evaluator's entry is empty. */
  readonly labels: readonly Blocks[];
}

/** Masked values by register before the first gate, one byte each. */
export function inputValues(header: CircuitHeader, z: Bits): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(header.registers);
  const count = inputCount(header);
  for (let m = 0; m < count; m++) values[FIRST_INPUT_REGISTER + m] = getBit(z, m);
  return values;
}

/** Receives the active labels of all input wires from every garbler. */
export async function receiveInputLabels(
  party: Party,
  header: CircuitHeader,
  z: Bits,
): Promise<ActiveWires> {
  const count = inputCount(header);
  const labels = byGarbler(party.parameters, header.registers, freshRoom);
  await Promise.all(
    garblers(party.parameters).map(async (from) => {
      if (count === 0) return;
      const active = await party.channel.recv(from, "input/labels", BLOCK_BYTES * count);
      labels[from]?.set(active, BLOCK_BYTES * FIRST_INPUT_REGISTER);
    }),
  );
  return { labels, z: inputValues(header, z) };
}

/** What the evaluation of a chunk works on. */
export interface EvaluateChunk {
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
  /** Changed in place. */
  readonly wires: ActiveWires;
  /** Called when so many AND gates of the chunk have been evaluated. */
  readonly done: (ands: number) => void;
}

/** Evaluates a chunk, run by run as the tables arrive. */
export async function evaluateChunk(party: Party, args: EvaluateChunk): Promise<Evaluated> {
  const z = new Uint8Array(bitBytes(args.ands));
  const labels = byGarbler(party.parameters, args.ands, party.secrets.take);
  for (const run of args.runs) {
    const messages = await receiveTables(party, run);
    const first = run.firstAnd - args.first;
    const end = first + run.ands;
    const outLabels = labels.map((all) => all.subarray(BLOCK_BYTES * first, BLOCK_BYTES * end));
    const outZ = evaluateRun(party, args, { run, messages, outLabels });
    copyBitsInto(z, first, outZ, run.ands);
    if (run.ands > 0) args.done(end);
  }
  return { z, labels };
}

/** `count` blocks for each garbler; none for the evaluator. */
function byGarbler(parameters: Parameters, count: number, room: Room): Blocks[] {
  return Array.from({ length: parameters.parties }, (_, j) => {
    return room(j === parameters.evaluator ? 0 : BLOCK_BYTES * count);
  });
}

/** The messages of a run by garbler; the evaluator's entry is empty. */
async function receiveTables(party: Party, run: Run): Promise<Message[]> {
  const { parameters, channel, self } = party;
  return await Promise.all(
    Array.from({ length: parameters.parties }, async (_, from): Promise<Message> => {
      if (from === self || run.ands === 0) return new Uint8Array(0);
      const bytes = tablesBytes(parameters, from, run.ands);
      return await channel.recv(from, tablesStep(run.firstAnd), bytes);
    }),
  );
}

/** One run with the messages received for it. */
interface ReceivedRun {
  readonly run: Run;
  readonly messages: readonly Message[];
  readonly outLabels: readonly Blocks[];
}

/** Evaluates one run; z_γ of its AND gates, packed. */
function evaluateRun(party: Party, args: EvaluateChunk, received: ReceivedRun): Bits {
  const { kernels, parameters, self } = party;
  const { run, messages, outLabels } = received;
  const tableBytes = BLOCK_BYTES * tableBlocks(parameters.parties) * run.ands;
  const shares = runShares(args.material, run.firstAnd - args.first, run.ands);
  party.secrets.keep(...[shares.alpha, shares.beta, shares.c].map(({ bits }) => bits));
  const outZ = new Uint8Array(bitBytes(run.ands));
  kernels.evaluate({
    ...gateRun(parameters, args.salt, run),
    labels: args.wires.labels,
    z: args.wires.z,
    macs: messages.map((_, j) => j === self ? undefined : runMacs(shares, j)),
    tables: messages.map((message) => message.subarray(0, tableBytes)),
    lsb: (messages[lowestGarbler(parameters)] as Message).slice(tableBytes),
    outZ,
    outLabels,
  });
  return outZ;
}
