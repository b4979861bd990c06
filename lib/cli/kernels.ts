/** The kernels that a computation runs on. */
import { chooseKernels, type KernelChoice, type Kernels } from "../crypto/mod.ts";
import type { Observe } from "../observability/mod.ts";

/** The fastest kernels of this machine; the log says so if they are slow. */
export function fastestKernels(
  observe: Observe,
  choose: () => KernelChoice = chooseKernels,
): Kernels {
  const { kernels, warning } = choose();
  if (warning !== undefined) {
    observe({ kind: "log", level: "warn", module: "crypto", text: warning });
  }
  return kernels;
}
