/**
 * Errors, bytes, packed bits and a few words: what every layer may use. Imports nothing.
 *
 * @module
 */
export * from "./errors.ts";
export * from "./error_data.ts";
export * from "./bytes.ts";
export * from "./bits.ts";
export * from "./deferred.ts";
export { VERSION } from "./version.ts";
export * from "./words.ts";
