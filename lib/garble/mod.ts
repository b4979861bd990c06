/**
 * The Garble language: from program text to a circuit, and values in and out.
 *
 * @module
 */
export * from "./compile.ts";
export * from "./run.ts";
export * from "./value.ts";
export * from "./value_format.ts";
export * from "./types.ts";
export * from "./source.ts";
export type { Tick } from "./steps.ts";
export {
  CODES,
  type Diagnostic,
  type DiagnosticKind,
  renderDiagnostics,
  type Stage,
} from "./diagnostic.ts";
export * from "./limits.ts";
export { checkWires } from "./lower/limits.ts";
export { PANIC_BITS, PANIC_REASONS, type PanicPlace, type PanicReason } from "./lower/panic.ts";
