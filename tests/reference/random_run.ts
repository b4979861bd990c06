/** Runs of gates on random data, which make no sense but show equal bytes and equal addresses. */
import type { EvaluateRun, GarbleRun, GateBlocks, GateRun, Rng } from "../../lib/crypto/mod.ts";

/** Registers of a run unless said otherwise. */
const REGISTERS = 40;

/** Random gates, a third each XOR, AND, NOT, and all other public parameters. Party 1 evaluates. */
export function randomGates(
  rng: Rng,
  parties: number,
  gates: number,
  registers: number = REGISTERS,
): GateRun {
  const word = (below: number): number => {
    const [low = 0, high = 0] = rng.fill(new Uint8Array(2));
    return (low + 256 * high) % below;
  };
  const words = (): Uint32Array<ArrayBuffer> =>
    Uint32Array.from({ length: gates + 3 }, () => word(registers));
  const op = Uint8Array.from({ length: gates + 3 }, () => word(3));
  return {
    from: 3,
    to: gates + 3,
    op,
    a: words(),
    b: words(),
    out: words(),
    ands: op.subarray(3).filter((code) => code === 1).length,
    index: 2 ** 32 - 5,
    salt: rng.fill(new Uint8Array(16)),
    parties,
    evaluator: 1,
    garblers: Array.from({ length: parties }, (_, i) => i).filter((i) => i !== 1),
  };
}

function blocks(rng: Rng, count: number): Uint8Array<ArrayBuffer> {
  return rng.fill(new Uint8Array(16 * count));
}

function gateBlocks(rng: Rng, ands: number): GateBlocks {
  return { alpha: blocks(rng, ands), beta: blocks(rng, ands), c: blocks(rng, ands) };
}

/** Garbling of `run` by the garbler with the highest number, on random labels, shares and MACs. */
export function randomGarbling(
  rng: Rng,
  run: GateRun,
  registers: number = REGISTERS,
): GarbleRun {
  const self = run.garblers.at(-1) as number;
  return {
    ...run,
    self,
    delta: blocks(rng, 1),
    labels: blocks(rng, registers),
    shares: gateBlocks(rng, run.ands),
    macs: Array.from(
      { length: run.parties },
      (_, o) => o === self || o === run.evaluator ? undefined : gateBlocks(rng, run.ands),
    ),
    tables: new Uint8Array(16 * (3 * run.parties - 4) * run.ands),
    outLabels: new Uint8Array(16 * run.ands),
  };
}

/** Evaluation of `run` on random labels, tables and MACs. */
export function randomEvaluation(
  rng: Rng,
  run: GateRun,
  registers: number = REGISTERS,
): EvaluateRun {
  const each = (count: number): Uint8Array<ArrayBuffer>[] =>
    Array.from({ length: run.parties }, (_, j) => blocks(rng, j === run.evaluator ? 0 : count));
  const bits = (): Uint8Array<ArrayBuffer> => rng.fill(new Uint8Array(Math.ceil(run.ands / 8)));
  return {
    ...run,
    labels: each(registers),
    z: rng.fill(new Uint8Array(registers)).map((byte) => byte & 1),
    macs: Array.from(
      { length: run.parties },
      (_, j) => j === run.evaluator ? undefined : gateBlocks(rng, run.ands),
    ),
    tables: each((3 * run.parties - 4) * run.ands),
    lsb: bits(),
    outZ: bits(),
    outLabels: each(run.ands),
  };
}
