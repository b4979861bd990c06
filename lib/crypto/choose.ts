/** Which kernels a machine gets. */
import type { Kernels } from "./kernels.ts";
import { typescriptKernels } from "./ts/kernels.ts";
import { wasmBinary, wasmKernels } from "./wasm/kernels.ts";

/** The kernels of this machine. */
export interface KernelChoice {
  /** The fastest that run here. */
  readonly kernels: Kernels;
  /** What the user should know about them. */
  readonly warning?: string;
}

/**
 * SIMD kernels where the machine has SIMD, else plain TypeScript with a warning. Call it once a thread: SIMD
 * kernels have a memory of their own.
 *
 * @param validate tells whether this machine can run a WebAssembly module.
 */
export function chooseKernels(
  validate: (binary: Uint8Array<ArrayBuffer>) => boolean = WebAssembly.validate,
): KernelChoice {
  if (validate(wasmBinary())) return { kernels: wasmKernels() };
  return {
    kernels: typescriptKernels,
    warning: "this machine has no WebAssembly SIMD; the computation will be many times slower",
  };
}
