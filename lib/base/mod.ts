/**
 * Errors, bytes and packed bits: what every layer may use. Imports nothing.
 *
 * @module
 */
export * from "./errors.ts";
export * from "./error_data.ts";
export * from "./bytes.ts";
export * from "./bits.ts";
export * from "./deferred.ts";
export { VERSION } from "./version.ts";
