/** The kernels in WebAssembly with SIMD. */
import { fromBase64 } from "../../base/mod.ts";
import type { Curve } from "../curve.ts";
import type { Kernels } from "../kernels.ts";
import { xorBitsInto } from "../ts/shares.ts";
import { Arena } from "./arena.ts";
import { KERNELS_BINARY } from "./binary.ts";
import { cotReceive, cotSend } from "./cot.ts";
import { wasmCurve } from "./curve.ts";
import { evaluate, garble } from "./gates.ts";
import { leakyKeySide, leakyMacSide } from "./leaky.ts";
import { bitsHash, columnHash, macSum, macSumHalves } from "./linear_hash.ts";
import { type Exports, instantiate } from "./module.ts";
import { expand, hash, prgInto, transpose } from "./primitives.ts";
import { crossShare, expectedMacs, keyShare, xorBlocksInto, xorDeltaInto } from "./shares.ts";

/** The WebAssembly module of the kernels. */
export function wasmBinary(): Uint8Array<ArrayBuffer> {
  return fromBase64(KERNELS_BINARY);
}

/**
 * SIMD kernels with a memory of their own, which holds zeros between calls. One instance serves one thread.
 *
 * @throws {WebAssembly.CompileError} on a machine without SIMD; `chooseKernels` tests for it.
 */
export function wasmKernels(): Kernels {
  return kernelsOf(instantiate(wasmBinary()), wasmCurve());
}

/** The kernels over the functions of `wasm`. */
export function kernelsOf(wasm: Exports, curve: Curve): Kernels {
  const arena = new Arena(wasm);
  return {
    name: "wasm",
    curve,
    memoryBytes: () => wasm.memory.buffer.byteLength,
    prgInto: (...args): void => prgInto(arena, ...args),
    expand: (...args) => expand(arena, ...args),
    hash: (...args) => hash(arena, ...args),
    transpose: (...args) => transpose(arena, ...args),
    cotReceive: (args) => cotReceive(arena, args),
    cotSend: (args) => cotSend(arena, args),
    columnHash: (...args) => columnHash(arena, ...args),
    bitsHash: (...args) => bitsHash(arena, ...args),
    macSum: (...args) => macSum(arena, ...args),
    macSumHalves: (...args) => macSumHalves(arena, ...args),
    expectedMacs: (...args) => expectedMacs(arena, ...args),
    crossShare: (...args) => crossShare(arena, ...args),
    keyShare: (...args) => keyShare(arena, ...args),
    leakyKeySide: (args) => leakyKeySide(arena, args),
    leakyMacSide: (args) => leakyMacSide(arena, args),
    xorBlocksInto: (...args) => xorBlocksInto(arena, ...args),
    xorBitsInto,
    xorDeltaInto: (...args) => xorDeltaInto(arena, ...args),
    garble: (args) => garble(arena, args),
    evaluate: (args) => evaluate(arena, args),
  };
}
