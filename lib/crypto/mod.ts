/**
 * Cryptographic primitives and the kernels.
 *
 * @module
 */
export * from "./kernels.ts";
