import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { LimitError, MpcError, ProgramError } from "../../lib/base/mod.ts";
import {
  Builder,
  type CircuitSource,
  evaluate,
  exportBristol,
  importBristol,
  looksLikeBristol,
  readBits,
  validateCircuit,
  writeBits,
} from "../../lib/circuit/mod.ts";
import { MemoryCircuit } from "./memory_circuit.ts";
import { aesCircuit, sha256Circuit } from "../../scripts/make_circuits.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";

/** All 2^n outputs of a circuit whose inputs have n bits together, as texts. */
function table(text: string): string[] {
  const { circuit } = importBristol(text);
  validateCircuit(circuit);
  const { inputs, outputs } = circuit.header;
  const count = inputs.reduce((sum, bits) => sum + bits, 0);
  return Array.from({ length: 2 ** count }, (_, value) => {
    let at = 0;
    const packed = inputs.map((bits) => {
      const part = value.toString(2).padStart(count, "0").slice(at, at += bits);
      return readBits(part, bits);
    });
    const output = evaluate(circuit, packed);
    return Array.from(outputs, (_, i) => writeBits(output, i, 1)).join("");
  });
}

function exported(circuit: CircuitSource, dropOutputs = 0): string {
  return [...exportBristol(circuit, { dropOutputs })].join("");
}

/** Runs a file on inputs as texts and returns the output as text. */
function run(text: string, ...inputs: readonly string[]): string {
  const { circuit } = importBristol(text);
  const packed = inputs.map((input, party) => readBits(input, circuit.header.inputs[party] ?? 0));
  return writeBits(evaluate(circuit, packed), 0, circuit.header.outputs.length);
}

Deno.test("every gate of the format means what its name says", () => {
  assert.deepEqual(table("1 3\n2 1 1\n1 1\n\n2 1 0 1 2 XOR\n"), ["0", "1", "1", "0"]);
  assert.deepEqual(table("1 3\n2 1 1\n1 1\n\n2 1 0 1 2 AND\n"), ["0", "0", "0", "1"]);
  assert.deepEqual(table("1 2\n1 1\n1 1\n1 1 0 1 INV"), ["1", "0"]);
  assert.deepEqual(table("1 2\n1 1\n1 1\n1 1 0 1 EQW"), ["0", "1"]);
  assert.deepEqual(table("2 3\n1 1\n1 2\n1 1 0 1 EQ\n1 1 1 2 EQ"), ["01", "01"]);
  // MAND: the first operands, the second operands, the results.
  assert.deepEqual(
    table("1 6\n2 2 2\n1 2\n4 2 0 1 2 3 4 5 MAND"),
    Array.from({ length: 16 }, (_, v) => ((v >> 2) & v & 3).toString(2).padStart(2, "0")),
  );
});

Deno.test("spaces, blank lines and line ends of other systems do no harm", () => {
  const text = " 2  4 \r\n2 1  1 \r\n1 1\r\n\r\n2 1 0 1 2 AND\r\n\r\n  1 1 2 3 INV  \r\n\r\n";
  assert.ok(looksLikeBristol(text));
  assert.deepEqual(table(text), ["1", "1", "1", "0"]);
  assert.ok(!looksLikeBristol("pub fn main(x: u8) -> u8 { x }"));
  assert.ok(!looksLikeBristol("1 2 3\n"));
});

Deno.test("several outputs keep their widths, and gates that no output needs are removed", () => {
  const { circuit, outputWidths } = importBristol(
    "3 5\n2 1 1\n2 1 1\n\n2 1 0 1 2 AND\n1 1 0 3 EQW\n2 1 0 1 4 XOR\n",
  );
  assert.deepEqual(outputWidths, [1, 1]);
  assert.equal(circuit.header.ands, 0);
  assert.equal(circuit.header.gates, 1);
});

Deno.test("the layout of an exported file is the one of the format, bit for bit", () => {
  const builder = new Builder({ inputs: [1, 1] });
  const and = builder.and(builder.input(0, 0), builder.input(1, 0));
  const circuit = builder.build([0, and, builder.not(and), and]);
  // Wires: 0, 1 inputs; 2 false, 3 true, 4 AND, 5 NOT, 6 and 7 the copy; the outputs are the last four.
  assert.equal(
    exported(circuit),
    "6 8\n2 1 1 \n1 4\n\n2 1 0 0 4 XOR\n1 1 4 2 INV\n2 1 0 1 5 AND\n1 1 5 6 INV\n" +
      "2 1 5 5 3 XOR\n2 1 5 3 7 XOR\n",
  );
  assert.equal(
    exported(circuit, 2),
    "4 6\n2 1 1 \n1 2\n\n2 1 0 0 2 XOR\n1 1 2 3 INV\n2 1 0 1 5 AND\n1 1 5 4 INV\n",
  );
});

Deno.test("outputs may repeat any number of times", () => {
  const builder = new Builder({ inputs: [2] });
  const and = builder.and(builder.input(0, 0), builder.input(0, 1));
  const text = exported(builder.build([and, and, 1, and, 1]));
  assert.deepEqual(table(text), ["00101", "00101", "00101", "11111"]);
});

Deno.test("what is exported computes the same when it is imported again", () => {
  for (let seed = 0; seed < 20; seed++) {
    const circuit = randomCircuit(seed, { parties: 3, inputsPerParty: 5, gates: 80 });
    const inputs = randomInputs(seed, circuit.header.inputs);
    const kept = withoutInputOutputs(circuit);
    const other = importBristol(exported(kept)).circuit;
    validateCircuit(other);
    assert.deepEqual(evaluate(other, inputs), evaluate(kept, inputs));
  }
});

/** The circuit without the outputs that are input bits as they are. */
function withoutInputOutputs(circuit: CircuitSource): MemoryCircuit {
  const written = new Set([0, 1]);
  const gates = { op: [] as number[], a: [] as number[], b: [] as number[], out: [] as number[] };
  for (const { op, a, b, out } of circuit.segments()) {
    gates.op.push(...op);
    gates.a.push(...a);
    gates.b.push(...b);
    gates.out.push(...out);
    out.forEach((register) => written.add(register));
  }
  return new MemoryCircuit({
    inputs: circuit.header.inputs,
    outputs: circuit.header.outputs.filter((register) => written.has(register)),
    registers: circuit.header.registers,
    op: Uint8Array.from(gates.op),
    a: Uint32Array.from(gates.a),
    b: Uint32Array.from(gates.b),
    out: Uint32Array.from(gates.out),
  });
}

Deno.test("AES-128 as a file agrees with FIPS 197, appendices B and C.1", () => {
  const text = exported(aesCircuit());
  assert.equal(importBristol(text).circuit.header.ands, 6400);
  assert.equal(
    run(text, "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff"),
    "0x69c4e0d86a7b0430d8cdb78070b4c55a",
  );
  assert.equal(
    run(text, "0x2b7e151628aed2a6abf7158809cf4f3c", "0x3243f6a8885a308d313198a2e0370734"),
    "0x3925841d02dc09fbdc118597196a0b32",
  );
});

Deno.test("SHA-256 as a file agrees with the example of FIPS 180-4 and with node:crypto", () => {
  const text = exported(sha256Circuit());
  const initial = "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19";
  const block = `616263${"80".padEnd(106, "0")}${"18".padStart(16, "0")}`;
  const hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(run(text, block, initial), `0x${hash}`);
  assert.equal(createHash("sha256").update("abc").digest("hex"), hash);
  const message = Buffer.alloc(55, 7);
  const padded = `${message.toString("hex")}80${(55 * 8).toString(16).padStart(16, "0")}`;
  const expected = createHash("sha256").update(message).digest("hex");
  assert.equal(run(text, padded, initial), `0x${expected}`);
});

Deno.test("each defect of a file has its kind and its line", () => {
  const head = "1 3\n2 1 1\n1 1\n\n";
  const cases: readonly (readonly [string, string])[] = [
    ["", "line 1: the line with the gates and wires is missing (MissingLine)"],
    ["1 3\n2 1 1\n", "line 3: the line with the outputs is missing (MissingLine)"],
    ["1 3 4\n2 1 1\n1 1\n", "line 1: the gates and the wires are needed (MalformedLine)"],
    ["1 x\n", 'line 1: "x" is no number below 2^32 (OtherParseError)'],
    ["1 4294967296\n", 'line 1: "4294967296" is no number below 2^32 (OtherParseError)'],
    ["1 3\n2\n", "line 2: the number of inputs and the bits of each are needed (MalformedLine)"],
    ["1 3\n3 1 1\n", "line 2: 2 inputs stand here, not 3 (InputPartiesMismatch)"],
    ["1 3\n2 1 1\n2 1\n", "line 3: 1 outputs stand here, not 2 (OutputCountMismatch)"],
    [
      "1 3\n2 2 2\n1 1\n",
      "line 1: the inputs or the outputs have more bits than there are wires (MalformedLine)",
    ],
    [
      "1 4000000000\n2 1 1\n1 1\n",
      "line 1: there are gates for less than the 4000000000 wires (GateCountMismatch)",
    ],
    [
      `${head}2 1 0 3 2 AND`,
      "line 5: there is no wire 3, the first line says 3 wires (InvalidWireIndex)",
    ],
    [
      `${head}2 1 0 1 3 AND`,
      "line 5: there is no wire 3, the first line says 3 wires (InvalidWireIndex)",
    ],
    [`${head}2 1 0 1 2 NAND`, 'line 5: there is no gate "NAND" (UnknownGate)'],
    [`${head}2 1 0 1 2 toString`, 'line 5: there is no gate "toString" (UnknownGate)'],
    [`${head}2 1 0 1 2`, "line 5: the name of the gate is missing (MissingGateType)"],
    [`${head}2 1 0 1 z AND`, 'line 5: "z" is no number below 2^32 (ParseIntError)'],
    [`${head}1 0 1 AND`, "line 5: a gate has five fields or more (MalformedLine)"],
    [
      `${head}2 1 0 1 1 2 AND`,
      "line 5: AND has 2 inputs and 1 outputs, and their wires (MalformedLine)",
    ],
    [
      `${head}3 1 0 1 1 2 XOR`,
      "line 5: XOR has 2 inputs and 1 outputs, and their wires (MalformedLine)",
    ],
    [
      `${head}4 4000000000 0 1 2 MAND`,
      "line 5: MAND has 8000000000 inputs and 4000000000 outputs, and their wires (MalformedLine)",
    ],
    [`${head}1 1 2 2 EQ`, "line 5: the value of EQ is 0 or 1 (MalformedLine)"],
    [
      `${head}2 1 0 2 2 AND`,
      "line 5: wire 2 is read, and no line before has written it (UndefinedWire)",
    ],
    [`${head}2 1 0 1 1 AND`, "line 5: wire 1 is written a second time (WireWrittenTwice)"],
    [`${head}`, "line 4: the file has 0 gates, and its first line says 1 (GateCountMismatch)"],
    [
      "1 4\n2 1 1\n1 1\n\n2 1 0 1 2 AND",
      "line 5: wire 3 is read, and no line before has written it (UndefinedWire)",
    ],
  ];
  for (const [text, state] of cases) {
    assert.throws(() => importBristol(text), (error) => {
      assert.ok(error instanceof ProgramError);
      assert.equal(error.message, `Cannot read the circuit: ${state}`);
      return true;
    });
  }
});

Deno.test("a file may not ask for more gates or input bits than allowed", () => {
  const text = "2 4\n2 1 1\n1 1\n\n2 1 0 1 2 AND\n2 1 0 2 3 XOR\n";
  assert.throws(() => importBristol(text, { gatesMax: 1 }), LimitError);
  assert.throws(() => importBristol("4000000000 9\n2 1 1\n1 1\n"), LimitError);
  assert.throws(() => importBristol("1 4000000000\n1 3999999999\n1 1\n"), LimitError);
});

Deno.test("outputs that are inputs, gates of one input and one of many pairs survive the round trip", () => {
  const builder = new Builder({ inputs: [2] });
  const [x, y] = [builder.input(0, 0), builder.input(0, 1)];
  const both = builder.and(x, y);
  assert.deepEqual(table(exported(builder.build([y, x, both, x]))), [
    "0000",
    "1000",
    "0101",
    "1111",
  ]);
  const gates = "1 1 1 2 EQ\n1 1 0 3 EQW\n1 1 0 4 EQ\n6 3 0 3 2 1 2 4 5 6 7 MAND\n";
  const text = `4 8\n1 2\n1 5\n\n${gates}`;
  const rows = ["00000", "00000", "10010", "10110"];
  assert.deepEqual(table(text), rows);
  assert.deepEqual(table(exported(importBristol(text).circuit)), rows);
});

Deno.test("circuits that the format cannot hold are refused", () => {
  assert.throws(() => exportBristol(new Builder({ inputs: [2] }).build([])), /EmptyOutputs/);
  assert.throws(() => exportBristol(new Builder({ inputs: [] }).build([1])), /EmptyInputs/);
});

Deno.test("bits are read as digits and as hexadecimal, and nothing else", () => {
  assert.deepEqual(readBits(" 10000001 \n", 8), Uint8Array.of(0x81));
  assert.deepEqual(readBits("8F", 8), Uint8Array.of(0xf1));
  assert.deepEqual(readBits("0x8f", 8), Uint8Array.of(0xf1));
  assert.deepEqual(readBits("0xe", 3), Uint8Array.of(7));
  assert.deepEqual(readBits("", 0), new Uint8Array(0));
  for (const text of ["", "0x", "8", "8g", "1000000", "100000012", "0x123", "-1", "0x0x"]) {
    assert.throws(() => readBits(text, 8), (error) => {
      assert.ok(error instanceof ProgramError);
      assert.match(error.message, /8 bits are needed, as 8 digits 0 and 1, or as 2 hexadecimal/);
      return true;
    });
  }
  assert.throws(() => readBits("f", 3), ProgramError);
  assert.equal(writeBits(Uint8Array.of(0xf1), 0, 8), "0x8f");
  assert.equal(writeBits(Uint8Array.of(0xf1), 1, 3), "000");
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bits) => {
    assert.deepEqual(readBits(writeBits(bits, 0, bits.length * 8), bits.length * 8), bits);
  }));
});

Deno.test("cut and changed files end in a circuit or in an error of ours", () => {
  const text = exported(withoutInputOutputs(randomCircuit(1, {
    ...{ parties: 2, inputsPerParty: 4, gates: 30 },
  })));
  const piece = fc.constantFrom("0", "9", "4294967295", " ", "\n", "MAND", "EQ", "-1", "x", "\0");
  fc.assert(
    fc.property(fc.nat(), fc.array(piece, { maxLength: 3 }), fc.nat(9), (at, pieces, drop) => {
      const from = at % (text.length + 1);
      const insert = pieces.join("");
      const changed = drop === 9
        ? text.slice(0, from)
        : `${text.slice(0, from)}${insert}${text.slice(from + drop)}`;
      try {
        validateCircuit(importBristol(changed).circuit);
      } catch (error) {
        assert.ok(error instanceof MpcError, String(error));
      }
    }),
    { numRuns: Deno.env.get("P2P_MPC_SLOW") === "1" ? 100_000 : 2000 },
  );
});
