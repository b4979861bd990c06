/** `check`: what a program takes and gives, and what computing it costs. */
import { sizeText, toHex } from "../base/mod.ts";
import { type CircuitStats, stats } from "../circuit/mod.ts";
import { type Program, showType } from "../garble/mod.ts";
import { type Parameters, PARTIES_MAX } from "../mpc/mod.ts";
import { CHUNK_ANDS, USUAL_K } from "../party/mod.ts";
import type { TryConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { estimate, type PartyEstimate } from "./estimate.ts";
import { writeJson } from "./json.ts";
import { OPTIONS } from "./options.ts";
import { signatureOf } from "./loaded.ts";
import { loadProgram } from "./program.ts";

/** The party that evaluates unless the parties say otherwise. */
const EVALUATOR = OPTIONS.evaluator.default;

/** A program and its figures. */
interface Report {
  readonly program: Program;
  readonly gates: CircuitStats;
  /** By party; empty if no session is possible with so few or so many parties. */
  readonly costs: readonly PartyEstimate[];
}

/**
 * Compiles the program and tells its signature, its gates and an estimate for each party on stdout.
 *
 * @throws {ProgramError} if it does not compile.
 * @throws {LimitError} if it needs more than a limit allows.
 */
export async function check(config: TryConfig, context: Context): Promise<void> {
  const program = await loadProgram(config, context.system);
  const report = { program, gates: stats(program.circuit), costs: costsOf(program) };
  if (config.json) writeJson(context, jsonReport(report));
  else context.system.stdout.write(`${textReport(report).join("\n")}\n`);
}

function costsOf(program: Program): PartyEstimate[] {
  const { parties } = program;
  if (parties < 2 || parties > PARTIES_MAX) return [];
  const outputParties = Array.from({ length: parties }, (_, party) => party);
  const parameters: Parameters = {
    ...{ parties, evaluator: EVALUATOR, outputParties },
    ...{ k: USUAL_K, chunk: CHUNK_ANDS },
  };
  return estimate(program.circuit.header, parameters);
}

function jsonReport({ program, gates, costs }: Report): Readonly<Record<string, unknown>> {
  const { header } = program.circuit;
  return {
    ok: true,
    program: program.source.name,
    entry: program.entry,
    signature: signatureOf(program),
    parties: program.parties,
    parameters: program.parameters.map(({ name, type, bits }, party) => {
      return { party, name, type: showType(type), bits };
    }),
    result: showType(program.result),
    gates: header.gates,
    and_gates: gates.and,
    xor_gates: gates.xor,
    not_gates: gates.not,
    and_depth: gates.andDepth,
    registers: gates.registers,
    panic_places: program.panicPlaces.length,
    digest: toHex(header.digest),
    program_hash: toHex(program.programHash),
    estimate: costs.map(({ sentBytes, memoryBytes }, party) => {
      return {
        ...{ party, evaluator: party === EVALUATOR },
        ...{ sent_bytes: Math.round(sentBytes), memory_bytes: memoryBytes },
      };
    }),
  };
}

function textReport({ program, gates, costs }: Report): string[] {
  const { header } = program.circuit;
  const number = (value: number): string => value.toLocaleString("en-US");
  const inputs = program.parameters.map(({ name, type, bits }, party) =>
    `  party ${party}: ${name}: ${showType(type)} (${count(bits, "bit")})`
  );
  const estimates = costs.map(({ sentBytes, memoryBytes }, party) => {
    const role = party === EVALUATOR ? ", which evaluates," : "";
    return `  party ${party}${role} sends ${sizeText(sentBytes)} and needs ${
      sizeText(memoryBytes)
    } of memory`;
  });
  return [
    signatureOf(program),
    `parties: ${program.parties}`,
    ...inputs,
    `gates: ${number(header.gates)} (AND ${number(gates.and)}, XOR ${number(gates.xor)}, ` +
    `NOT ${number(gates.not)}), AND depth ${number(gates.andDepth)}`,
    `places that can panic: ${program.panicPlaces.length}`,
    `digest: ${toHex(header.digest)}`,
    ...(costs.length === 0
      ? [`cost: no session is possible, it needs 2 to ${PARTIES_MAX} parties`]
      : ["cost of a session:", ...estimates]),
  ];
}

function count(value: number, word: string): string {
  return `${value} ${word}${value === 1 ? "" : "s"}`;
}
