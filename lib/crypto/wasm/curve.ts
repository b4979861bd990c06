/** The group of base OT in WebAssembly with SIMD: two elements at a time, in constant time. */
import { fromBase64, fromHex } from "../../base/mod.ts";
import { ELEMENT_BYTES } from "../constants.ts";
import { areCanonical, type Curve, EXPONENT_BYTES, UNIFORM_BYTES } from "../curve.ts";
import { Arena, type MemoryExports } from "./arena.ts";
import { CURVE_BINARY } from "./binary.ts";
import { instantiate } from "./module.ts";

/** What the module exports (`as/curve.ts`): addresses in its memory. */
export interface CurveExports extends MemoryExports {
  start(constants: number): void;
  powers(out: number, exponents: number): void;
  powersLess(out: number, exponents: number, uniform: number): void;
  hashed(out: number, uniform: number): void;
  /** Bytes of `work` for each pair. */
  readonly work: WebAssembly.Global;
  coordinates(
    out: number,
    elements: number,
    uniform: number,
    pairs: number,
    work: number,
  ): number;
}

/** 1, 2·d, x and y of the generator (RFC 8032), and the constants of RFC 9496, section 4.1; little-endian. */
const CONSTANTS: readonly string[] = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "59f1b226949bd6eb56b183829a14e00030d1f3eef2808e19e7fcdf56dcd90624",
  "1ad5258f602d56c9b2a7259560c72c695cdcd6fd31e2a4c0fe536ecdd3366921",
  "5866666666666666666666666666666666666666666666666666666666666666",
  "a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352",
  "b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b",
  "1b2e7b49a0f6977ebd54781b0c8e9daffdd1f531c9fc3c0fac48832bbf316937",
  "ea405d80aafdc899be72415a17162f9d40d801fe917bc216a2fcafcf05896c78",
  "76c15f94c1097ce20f355ecd38a1812ce4df70beddab9499d7e0b3b2a8729002",
  "204ded44aa5aad3199191eb02c4a9ed2eb4e9b522fd3dc4c41226cf67ab36859",
];

/** Where the arguments of one call stand; each has room for an even number of elements. */
type Held = (out: number, t: number) => void;

class WasmCurve implements Curve {
  readonly #arena: Arena<CurveExports>;

  constructor(wasm: CurveExports) {
    this.#arena = new Arena(wasm);
    this.#arena.use(() => wasm.start(this.#hold(fromHex(CONSTANTS.join("")), 0)));
  }

  powers(exponents: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
    return this.#pairs(count, () => {
      const x = this.#hold(exponents, EXPONENT_BYTES);
      return (out, t) => this.#arena.wasm.powers(out, x + EXPONENT_BYTES * t);
    });
  }

  powersLess(
    exponents: Uint8Array,
    uniform: Uint8Array,
    count: number,
  ): Uint8Array<ArrayBuffer> {
    return this.#pairs(count, () => {
      const x = this.#hold(exponents, EXPONENT_BYTES);
      const h = this.#hold(uniform, UNIFORM_BYTES);
      return (out, t) => {
        this.#arena.wasm.powersLess(out, x + EXPONENT_BYTES * t, h + UNIFORM_BYTES * t);
      };
    });
  }

  hashed(uniform: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
    return this.#pairs(count, () => {
      const h = this.#hold(uniform, UNIFORM_BYTES);
      return (out, t) => this.#arena.wasm.hashed(out, h + UNIFORM_BYTES * t);
    });
  }

  coordinates(
    elements: Uint8Array,
    count: number,
    uniform?: Uint8Array,
  ): Uint8Array<ArrayBuffer> | undefined {
    if (!areCanonical(elements, count)) return undefined;
    const { wasm } = this.#arena;
    const pairs = Math.ceil(count / 2);
    const result = new Uint8Array(ELEMENT_BYTES * count);
    return this.#arena.use(() => {
      const from = this.#hold(elements, ELEMENT_BYTES);
      const added = uniform === undefined ? 0 : this.#hold(uniform, UNIFORM_BYTES);
      const out = this.#arena.take(2 * ELEMENT_BYTES * pairs);
      const work = this.#arena.take(wasm.work.value * pairs);
      const good = wasm.coordinates(out, from, added, pairs, work);
      this.#arena.read(out, result, 0, result.length);
      return good === 1 ? result : undefined;
    });
  }

  /** A copy of consecutive items of `size` bytes; the last one twice, to complete a pair. */
  #hold(bytes: Uint8Array, size: number): number {
    const at = this.#arena.take(bytes.length + size);
    this.#arena.write(at, bytes, 0, bytes.length);
    const last = Math.max(0, bytes.length - size);
    this.#arena.write(at + bytes.length, bytes, last, bytes.length - last);
    return at;
  }

  /** `count` items of 32 bytes, made two at a time by what `prepare` returns. */
  #pairs(count: number, prepare: () => Held): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(ELEMENT_BYTES * count);
    this.#arena.use(() => {
      const out = this.#arena.take(ELEMENT_BYTES * (count + 1));
      const make = prepare();
      for (let t = 0; t < count; t += 2) make(out + ELEMENT_BYTES * t, t);
      this.#arena.read(out, result, 0, result.length);
    });
    return result;
  }
}

/** The WebAssembly module of the group. */
export function curveBinary(): Uint8Array<ArrayBuffer> {
  return fromBase64(CURVE_BINARY);
}

/** The group over the functions of `wasm`; makes their table of multiples of the generator. */
export function curveOf(wasm: CurveExports): Curve {
  return new WasmCurve(wasm);
}

/** The group with a memory of its own. One instance serves one thread. */
export function wasmCurve(): Curve {
  return curveOf(instantiate(curveBinary()));
}
