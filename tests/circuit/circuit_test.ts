import assert from "node:assert/strict";
import { ProgramError, toHex } from "../../lib/base/mod.ts";
import {
  Builder,
  circuitDigest,
  type CircuitHeader,
  type CircuitSource,
  evaluate,
  OP,
  type Segment,
  SEGMENT_GATES,
  stats,
  validateCircuit,
} from "../../lib/circuit/mod.ts";
import { MemoryCircuit } from "./memory_circuit.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";

/** Registers by gate, an independent and slow evaluation. */
function evaluateSlowly(circuit: CircuitSource, bits: readonly boolean[]): boolean[] {
  const registers = new Map<number, boolean>([[0, false], [1, true]]);
  bits.forEach((bit, i) => registers.set(2 + i, bit));
  const read = (register: number | undefined): boolean => {
    const value = registers.get(register ?? -1);
    assert.notEqual(value, undefined);
    return value === true;
  };
  for (const segment of circuit.segments()) {
    for (let i = 0; i < segment.count; i++) {
      const x = read(segment.a[i]);
      const y = read(segment.b[i]);
      const value = [x !== y, x && y, !x][segment.op[i] ?? 9];
      registers.set(segment.out[i] ?? -1, value === true);
    }
  }
  return [...circuit.header.outputs].map(read);
}

Deno.test("evaluate() agrees with a slow evaluation on random circuits", () => {
  for (let seed = 0; seed < 30; seed++) {
    const circuit = randomCircuit(seed, { parties: 1 + seed % 4, inputsPerParty: 9, gates: 300 });
    validateCircuit(circuit);
    const inputs = randomInputs(seed, circuit.header.inputs);
    const bits = inputs.flatMap((packed) =>
      Array.from({ length: 9 }, (_, i) => (((packed[i >> 3] ?? 0) >> (i & 7)) & 1) === 1)
    );
    const wanted = evaluateSlowly(circuit, bits);
    const got = evaluate(circuit, inputs);
    assert.deepEqual(wanted.map((_, i) => (((got[i >> 3] ?? 0) >> (i & 7)) & 1) === 1), wanted);
  }
});

Deno.test("evaluate() refuses inputs of another length", () => {
  const circuit = randomCircuit(1, { parties: 2, inputsPerParty: 9, gates: 10 });
  assert.throws(() => evaluate(circuit, [new Uint8Array(2), new Uint8Array(1)]), RangeError);
  assert.throws(() => evaluate(circuit, [new Uint8Array(2)]), RangeError);
});

Deno.test("a large circuit is cut into full segments, the same on every walk", () => {
  const circuit = randomCircuit(7, { parties: 2, inputsPerParty: 64, gates: 150_000 });
  validateCircuit(circuit);
  const counts = [...circuit.segments()].map((segment) => segment.count);
  assert.ok(counts.length >= 3);
  assert.ok(counts.slice(0, -1).every((count) => count === SEGMENT_GATES));
  assert.equal(counts.reduce((x, y) => x + y), circuit.header.gates);
  assert.deepEqual([...circuit.segments()], [...circuit.segments()]);
  const { xor, and, not } = stats(circuit);
  assert.equal(xor + and + not, circuit.header.gates);
  assert.equal(and, circuit.header.ands);
});

Deno.test("the digest is the same for the same circuit and differs for a different one", () => {
  const digest = (seed: number): string =>
    toHex(randomCircuit(seed, { parties: 2, inputsPerParty: 8, gates: 100 }).header.digest);
  assert.equal(digest(1), digest(1));
  assert.notEqual(digest(1), digest(2));
  const small = new Builder({ inputs: [1, 1] });
  const circuit = small.build([small.and(small.input(0, 0), small.input(1, 0))]);
  assert.equal(
    toHex(circuit.header.digest),
    "c0a49582fc252b01b3b627a12ea210cf8d295986ffea795518fd49c4c19b5f7b",
    "the encoding changed: that is a new version of the domain",
  );
});

const HEADER = { inputs: [1, 1], outputs: Uint32Array.of(2), ands: 1, gates: 1, registers: 4 };

interface Bad {
  readonly header?: Partial<CircuitHeader>;
  readonly segment?: Partial<Segment>;
}

/** The circuit "and", spoilt as told, with a digest that fits unless it is told too. */
function spoilt(bad: Bad): CircuitSource {
  const op = Uint8Array.of(OP.AND);
  const segment: Segment = {
    ...{
      count: 1,
      ands: 1,
      op,
      a: Uint32Array.of(2),
      b: Uint32Array.of(3),
      out: Uint32Array.of(2),
    },
    ...bad.segment,
  };
  const header = { ...HEADER, ...bad.header };
  const digest = bad.header?.digest ?? circuitDigest(header, [segment]);
  return { header: { ...header, digest }, segments: () => [segment] };
}

Deno.test("validateCircuit() finds every defect", () => {
  validateCircuit(spoilt({}));
  const one = (value: number): Uint32Array => Uint32Array.of(value);
  const defects: Record<string, Bad> = {
    "reads constant": { segment: { a: one(0) } },
    "reads unwritten": { header: { gates: 1, registers: 5 }, segment: { a: one(4) } },
    "reads missing": { segment: { b: one(4) } },
    "writes missing": { segment: { out: one(4) } },
    "writes constant": { segment: { out: one(1) } },
    "equal operands": { segment: { b: one(2) } },
    "unknown operation": { segment: { op: Uint8Array.of(3) } },
    "two operands of NOT": { header: { ands: 0 }, segment: { op: Uint8Array.of(OP.NOT), ands: 0 } },
    "wrong ANDs in segment": { header: { ands: 0 }, segment: { ands: 0 } },
    "wrong ANDs in header": { header: { ands: 2 } },
    "wrong gates in header": { header: { gates: 2 } },
    "too few registers": { header: { registers: 3 } },
    "too many registers": { header: { registers: 6 } },
    "fractional count": { header: { inputs: [1, 0.5] } },
    "missing output": { header: { outputs: one(9) } },
    "unwritten output": { header: { registers: 5, outputs: one(4) } },
    "array length": { segment: { b: Uint32Array.of(3, 3) } },
    "empty segment": { segment: { count: 0 } },
    "digest": { header: { digest: new Uint8Array(32) } },
  };
  for (const [name, bad] of Object.entries(defects)) {
    assert.throws(() => validateCircuit(spoilt(bad)), ProgramError, name);
  }
});

Deno.test("validateCircuit() finds operands that are each other's negation", () => {
  const circuit = new MemoryCircuit({
    inputs: [2],
    outputs: Uint32Array.of(4),
    registers: 5,
    op: Uint8Array.of(OP.NOT, OP.NOT, OP.XOR),
    a: Uint32Array.of(2, 4, 2),
    b: Uint32Array.of(2, 4, 4),
    out: Uint32Array.of(4, 4, 4),
  });
  assert.throws(() => validateCircuit(circuit), /equal or negated operands/);
});
