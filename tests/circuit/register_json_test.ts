import assert from "node:assert/strict";
import { bitBytes, getBit, LimitError, setBit } from "../../lib/base/mod.ts";
import {
  Builder,
  evaluate,
  exportRegisterJson,
  importRegisterJson,
  stats,
  validateCircuit,
} from "../../lib/circuit/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { assertKind, assertRobust, textOf } from "./json_circuits.ts";

interface Operation {
  readonly Xor?: readonly [number, number];
  readonly And?: readonly [number, number];
  readonly Not?: number;
  readonly Input?: { readonly party: number; readonly input: number };
}

interface RegisterCircuit {
  readonly insts: readonly { readonly out: number; readonly op: Operation }[];
  readonly max_reg_count: number;
  readonly output_regs: readonly number[];
  readonly and_ops: number;
}

/** The obvious loop over the instructions, as a second opinion. */
function interpret(
  { insts, output_regs }: RegisterCircuit,
  inputs: readonly Uint8Array[],
): Uint8Array {
  const registers: number[] = [];
  const at = (register: number): number => {
    const bit = registers[register];
    assert.ok(bit !== undefined, `register ${register} is read before it is written`);
    return bit;
  };
  for (const { out, op } of insts) {
    const { Xor, And, Not, Input } = op;
    if (Xor) registers[out] = at(Xor[0]) ^ at(Xor[1]);
    else if (And) registers[out] = at(And[0]) & at(And[1]);
    else if (Not !== undefined) registers[out] = 1 ^ at(Not);
    else if (Input) registers[out] = getBit(inputs[Input.party] ?? new Uint8Array(), Input.input);
  }
  const packed = new Uint8Array(bitBytes(output_regs.length));
  output_regs.forEach((register, i) => setBit(packed, i, at(register)));
  return packed;
}

Deno.test("registers are taken from the operand that ends, then from the ones freed last", () => {
  const builder = new Builder({ inputs: [1, 0, 2] });
  const [x, y, z] = [builder.input(0, 0), builder.input(2, 0), builder.input(2, 1)];
  const and = builder.and(builder.xor(x, y), builder.not(z));
  const circuit = builder.build([and, builder.not(and), x]);
  // The constants: false takes a new register, true takes that of false. x is an output and keeps its own,
  // so the XOR goes to y's register; NOT z stays in z's. The AND ends both and takes
  // that of its first operand; the other one is free for the NOT, since the AND is an output.
  assert.equal(
    textOf(exportRegisterJson(circuit)),
    '{"Register":{"input_regs":[1,0,2],"insts":[' +
      '{"out":0,"op":{"Input":{"party":0,"input":0}}},{"out":1,"op":{"Input":{"party":2,"input":0}}},' +
      '{"out":2,"op":{"Input":{"party":2,"input":1}}},{"out":3,"op":{"Xor":[0,0]}},' +
      '{"out":3,"op":{"Not":3}},{"out":1,"op":{"Xor":[1,0]}},{"out":2,"op":{"Not":2}},' +
      '{"out":2,"op":{"And":[2,1]}},{"out":1,"op":{"Not":2}}],' +
      '"max_reg_count":4,"output_regs":[2,1,0],"and_ops":1}}\n',
  );
});

Deno.test("a register circuit computes the same, also when it is imported again", () => {
  for (let seed = 0; seed < 20; seed++) {
    const circuit = randomCircuit(seed, { parties: 3, inputsPerParty: 5, gates: 80 });
    const text = textOf(exportRegisterJson(circuit));
    const { Register } = JSON.parse(text) as { Register: RegisterCircuit };
    const inputs = randomInputs(seed, circuit.header.inputs);
    const expected = evaluate(circuit, inputs);
    assert.deepEqual(interpret(Register, inputs), expected);
    assert.equal(Register.and_ops, stats(circuit).and);
    const used = new Set(Register.insts.map(({ out }) => out));
    assert.equal(used.size, Register.max_reg_count);
    const other = importRegisterJson(text);
    validateCircuit(other);
    assert.deepEqual(evaluate(other, inputs), expected);
  }
});

const INPUT = '{"out":0,"op":{"Input":{"party":0,"input":0}}}';

function circuitText(insts: string, outputs = "[0]", registers = 2): string {
  return `{"input_regs":[1],"insts":[${insts}],"max_reg_count":${registers},` +
    `"output_regs":${outputs},"and_ops":0}`;
}

Deno.test("each defect of a register circuit has its kind", () => {
  const not = '{"out":1,"op":{"Not":0}}';
  assert.equal(importRegisterJson(circuitText(`${INPUT},${not}`, "[1]")).header.gates, 1);
  const cases: readonly (readonly [string, string])[] = [
    ["InvalidJson", "nonsense"],
    ["InvalidJson", '{"Register":[]}'],
    ["InvalidJson", circuitText(INPUT).replace('"max_reg_count":2,', "")],
    ["InvalidJson", circuitText(INPUT).replace('"and_ops":0', '"and_ops":1')],
    ["InvalidJson", circuitText(`${INPUT},7`)],
    ["EmptyInputs", circuitText(INPUT).replace("[1]", "[0]")],
    ["EmptyOutputs", circuitText(INPUT, "[]")],
    ["InvalidOutput(1)", circuitText(INPUT, "[1]")],
    ["InvalidInst(1)", circuitText(`${INPUT},{"out":1,"op":{"Nor":[0,0]}}`)],
    ["InvalidInst(1)", circuitText(`${INPUT},{"op":{"Not":0}}`)],
    ["InvalidInst(1)", circuitText(`${INPUT},{"out":1}`)],
    ["InvalidRegAccess(1, 1)", circuitText(`${INPUT},{"out":1,"op":{"Not":1}}`)],
    ["InvalidRegAccess(1, 2)", circuitText(`${INPUT},{"out":2,"op":{"Not":0}}`)],
    ["InvalidInput(0)", circuitText(not)],
    ["InvalidInput(0)", circuitText("")],
    ["InvalidInput(1)", circuitText(`${INPUT},${INPUT}`)],
    ["InvalidInput(0)", circuitText(INPUT.replace('"out":0', '"out":1'))],
    ["InvalidInput(0)", circuitText(INPUT.replace('"input":0', '"input":1'))],
    ["PartyIndexOutOfBounds", circuitText(INPUT.replace('"party":0', '"party":1'))],
  ];
  for (const [kind, text] of cases) assertKind(kind, () => importRegisterJson(text));
  const many = circuitText(`${INPUT},${not}`);
  assert.throws(() => importRegisterJson(many, { gatesMax: 0 }), LimitError);
});

Deno.test("circuits without inputs or outputs cannot be written", () => {
  assertKind("EmptyInputs", () => exportRegisterJson(new Builder({ inputs: [0] }).build([1])));
  assertKind("EmptyOutputs", () => exportRegisterJson(new Builder({ inputs: [1] }).build([])));
});

Deno.test("changed register circuits end in a circuit or in an error of ours", () => {
  const circuit = randomCircuit(1, { parties: 2, inputsPerParty: 4, gates: 30 });
  assertRobust(textOf(exportRegisterJson(circuit)), importRegisterJson);
});
