import assert from "node:assert/strict";
import { LimitError } from "../../lib/base/mod.ts";
import {
  Builder,
  evaluate,
  exportSsaJson,
  importSsaJson,
  stats,
  validateCircuit,
} from "../../lib/circuit/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { assertKind, assertRobust, textOf } from "./json_circuits.ts";

Deno.test("the SSA form has the constants first and a wire for each gate", () => {
  const builder = new Builder({ inputs: [1, 1] });
  const and = builder.and(builder.input(0, 0), builder.input(1, 0));
  const circuit = builder.build([1, builder.not(and), and, builder.input(0, 0)]);
  assert.equal(
    textOf(exportSsaJson(circuit)),
    '{"Ssa":{"input_gates":[1,1],"gates":[{"Xor":[0,0]},{"Not":2},{"And":[0,1]},{"Not":4}],' +
      '"output_gates":[3,5,4,0]}}\n',
  );
});

Deno.test("an SSA circuit computes the same when it is imported again", () => {
  for (let seed = 0; seed < 20; seed++) {
    const circuit = randomCircuit(seed, { parties: 3, inputsPerParty: 5, gates: 80 });
    const text = textOf(exportSsaJson(circuit));
    const other = importSsaJson(text);
    validateCircuit(other);
    const inputs = randomInputs(seed, circuit.header.inputs);
    assert.deepEqual(evaluate(other, inputs), evaluate(circuit, inputs));
    assert.equal(other.header.ands, circuit.header.ands);
    assert.deepEqual(importSsaJson(text).header.digest, other.header.digest);
  }
});

Deno.test("a form of many pieces is one valid JSON text", () => {
  const circuit = randomCircuit(3, { parties: 2, inputsPerParty: 8, gates: 20_000 });
  const { Ssa } = JSON.parse(textOf(exportSsaJson(circuit)));
  const { xor, and, not } = stats(circuit);
  assert.equal(Ssa.gates.length, xor + and + not + 2);
});

Deno.test("an SSA circuit is also read without its tag, and folded", () => {
  const circuit = importSsaJson(
    '{"input_gates":[2],"gates":[{"Xor":[0,0]},{"Not":2},{"And":[0,3]},{"Xor":[4,1]}],"output_gates":[5]}',
  );
  assert.equal(circuit.header.gates, 1);
  assert.deepEqual(evaluate(circuit, [Uint8Array.of(1)]), Uint8Array.of(1));
});

Deno.test("each defect of an SSA circuit has its kind", () => {
  const gates = '"gates":[{"Xor":[0,0]}]';
  const cases: readonly (readonly [string, string])[] = [
    ["InvalidJson", "{"],
    ["InvalidJson", "[]"],
    ["InvalidJson", '{"Ssa":3}'],
    ["InvalidJson", '{"input_gates":[1],"output_gates":[0]}'],
    ["InvalidJson", `{"input_gates":["1"],${gates},"output_gates":[0]}`],
    ["InvalidJson", `{"input_gates":[1],${gates},"output_gates":[0.5]}`],
    ["EmptyInputs", `{"input_gates":[],${gates},"output_gates":[0]}`],
    ["EmptyOutputs", `{"input_gates":[1],${gates},"output_gates":[]}`],
    ["InvalidOutput(2)", `{"input_gates":[1],${gates},"output_gates":[1,2]}`],
    ["InvalidGate(0)", '{"input_gates":[1],"gates":[{"Xor":[0,1]}],"output_gates":[0]}'],
    ["InvalidGate(1)", '{"input_gates":[1],"gates":[{"Not":0},{"Not":2}],"output_gates":[0]}'],
    ["InvalidGate(0)", '{"input_gates":[1],"gates":[{"Or":[0,0]}],"output_gates":[0]}'],
    ["InvalidGate(0)", '{"input_gates":[1],"gates":[{"And":[0]}],"output_gates":[0]}'],
    ["InvalidGate(0)", '{"input_gates":[1],"gates":[{"Not":0,"Xor":[0,0]}],"output_gates":[0]}'],
    ["InvalidGate(0)", '{"input_gates":[1],"gates":[{"Input":{"party":0}}],"output_gates":[0]}'],
    ["InvalidGate(0)", '{"input_gates":[1],"gates":[null],"output_gates":[0]}'],
  ];
  for (const [kind, text] of cases) assertKind(kind, () => importSsaJson(text));
  const many = '{"input_gates":[1],"gates":[{"Not":0},{"Not":1}],"output_gates":[0]}';
  assert.throws(() => importSsaJson(many, { gatesMax: 1 }), LimitError);
  assert.throws(() => importSsaJson(many.replace("[1]", "[4000000000]")), LimitError);
  assertKind("InvalidJson", () => importSsaJson("[".repeat(1_000_000)));
});

Deno.test("circuits without inputs or outputs cannot be written", () => {
  assertKind("EmptyInputs", () => exportSsaJson(new Builder({ inputs: [0] }).build([1])));
  assertKind("EmptyOutputs", () => exportSsaJson(new Builder({ inputs: [1] }).build([])));
});

Deno.test("changed SSA circuits end in a circuit or in an error of ours", () => {
  const circuit = randomCircuit(1, { parties: 2, inputsPerParty: 4, gates: 30 });
  assertRobust(textOf(exportSsaJson(circuit)), importSsaJson);
});
