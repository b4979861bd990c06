import assert from "node:assert/strict";
import fc from "fast-check";
import { LimitError } from "../../lib/base/mod.ts";
import { Builder, evaluate, FALSE, stats, TRUE, type Wire } from "../../lib/circuit/mod.ts";
import { validateCircuit } from "../../lib/circuit/mod.ts";
import { wordCircuit } from "./words.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

function twoInputs(): { b: Builder; x: Wire; y: Wire } {
  const b = new Builder({ inputs: [1, 1] });
  return { b, x: b.input(0, 0), y: b.input(1, 0) };
}

Deno.test("Builder folds constants, equal and negated operands", () => {
  const { b, x, y } = twoInputs();
  const notX = b.not(x);
  assert.deepEqual([b.xor(x, x), b.xor(x, notX), b.xor(x, FALSE), b.xor(x, TRUE)], [0, 1, x, notX]);
  assert.deepEqual([b.and(x, x), b.and(x, notX), b.and(x, FALSE), b.and(TRUE, x)], [x, 0, 0, x]);
  assert.deepEqual([b.or(x, x), b.or(x, notX), b.or(x, FALSE), b.or(TRUE, x)], [x, 1, x, 1]);
  assert.equal(b.mux(x, y, y), y);
  assert.equal(b.mux(TRUE, x, y), x);
  assert.equal(b.mux(FALSE, x, y), y);
  assert.equal(b.mux(x, TRUE, FALSE), x);
  assert.equal(b.mux(x, FALSE, TRUE), notX);
  assert.equal(b.gates, 0);
});

Deno.test("Builder shares equal gates and undoes what was just done", () => {
  const { b, x, y } = twoInputs();
  const xor = b.xor(x, y);
  assert.equal(b.xor(b.not(y), x), b.not(xor));
  assert.equal(b.xor(xor, y), x);
  const and = b.and(x, y);
  assert.equal(b.and(y, x), and);
  assert.equal(b.and(and, y), and);
  assert.equal(b.and(and, b.not(x)), FALSE);
  assert.equal(b.and(b.not(and), b.not(y)), b.not(y));
  assert.equal(b.and(x, b.not(and)), b.and(x, b.not(y)));
  assert.equal(b.and(x, xor), b.and(x, b.not(y)));
  assert.equal(b.and(b.not(x), xor), b.and(b.not(x), y));
  assert.equal(b.mux(x, y, b.not(y)), b.not(xor));
});

/** A formula over three variables, as a circuit and as a function. */
interface Formula {
  readonly wire: (b: Builder, variables: Wire[]) => Wire;
  readonly value: (variables: boolean[]) => boolean;
}

const formulas = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 7, depthIdentifier: "formula" },
    fc.integer({ min: 0, max: 4 }).map((i): Formula => ({
      wire: (_, v) => v[i] ?? (i === 3 ? FALSE : TRUE),
      value: (v) => v[i] ?? i !== 3,
    })),
    fc.tuple(fc.constantFrom("and", "or", "xor"), tie("formula"), tie("formula"))
      .map(([op, f, g]): Formula => ({
        wire: (b, v) => b[op as "and" | "or" | "xor"](f.wire(b, v), g.wire(b, v)),
        value: (v) => {
          const [x, y] = [f.value(v), g.value(v)];
          return op === "and" ? x && y : op === "or" ? x || y : x !== y;
        },
      })),
    tie("formula").map((f): Formula => ({
      wire: (b, v) => b.not(f.wire(b, v)),
      value: (v) => !f.value(v),
    })),
    fc.tuple(tie("formula"), tie("formula"), tie("formula")).map(([s, f, g]): Formula => ({
      wire: (b, v) => b.mux(s.wire(b, v), f.wire(b, v), g.wire(b, v)),
      value: (v) => s.value(v) ? f.value(v) : g.value(v),
    })),
  ),
})).formula;

Deno.test("a folded formula has the truth table of the formula, and obeys the circuit's invariant", () => {
  const property = fc.property(fc.array(formulas, { minLength: 1, maxLength: 5 }), (several) => {
    const { run } = wordCircuit([3], (b, v) => [several.map((f) => f.wire(b, v))]);
    for (let row = 0; row < 8; row++) {
      const variables = [4, 2, 1].map((bit) => (row & bit) !== 0);
      const wanted = several.reduce((all, f) => all * 2n + (f.value(variables) ? 1n : 0n), 0n);
      assert.deepEqual(run(BigInt(row)), [wanted]);
    }
  });
  fc.assert(property, { numRuns: SLOW ? 20_000 : 500 });
});

Deno.test("build() drops dead gates and reuses registers", () => {
  const b = new Builder({ inputs: [1, 1] });
  let wire = b.input(0, 0);
  for (let i = 0; i < 1000; i++) {
    b.and(wire, b.input(1, 0));
    wire = b.xor(b.and(b.not(wire), b.input(1, 0)), b.input(0, 0));
    if (i % 7 === 0) wire = b.not(wire);
  }
  const circuit = b.build([wire]);
  validateCircuit(circuit);
  assert.ok(circuit.header.registers <= 6, `${circuit.header.registers} registers`);
  assert.ok(circuit.header.gates < 3000);
});

Deno.test("build() keeps outputs that are constants, inputs, repeated or negated", () => {
  const { b, x, y } = twoInputs();
  const and = b.and(x, y);
  const circuit = b.build([FALSE, TRUE, x, b.not(x), and, b.not(and), and, y]);
  validateCircuit(circuit);
  assert.deepEqual(
    evaluate(circuit, [new Uint8Array([1]), new Uint8Array([1])]),
    Uint8Array.of(0b11010110),
  );
  assert.deepEqual(
    evaluate(circuit, [new Uint8Array([1]), new Uint8Array([0])]),
    Uint8Array.of(0b00100110),
  );
});

Deno.test("build() of constants alone needs no gates", () => {
  const b = new Builder({ inputs: [] });
  const circuit = b.build([TRUE, FALSE]);
  validateCircuit(circuit);
  assert.deepEqual([...circuit.segments()], []);
  assert.deepEqual(evaluate(circuit, []), Uint8Array.of(1));
  assert.deepEqual(stats(circuit), { xor: 0, and: 0, not: 0, andDepth: 0, registers: 2 });
});

Deno.test("Builder stops at the limit of gates and names it", () => {
  const b = new Builder({ inputs: [64], gatesMax: 20 });
  const build = (): void => {
    let wire = b.input(0, 0);
    for (let i = 1; i < 64; i++) wire = b.and(wire, b.input(0, i));
  };
  assert.throws(
    build,
    (error) =>
      error instanceof LimitError && /more than 20 gates \(limit "gates"/.test(error.message),
  );
});

Deno.test("Builder refuses input bits that do not exist", () => {
  const { b } = twoInputs();
  assert.throws(() => b.input(0, 1), RangeError);
  assert.throws(() => b.input(2, 0), RangeError);
});

Deno.test("Builder bounds the operations that fold, too", () => {
  const b = new Builder({ inputs: [1], gatesMax: 10 });
  const build = (): void => {
    for (let i = 0; i < 1000; i++) b.and(b.input(0, 0), b.xor(b.input(0, 0), FALSE));
  };
  assert.throws(build, LimitError);
});

/** Gates that are built when `length` gates are asked for a second time. */
function repeated(sharingBuckets: number, length: number): number {
  const b = new Builder({ inputs: [length, 1], sharingBuckets });
  const gate = (i: number): Wire => b.and(b.input(0, i), b.input(1, 0));
  for (let i = 0; i < length; i++) gate(i);
  const before = b.gates;
  for (let i = 0; i < length; i++) gate(i);
  return b.gates - before;
}

Deno.test("equal gates are found until as many as the table holds came between", () => {
  assert.equal(repeated(1, 5), 0);
  assert.equal(repeated(1, 6), 6);
  assert.ok(repeated(16, 500) > 300);
  assert.equal(repeated(1 << 16, 4000), 0);
  assert.throws(() => new Builder({ inputs: [], sharingBuckets: 3 }), RangeError);
});

Deno.test("gates that are long ago fold no more, and are not taken for others", () => {
  const b = new Builder({ inputs: [4] });
  const [x, y, z, w] = [0, 1, 2, 3].map((bit) => b.input(0, bit)) as [Wire, Wire, Wire, Wire];
  const first = b.and(x, y);
  assert.ok(b.isAnd(first));
  assert.equal(b.and(first, x), first);
  let chain = b.xor(first, z);
  const remembered = 1 << 22;
  while (b.gates < remembered - 8) chain = b.xor(b.and(b.xor(chain, x), b.xor(chain, y)), z);
  while (b.gates < remembered) chain = b.and(b.not(chain), b.gates % 2 === 0 ? x : y);
  // The next gate takes the place of the first one.
  const next = b.and(z, w);
  assert.equal(b.gates, remembered + 1);
  assert.equal(b.and(next, z), next);
  assert.ok(!b.isAnd(first));
  assert.notEqual(b.and(first, z), first);
  assert.equal(b.gates, remembered + 2);
  const circuit = b.build([b.and(first, z), chain]);
  const wanted = (x: number, y: number, z: number): number => x & y & z;
  for (const row of [0b0011, 0b0111]) {
    const got = evaluate(circuit, [Uint8Array.of(row)])[0] ?? NaN;
    assert.equal(got & 1, wanted(row & 1, (row >> 1) & 1, (row >> 2) & 1));
  }
});

Deno.test("build() calls tick, too, so that it can be stopped", () => {
  let built = false;
  const tick = (): void => {
    if (built) throw new LimitError("Cannot build: it takes too long");
  };
  const b = new Builder({ inputs: [1, 1], tick });
  const and = b.and(b.input(0, 0), b.input(1, 0));
  built = true;
  assert.throws(() => b.build([and]), /takes too long/);
});

Deno.test("the same gates are shared in every run: equal digests", () => {
  const build = (): Uint8Array => {
    const b = new Builder({ inputs: [40, 40], sharingBuckets: 4 });
    let wire = b.input(0, 0);
    for (let i = 0; i < 2000; i++) {
      const [x, y] = [b.input(0, (i * 7) % 40), b.input(1, (i * 11) % 40)];
      wire = i % 3 === 0 ? b.xor(wire, b.and(x, y)) : b.and(b.xor(x, y), b.not(wire));
    }
    return b.build([wire]).header.digest;
  };
  assert.deepEqual(build(), build());
});
