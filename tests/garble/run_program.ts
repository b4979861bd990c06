/** Compiles programs and runs them in the clear, for the tests of the language. */
import { evaluate, validateCircuit } from "../../lib/circuit/mod.ts";
import {
  compile,
  type CompileOptions,
  decodeOutput,
  encodeInput,
  type Outcome,
  type Program,
  renderDiagnostics,
} from "../../lib/garble/mod.ts";

/** Compiles a program that must be correct, and validates its circuit. */
export function compiled(text: string, options: CompileOptions = {}): Program {
  const source = { name: "test.garble", text };
  const result = compile(source, options);
  if (!result.ok) throw new Error(renderDiagnostics(source, result.diagnostics));
  validateCircuit(result.program.circuit);
  return result.program;
}

/** Runs a program on the texts of the parties' values. */
export function outcome(program: Program, inputs: readonly string[]): Outcome {
  const bits = inputs.map((text, party) => encodeInput(program, party, text));
  return decodeOutput(program, evaluate(program.circuit, bits));
}

/** The text of the result, or `Reason at line:column`. */
export function run(program: Program, ...inputs: readonly string[]): string {
  const result = outcome(program, inputs);
  if (result.kind === "value") return result.text;
  return `${result.reason} at ${result.line}:${result.column}`;
}
