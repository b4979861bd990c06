/**
 * Boolean circuits: form, construction and plain evaluation. Knows neither Garble nor MPC.
 *
 * @module
 */
export * from "./circuit.ts";
