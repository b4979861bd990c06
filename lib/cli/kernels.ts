/** The kernels that a computation runs on. */
import type { KernelChoice, Kernels } from "../crypto/mod.ts";
import type { Observe } from "../observability/mod.ts";

/** The kernels of `choice`; the log says so if they are slow. */
export function chosenKernels({ kernels, warning }: KernelChoice, observe: Observe): Kernels {
  if (warning !== undefined) {
    observe({ kind: "log", level: "warn", module: "crypto", text: warning });
  }
  return kernels;
}
