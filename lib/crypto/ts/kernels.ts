/** The kernels in plain TypeScript: the reference for other implementations, and the fallback. */
import type { Kernels } from "../kernels.ts";
import { cotReceive, cotSend } from "./cot.ts";
import { plainCurve } from "./curve.ts";
import { evaluate } from "./evaluate.ts";
import { garble } from "./garble.ts";
import { leakyKeySide, leakyMacSide } from "./leaky.ts";
import { bitsHash, columnHash, macSum, macSumHalves } from "./linear_hash.ts";
import { expand, prgInto } from "./prg.ts";
import {
  crossShare,
  expectedMacs,
  keyShare,
  xorBitsInto,
  xorBlocksInto,
  xorDeltaInto,
} from "./shares.ts";
import { transpose } from "./transpose.ts";
import { hash } from "./tweaked_hash.ts";

/** Plain TypeScript kernels; stateless, to be shared freely. */
export const typescriptKernels: Kernels = {
  name: "typescript",
  memoryBytes: () => 0,
  curve: plainCurve,
  prgInto,
  expand,
  hash,
  transpose,
  cotReceive,
  cotSend,
  columnHash,
  bitsHash,
  macSum,
  macSumHalves,
  expectedMacs,
  crossShare,
  keyShare,
  leakyKeySide,
  leakyMacSide,
  xorBlocksInto,
  xorBitsInto,
  xorDeltaInto,
  garble,
  evaluate,
};
