/** Garbling and evaluation of runs of gates. */
import { bitBytes, clearPadding } from "../../base/mod.ts";
import { BLOCK_BYTES, TWEAK_DOMAIN, TWEAK_SIDE } from "../constants.ts";
import type { Blocks, EvaluateRun, GarbleRun, GateBlocks, GateRun } from "../kernels.ts";
import { needBits, needBlocks, needGates, needSalt } from "../shapes.ts";
import { tableBlocks } from "../ts/gate_hash.ts";
import { tweakWord } from "../ts/tweaked_hash.ts";
import { forPieces, PIECE } from "./arena.ts";
import { compact, gather, isSparse, scatter } from "./compact.ts";
import type { KernelArena } from "./module.ts";

const NOTHING = new Uint8Array(0);

/** Blocks that belong to AND gates, with the place of a piece of them: `unit` bytes a gate. */
interface Stream {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly unit: number;
}

/** Where the gates of a piece stand. */
interface Piece {
  readonly gates: number;
  /** AND gates of the run before the piece, and in it. */
  readonly first: number;
  readonly ands: number;
}

/** Places of the gates of a run, a piece at a time. */
class Gates {
  readonly op: number;
  readonly a: number;
  readonly b: number;
  readonly out: number;
  readonly #arena: KernelArena;
  readonly #run: GateRun;

  constructor(arena: KernelArena, run: GateRun) {
    this.#arena = arena;
    this.#run = run;
    const size = Math.min(PIECE, run.to - run.from);
    this.op = arena.take(size);
    this.a = arena.take(4 * size);
    this.b = arena.take(4 * size);
    this.out = arena.take(4 * size);
  }

  /** Writes the gates of each piece, then calls `work`. */
  forPieces(work: (piece: Piece) => void): void {
    const { from, to, op, a, b, out } = this.#run;
    let before = 0;
    forPieces(to - from, (offset, gates) => {
      const first = from + offset;
      this.#arena.write(this.op, op, first, gates);
      this.#words(this.a, a, first, gates);
      this.#words(this.b, b, first, gates);
      this.#words(this.out, out, first, gates);
      let ands = 0;
      for (let gate = first; gate < first + gates; gate++) ands += (op[gate] as number) & 1;
      work({ gates, first: before, ands });
      before += ands;
    });
  }

  #words(at: number, source: Uint32Array, first: number, count: number): void {
    const bytes = new Uint8Array(source.buffer, source.byteOffset + 4 * first, 4 * count);
    this.#arena.write(at, bytes, 0, 4 * count);
  }
}

/** A place for pieces of `bytes`, `unit` bytes for each AND gate of the run. */
function stream(arena: KernelArena, run: GateRun, bytes: Uint8Array, unit: number): Stream {
  needBlocks(bytes, (unit * run.ands) / BLOCK_BYTES);
  return { bytes, at: arena.take(unit * Math.min(PIECE, run.ands)), unit };
}

/** Streams of the blocks of λ_α, λ_β, c. */
function streams(arena: KernelArena, run: GateRun, blocks: GateBlocks | undefined): Stream[] {
  if (blocks === undefined) throw new RangeError("Cannot use a run of gates: MACs are absent");
  return [blocks.alpha, blocks.beta, blocks.c].map((part) => stream(arena, run, part, BLOCK_BYTES));
}

function write(arena: KernelArena, all: readonly Stream[], { first, ands }: Piece): void {
  for (const { bytes, at, unit } of all) arena.write(at, bytes, unit * first, unit * ands);
}

function read(arena: KernelArena, all: readonly Stream[], { first, ands }: Piece): void {
  for (const { bytes, at, unit } of all) arena.read(at, bytes, unit * first, unit * ands);
}

/** `Kernels.garble`. */
export function garble(arena: KernelArena, args: GarbleRun): void {
  const registers = needGates(args);
  needBlocks(args.labels, registers);
  if (!isSparse(args, registers)) return garbleAll(arena, args, registers);
  const few = compact(args);
  const labels = gather(args.labels, few.registers);
  garbleAll(arena, { ...args, ...few.gates, labels }, few.registers.length);
  scatter(args.labels, few.registers, labels);
}

/** Garbling with all of `registers` registers in the arena. */
function garbleAll(arena: KernelArena, args: GarbleRun, registers: number): void {
  const { self, garblers, index, labels, salt, macs } = args;
  needSalt(salt);
  arena.use(() => {
    const registerBytes = BLOCK_BYTES * registers;
    const held = arena.hold(labels.subarray(0, registerBytes));
    const delta = arena.hold(needBlocks(args.delta, 1).subarray(0, BLOCK_BYTES));
    const inputs = garblers.flatMap((o) =>
      streams(arena, args, o === self ? args.shares : macs[o])
    );
    const blocks = arena.holdPointers(inputs.map(({ at }) => at));
    const tables = stream(arena, args, args.tables, BLOCK_BYTES * tableBlocks(args));
    const outLabels = stream(arena, args, args.outLabels, BLOCK_BYTES);
    const salted = arena.hold(salt);
    const rank = garblers.indexOf(self);
    arena.wasm.garbleRun(held, blocks, delta, salted, garblers.length, self, rank);
    const gates = new Gates(arena, args);
    gates.forPieces((piece) => {
      write(arena, inputs, piece);
      const { op, a, b, out } = gates;
      const tweak = BigInt(index + piece.first);
      arena.wasm.garbleGates(piece.gates, op, a, b, out, tweak, tables.at, outLabels.at);
      read(arena, [tables, outLabels], piece);
    });
    arena.read(held, labels, 0, registerBytes);
  });
}

/** What the evaluator has of one garbler. */
interface Garbler {
  readonly labels: Blocks;
  readonly held: number;
  readonly inputs: readonly Stream[];
  readonly outLabels: Stream;
  readonly pointers: readonly number[];
}

function garbler(arena: KernelArena, args: EvaluateRun, party: number, registers: number): Garbler {
  const labels = args.labels[party];
  const tables = args.tables[party];
  const outLabels = args.outLabels[party];
  if (labels === undefined || tables === undefined || outLabels === undefined) {
    throw new RangeError(`Cannot evaluate: an array of garbler ${party} is absent`);
  }
  const held = arena.hold(labels.subarray(0, BLOCK_BYTES * registers));
  const macs = streams(arena, args, args.macs[party]);
  const inputs = [...macs, stream(arena, args, tables, BLOCK_BYTES * tableBlocks(args))];
  const result = stream(arena, args, outLabels, BLOCK_BYTES);
  const tweak = tweakWord({
    domain: TWEAK_DOMAIN.GARBLING,
    side: TWEAK_SIDE.ALPHA,
    sender: party,
    receiver: 0,
  });
  const pointers = [held, ...inputs.map(({ at }) => at), result.at, tweak];
  return { labels, held, inputs, outLabels: result, pointers };
}

/** `Kernels.evaluate`. */
export function evaluate(arena: KernelArena, args: EvaluateRun): void {
  const registers = needGates(args);
  needBits(args.z, 8 * registers);
  for (const party of args.garblers) needBlocks(args.labels[party] ?? NOTHING, registers);
  if (!isSparse(args, registers)) return evaluateAll(arena, args, registers);
  const few = compact(args);
  const z = Uint8Array.from(few.registers, (register) => args.z[register] as number);
  const labels = args.labels.map((all) => all.length === 0 ? all : gather(all, few.registers));
  evaluateAll(arena, { ...args, ...few.gates, labels, z }, few.registers.length);
  few.registers.forEach((register, i) => args.z[register] = z[i] as number);
  for (const [party, all] of args.labels.entries()) {
    if (all.length > 0) scatter(all, few.registers, labels[party] ?? NOTHING);
  }
}

/** Evaluation with all of `registers` registers in the arena. */
function evaluateAll(arena: KernelArena, args: EvaluateRun, registers: number): void {
  const { index, salt, z, ands, lsb, outZ } = args;
  needSalt(salt);
  for (const bits of [lsb, outZ]) needBits(bits, ands);
  arena.use(() => {
    const garblers = args.garblers.map((party) => garbler(arena, args, party, registers));
    const records = arena.holdPointers(garblers.flatMap(({ pointers }) => pointers));
    const values = arena.hold(z.subarray(0, registers));
    const salted = arena.hold(salt);
    const [lsbAt, outZAt] = [arena.take(PIECE / 8 + 1), arena.take(PIECE / 8 + 1)];
    const inputs = garblers.flatMap((of) => of.inputs);
    const outLabels = garblers.map((of) => of.outLabels);
    arena.wasm.evaluateRun(records, garblers.length, values, salted);
    const gates = new Gates(arena, args);
    gates.forPieces((piece) => {
      write(arena, inputs, piece);
      // A piece may begin within a byte.
      const byte = piece.first >>> 3;
      const bit = piece.first & 7;
      const bytes = Math.ceil((bit + piece.ands) / 8);
      arena.write(lsbAt, lsb, byte, bytes);
      arena.write(outZAt, outZ, byte, bytes);
      const { op, a, b, out } = gates;
      const tweak = BigInt(index + piece.first);
      arena.wasm.evaluateGates(piece.gates, op, a, b, out, tweak, bit, lsbAt, outZAt);
      arena.read(outZAt, outZ, byte, bytes);
      read(arena, outLabels, piece);
    });
    for (const { labels, held } of garblers) {
      arena.read(held, labels, 0, BLOCK_BYTES * registers);
    }
    arena.read(values, z, 0, registers);
    clearPadding(outZ.subarray(0, bitBytes(ands)), ands);
  });
}
