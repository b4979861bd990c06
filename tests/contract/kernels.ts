/** The suite that every implementation of the kernels passes, with equal bytes. */
import type { Kernels } from "../../lib/crypto/mod.ts";
import { cotContract } from "./kernels/cot.ts";
import { gatesContract } from "./kernels/gates.ts";
import { goldenContract } from "./kernels/golden.ts";
import { primitivesContract } from "./kernels/primitives.ts";
import { shapesContract } from "./kernels/shapes.ts";
import { sharesContract } from "./kernels/shares.ts";

/** Registers the tests for `kernels`. */
export function kernelContract(name: string, kernels: Kernels): void {
  primitivesContract(name, kernels);
  cotContract(name, kernels);
  sharesContract(name, kernels);
  gatesContract(name, kernels);
  shapesContract(name, kernels);
  goldenContract(name, kernels);
}
