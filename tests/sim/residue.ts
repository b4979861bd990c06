/**
 * What a computation leaves behind in memory: every array that its kernels were given or gave back and every array
 * that its random source filled, looked at again when it is over.
 */
import type { Curve, Kernels, Rng } from "../../lib/crypto/mod.ts";

/** Where an array was seen: a kernel and an argument ("garble.labels"), its result, or the label of a random source. */
type Place = string;

/** Remembers arrays by the buffer in which they stand. */
export class Residue {
  readonly #seen = new Map<ArrayBufferLike, Set<Place>>();

  /** Number of buffers seen. */
  get size(): number {
    return this.#seen.size;
  }

  /** `kernels`, watched. */
  kernels(kernels: Kernels): Kernels {
    const curve = this.#watched("curve", kernels.curve as unknown as Functions) as unknown;
    const all = this.#watched("", kernels as unknown as Functions) as unknown;
    return { ...all as Kernels, name: kernels.name, curve: curve as Curve };
  }

  /** `rng`, watched. */
  rng(rng: Rng, label = "rng"): Rng {
    return {
      fill: (out) => {
        this.note(label, out);
        return rng.fill(out);
      },
      fork: (name) => this.rng(rng.fork(name), `rng ${name}`),
    };
  }

  /** Remembers all arrays in `value`. */
  note(place: Place, value: unknown): void {
    if (ArrayBuffer.isView(value)) {
      if (value.byteLength === 0) return;
      const places = this.#seen.get(value.buffer) ?? new Set();
      this.#seen.set(value.buffer, places.add(place));
    } else if (Array.isArray(value)) {
      for (const item of value) this.note(place, item);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) this.note(`${place}.${key}`, item);
    }
  }

  /** Places of the arrays that hold anything but zeros and are not public by the places where they were seen; sorted. */
  left(isPublic: (places: readonly Place[]) => boolean): string[] {
    const found = new Set<string>();
    for (const [buffer, places] of this.#seen) {
      if (isPublic([...places])) continue;
      if (new Uint8Array(buffer).every((byte) => byte === 0)) continue;
      found.add([...places].sort().join(" = "));
    }
    return [...found].sort();
  }

  #watched(prefix: string, functions: Functions): Functions {
    const out: Record<string, (...args: readonly unknown[]) => unknown> = {};
    const prototype: object = Object.getPrototypeOf(functions) ?? {};
    const inherited = Object.getOwnPropertyNames(prototype).filter((name) => name in functions);
    for (const name of [...Object.keys(functions), ...inherited]) {
      const call = functions[name];
      if (typeof call !== "function") continue;
      out[name] = (...args) => {
        const place = `${prefix}${name}`;
        args.forEach((arg, i) => this.note(isPlain(arg) ? place : `${place}.${i}`, arg));
        const result = call.apply(functions, [...args]);
        this.note(`${place}()`, result);
        return result;
      };
    }
    return out;
  }
}

type Functions = Readonly<Record<string, ((...args: readonly unknown[]) => unknown) | undefined>>;

function isPlain(value: unknown): boolean {
  return typeof value === "object" && !ArrayBuffer.isView(value);
}
