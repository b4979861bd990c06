/**
 * Cryptographic primitives and the kernels.
 *
 * @module
 */
export * from "./constants.ts";
export * from "./rng.ts";
export * from "./hash.ts";
export * from "./hkdf.ts";
export * from "./commit.ts";
export * from "./kernels.ts";
export { typescriptKernels } from "./ts/kernels.ts";
export { wasmKernels } from "./wasm/kernels.ts";
export * from "./choose.ts";
export type { Curve } from "./curve.ts";
export * from "./base_ot.ts";
export * from "./cpace.ts";
export * from "./ggm.ts";
export * from "./point_hash.ts";
