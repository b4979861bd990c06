/**
 * Boolean circuits: form, construction and plain evaluation. Knows neither Garble nor MPC.
 *
 * @module
 */
export * from "./circuit.ts";
export * from "./builder.ts";
export * from "./limits.ts";
export * from "./gadgets/mod.ts";
export * from "./packed.ts";
export * from "./digest.ts";
export * from "./evaluate.ts";
export * from "./stats.ts";
export * from "./validate.ts";
export * from "./bit_text.ts";
export * from "./bristol_export.ts";
export {
  type BristolCircuit,
  type CircuitFileOptions,
  importBristol,
  looksLikeBristol,
} from "./bristol_import.ts";
export { INPUT_BITS_MAX } from "./file_problem.ts";
export * from "./ssa_json.ts";
export * from "./register_json.ts";
