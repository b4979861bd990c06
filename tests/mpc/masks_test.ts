import assert from "node:assert/strict";
import { OP } from "../../lib/circuit/mod.ts";
import { chunksOf, ChunkWalk } from "../../lib/mpc/chunks.ts";
import { gatherMasks, inputMasks, walkMasks, wipeMasks } from "../../lib/mpc/masks.ts";
import { sliceShares } from "../../lib/mpc/shares.ts";
import { randomCircuit } from "../sim/circuits.ts";
import { testParties } from "../sim/parties.ts";
import { reveal } from "../sim/plain.ts";
import { assertShares, idealShares } from "../sim/shares.ts";

for (const n of [2, 3, 5]) {
  Deno.test(`walkMasks() keeps the invariant and the rules of masks, n = ${n}`, () => {
    const circuit = randomCircuit(7 + n, { parties: n, inputsPerParty: 6, gates: 200 });
    const { header } = circuit;
    const parties = testParties(n);
    const inputs = idealShares(parties, 6 * n, "inputs");
    const gamma = idealShares(parties, header.ands, "gamma");
    const states = parties.map(({ self }) => {
      return inputMasks({ self, parties: n, registers: header.registers }, inputs[self] ?? fail());
    });
    // The same walk on the revealed masks.
    const plain = new Uint8Array(header.registers);
    plain.set(reveal(inputs), 2);
    const gammaBits = reveal(gamma);
    let and = 0;
    const alpha: number[] = [];
    const beta: number[] = [];
    for (const { count, op, a, b, out } of circuit.segments()) {
      for (let gate = 0; gate < count; gate++) {
        const x = plain[a[gate] ?? 0] ?? 0;
        const y = plain[b[gate] ?? 0] ?? 0;
        if (op[gate] === OP.AND) {
          alpha.push(x);
          beta.push(y);
        }
        const fresh = op[gate] === OP.AND ? gammaBits[and++] ?? 0 : 0;
        plain[out[gate] ?? 0] = op[gate] === OP.AND ? fresh : op[gate] === OP.XOR ? x ^ y : x;
      }
    }
    const walks = parties.map(() => new ChunkWalk(circuit, 37));
    for (const { first, ands } of chunksOf(header, 37)) {
      const operands = parties.map(({ self }) => {
        const part = sliceShares(gamma[self] ?? fail(), first, ands);
        return walkMasks(states[self] ?? fail(), walks[self]?.next() ?? fail(), part);
      });
      for (const [name, want] of [["alpha", alpha], ["beta", beta]] as const) {
        const shares = operands.map((operand) => operand[name]);
        assertShares(parties, shares, ands);
        assert.deepEqual(reveal(shares), want.slice(first, first + ands), name);
      }
    }
    const outputs = states.map((state) => gatherMasks(state, header.outputs));
    const wanted = [...header.outputs].map((register) => plain[register]);
    assertShares(parties, outputs, wanted.length);
    assert.deepEqual(reveal(outputs), wanted);
  });
}

Deno.test("walkMasks() refuses a walk with another number of AND gates", () => {
  const circuit = randomCircuit(1, { parties: 2, inputsPerParty: 4, gates: 60 });
  const parties = testParties(2);
  const owner = { self: 0, parties: 2, registers: circuit.header.registers };
  for (const wrong of [-1, 1]) {
    const masks = inputMasks(owner, idealShares(parties, 8, "inputs")[0] ?? fail());
    const gamma = idealShares(parties, circuit.header.ands + wrong, "gamma")[0] ?? fail();
    const runs = new ChunkWalk(circuit, 1000).next();
    assert.throws(() => walkMasks(masks, runs, gamma), RangeError);
  }
});

Deno.test("wipeMasks() leaves nothing", () => {
  const inputs = idealShares(testParties(3), 20, "inputs")[1] ?? fail();
  const masks = inputMasks({ self: 1, parties: 3, registers: 30 }, inputs);
  wipeMasks(masks);
  for (const array of [masks.bits, ...masks.macs, ...masks.keys]) {
    assert.ok(array.every((byte) => byte === 0));
  }
});

function fail(): never {
  throw new Error("missing");
}
