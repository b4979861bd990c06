import assert from "node:assert/strict";
import fc from "fast-check";
import { LiveWires } from "../../lib/circuit/live_wires.ts";
import { SparseMap } from "../../lib/circuit/sparse_map.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

Deno.test("SparseMap does what a Map does", () => {
  // Few keys, so that they collide and runs wrap around.
  const key = fc.oneof(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 0xffffffc0, max: 0xffffffff }),
  );
  const step = fc.record({ key, value: fc.integer({ min: 1, max: 0xffffffff }) });
  const property = fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
    const [map, model] = [new SparseMap(), new Map<number, number>()];
    for (const { key, value } of steps) {
      assert.equal(map.get(key), model.get(key) ?? 0);
      if (model.has(key)) {
        assert.equal(map.take(key), model.get(key));
        model.delete(key);
      } else {
        assert.equal(map.take(key), 0);
        map.add(key, value);
        model.set(key, value);
      }
    }
    for (const [key, value] of model) assert.equal(map.get(key), value);
  });
  fc.assert(property, { numRuns: SLOW ? 20_000 : 500 });
});

/** Adds wires in order, of which one in `keptOf` lives on; the others die soon, in another order. */
function fill(live: LiveWires, nodes: number, keptOf: number): Map<number, number> {
  const model = new Map<number, number>();
  const wait: number[] = [];
  for (let node = 1; node <= nodes; node++) {
    const wires = node % 3 === 0 ? [2 * node, 2 * node + 1] : [2 * node];
    for (const wire of wires) {
      live.add(wire, node);
      model.set(wire, node);
      if (node % keptOf !== 0) wait.push(wire);
    }
    while (wait.length > 40) {
      const [wire = 0] = wait.splice((node * 7) % 40, 1);
      assert.equal(live.take(wire), model.get(wire));
      model.delete(wire);
    }
  }
  return model;
}

Deno.test("LiveWires keeps what lives on, in dense and in sparse pages", () => {
  for (const keptOf of [1, 2, 15, 17, 400]) {
    const live = new LiveWires();
    const model = fill(live, 30_000, keptOf);
    for (let wire = 2; wire <= 60_001; wire++) assert.equal(live.get(wire), model.get(wire) ?? 0);
    // A negation may come long after its value.
    live.add(3, 77);
    assert.equal(live.take(3), 77);
    for (const [wire, value] of model) assert.equal(live.take(wire), value);
    for (const wire of model.keys()) assert.equal(live.take(wire), 0);
  }
});

Deno.test("LiveWires takes memory for what is live, not for what was", () => {
  const bytes = (nodes: number, keptOf: number): number => {
    const live = new LiveWires();
    fill(live, nodes, keptOf);
    return live.bytes;
  };
  assert.equal(bytes(200_000, 1e9), bytes(20_000, 1e9));
  const kept = 300_000 / 100;
  assert.ok(bytes(300_000, 100) < 120_000 + 64 * kept);
});
