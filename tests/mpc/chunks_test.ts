import assert from "node:assert/strict";
import fc from "fast-check";
import { type CircuitSource, OP, type Segment } from "../../lib/circuit/mod.ts";
import { chunksOf, ChunkWalk, type Run, RUN_ANDS, runsOf } from "../../lib/mpc/chunks.ts";

/** A source with the given operations, cut into segments of `size` gates. */
function source(ops: readonly number[], size: number): CircuitSource {
  const segments: Segment[] = [];
  for (let from = 0; from < ops.length; from += size) {
    const op = Uint8Array.from(ops.slice(from, from + size));
    const registers = new Uint32Array(op.length);
    const ands = op.filter((kind) => kind === OP.AND).length;
    segments.push({ count: op.length, ands, op, a: registers, b: registers, out: registers });
  }
  const ands = ops.filter((kind) => kind === OP.AND).length;
  const facts = {
    inputs: [],
    outputs: new Uint32Array(0),
    registers: 2,
    digest: new Uint8Array(0),
  };
  return { header: { ...facts, ands, gates: ops.length }, segments: () => segments };
}

function opsOf(run: Run): number[] {
  return [...run.segment.op.subarray(run.from, run.to)];
}

const OPS = fc.array(fc.constantFrom(OP.XOR, OP.AND, OP.NOT), { minLength: 1, maxLength: 60 });

Deno.test("runsOf() gives every gate once, in order, in the chunk of its AND gates", () => {
  fc.assert(fc.property(OPS, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 20 }), (
    ops,
    chunk,
    size,
  ) => {
    const circuit = source(ops, size);
    const runs = [...runsOf(circuit, chunk)];
    assert.deepEqual(runs.flatMap(opsOf), ops);
    let ands = 0;
    for (const run of runs) {
      const own = opsOf(run).filter((kind) => kind === OP.AND).length;
      assert.equal(run.ands, own);
      assert.equal(run.firstAnd, ands);
      if (own > 0) assert.equal(run.chunk, Math.floor(ands / chunk));
      ands += own;
      if (own > 0) assert.equal(run.chunk, Math.floor((ands - 1) / chunk));
    }
    const chunks = runs.map((run) => run.chunk);
    assert.deepEqual(chunks, [...chunks].sort((x, y) => x - y));
    assert.equal(chunks.at(-1), Math.max(0, Math.ceil(ands / chunk) - 1));
  }));
});

Deno.test("ChunkWalk gives the runs of each chunk, and chunksOf() their sizes", () => {
  fc.assert(fc.property(OPS, fc.integer({ min: 1, max: 9 }), (ops, chunkAnds) => {
    const circuit = source(ops, 7);
    const walk = new ChunkWalk(circuit, chunkAnds);
    const all: number[] = [];
    for (const chunk of chunksOf(circuit.header, chunkAnds)) {
      const runs = [...walk.next()];
      assert.equal(runs.reduce((sum, run) => sum + run.ands, 0), chunk.ands);
      assert.ok(runs.every((run) => run.chunk === chunk.number));
      assert.equal(runs.find((run) => run.ands > 0)?.firstAnd ?? chunk.first, chunk.first);
      all.push(...runs.flatMap(opsOf));
    }
    assert.deepEqual(all, ops);
    assert.deepEqual([...walk.next()], []);
  }));
});

Deno.test("a run has at most RUN_ANDS AND gates", () => {
  const circuit = source(Array(2 * RUN_ANDS + 1).fill(OP.AND), 1 << 16);
  const sizes = [...runsOf(circuit, 1 << 20)].map((run) => run.ands);
  assert.deepEqual(sizes, [RUN_ANDS, RUN_ANDS, 1]);
});

Deno.test("a circuit without AND gates is one chunk", () => {
  const circuit = source([OP.XOR, OP.NOT], 10);
  assert.deepEqual([...chunksOf(circuit.header, 5)], [{ number: 0, first: 0, ands: 0 }]);
  assert.equal([...new ChunkWalk(circuit, 5).next()].length, 1);
});
