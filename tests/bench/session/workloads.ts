/** What the benchmarks compute: the circuits by name, with inputs. */
import { UsageError, utf8 } from "../../../lib/base/mod.ts";
import type { Loaded, LoadedFacts } from "../../../lib/cli/loaded.ts";
import { inputOf } from "../../../lib/cli/loaded.ts";
import { type BuildOptions, buildProgram, type Built } from "../../../lib/cli/program.ts";
import { COMPILE_LIMITS, type Source } from "../../../lib/garble/mod.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { randomInputs } from "../../sim/circuits.ts";
import { generatedCircuit } from "../../sim/generated.ts";

/** A program as the engine is told it. */
export interface Workload {
  readonly source: Source;
  readonly options: BuildOptions;
}

/** Names that need no number, with their titles. */
export const CIRCUITS: Readonly<Record<string, string>> = {
  aes128: "AES-128",
  sha256: "SHA-256",
  join16: "16 × 16 join",
  join1000: "1000 × 1000 join",
};

/** Wires of a generated circuit that live all the time. */
const LIVE_WIRES = 20_000;

const FILES: Readonly<Record<string, string>> = { aes128: "aes_128", sha256: "sha256" };

function options(constants: ReadonlyMap<string, string> = new Map()): BuildOptions {
  const limits = { limits: COMPILE_LIMITS, sourceMax: 1 << 30, compileTimeMs: 600_000 };
  return { entry: "main", constants, ...limits };
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, import.meta.url));
}

/**
 * The workload `name`: one of {@linkcode CIRCUITS}, `joinN` for tables of N rows,
 * or `generatedN` for N AND gates that are made while they are walked.
 *
 * @throws {UsageError} if there is none of that name.
 */
export async function workload(name: string): Promise<Workload> {
  const file = FILES[name];
  if (file !== undefined) {
    const text = await read(`../../../examples/circuits/${file}.txt`);
    return { source: { name, text }, options: options() };
  }
  if (/^generated\d+$/.test(name)) return { source: { name, text: "" }, options: options() };
  const rows = /^join(\d+)$/.exec(name)?.[1];
  if (rows === undefined) {
    throw new UsageError(`Cannot measure "${name}": there is no such circuit`, {
      hint: `circuits: ${Object.keys(CIRCUITS).join(", ")}, join<rows>, generated<AND gates>`,
    });
  }
  const text = await read("join.garble.rs");
  return { source: { name, text }, options: options(new Map([["PARTY_0::ROWS", `${rows}usize`]])) };
}

/** A circuit that is generated while it is walked, as a program without text. */
function generated(source: Source, ands: number): Loaded {
  const circuit = generatedCircuit({ ands, live: LIVE_WIRES, parties: 2 });
  const { inputs, outputs } = circuit.header;
  return {
    ...{ source, programHash: sha256(utf8(source.name)), entry: "main", panicPlaces: [] },
    parameters: inputs.map((bits, i) => ({ name: `input_${i}`, type: { kind: "bool" }, bits })),
    ...{ parties: inputs.length, result: { kind: "bool" }, circuit },
    outputWidths: [outputs.length],
  };
}

/** `buildProgram`, which knows generated circuits as well. */
export function buildWorkload(
  source: Source,
  options: BuildOptions,
  now: () => number,
): Built<Loaded> {
  const ands = /^generated(\d+)$/.exec(source.name)?.[1];
  if (ands === undefined) return buildProgram(source, options, now);
  return { ok: true, program: generated(source, Number(ands)) };
}

/** Compiles a workload; throws if it does not compile. */
export function build({ source, options }: Workload): Loaded {
  const built = buildWorkload(source, options, Date.now);
  if (!built.ok) throw new TypeError(`Cannot compile ${source.name}`);
  return built.program;
}

/** The packed input of a party, the same on every run; sorted tables for a join. Further parties have none. */
export function inputFor(
  { source }: Workload,
  program: LoadedFacts,
  party: number,
): Uint8Array<ArrayBuffer> {
  if (party >= program.parties) return new Uint8Array(0);
  const rows = Number(/^join(\d+)$/.exec(source.name)?.[1] ?? 0);
  if (rows === 0) {
    return Uint8Array.from(randomInputs(1, program.circuit.header.inputs)[party] ?? []);
  }
  // Keys of party 0 are even, those of party 1 multiples of three: every third row is in both.
  const row = (i: number): string => `(${i * (party === 0 ? 2 : 3)}, ${i % 1000})`;
  const text = `[${Array.from({ length: rows }, (_, i) => row(i)).join(", ")}]`;
  return inputOf(program, party, { format: "garble", text });
}
