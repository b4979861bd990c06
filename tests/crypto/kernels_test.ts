import { typescriptKernels, wasmKernels } from "../../lib/crypto/mod.ts";
import { kernelContract } from "../contract/kernels.ts";

kernelContract("typescriptKernels", typescriptKernels);
kernelContract("wasmKernels", wasmKernels());
