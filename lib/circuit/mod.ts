/**
 * Boolean circuits: form, construction and plain evaluation. Knows neither Garble nor MPC.
 *
 * @module
 */
export * from "./circuit.ts";
export * from "./builder.ts";
export * from "./gadgets/mod.ts";
export * from "./memory.ts";
export * from "./digest.ts";
export * from "./evaluate.ts";
export * from "./stats.ts";
export * from "./validate.ts";
