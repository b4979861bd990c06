/** Size and depth of a circuit. */
import { type CircuitSource, OP } from "./circuit.ts";

/** What a circuit costs. */
export interface CircuitStats {
  /** Number of XOR gates. */
  readonly xor: number;
  /** Number of AND gates. */
  readonly and: number;
  /** Number of NOT gates. */
  readonly not: number;
  /** Most AND gates on a path from an input to an output. */
  readonly andDepth: number;
  /** Number of registers, the two constants included. */
  readonly registers: number;
}

/** Counts gates and measures the AND depth in one walk. */
export function stats(source: CircuitSource): CircuitStats {
  const depth = new Uint32Array(source.header.registers);
  const counts = [0, 0, 0];
  for (const { count, op, a, b, out } of source.segments()) {
    for (let gate = 0; gate < count; gate++) {
      const kind = op[gate] as number;
      counts[kind] = (counts[kind] as number) + 1;
      const x = depth[a[gate] as number] as number;
      const y = depth[b[gate] as number] as number;
      depth[out[gate] as number] = Math.max(x, y) + (kind === OP.AND ? 1 : 0);
    }
  }
  let andDepth = 0;
  for (const register of source.header.outputs) {
    andDepth = Math.max(andDepth, depth[register] as number);
  }
  const [xor = 0, and = 0, not = 0] = counts;
  return { xor, and, not, andDepth, registers: source.header.registers };
}
