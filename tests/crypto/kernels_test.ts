import { typescriptKernels } from "../../lib/crypto/mod.ts";
import { kernelContract } from "../contract/kernels.ts";

kernelContract("typescriptKernels", typescriptKernels);
