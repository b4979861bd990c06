/** A join of 2 x 500 rows with keys of 20 bytes, the small sister of the one in the benchmark. */
import assert from "node:assert/strict";
import { setBit } from "../../lib/base/mod.ts";
import { evaluate, PackedCircuit } from "../../lib/circuit/mod.ts";
import { decodeOutput, type Program } from "../../lib/garble/mod.ts";
import { seededRandom } from "../sim/random.ts";
import { compiled } from "./run_program.ts";

const KEY_BITS = 160;
const ROW_BITS = KEY_BITS + 32;

function joinProgram(rows: number): Program {
  const table = `[([u8; 20], u32); ${rows}]`;
  return compiled(`pub fn main(a: ${table}, b: ${table}) -> u32 {
    let mut s = 0u32;
    for (x, y) in join_iter(a, b) { s = s ^ x.1 ^ y.1; }
    s
}`);
}

/** A row: its key as hexadecimal digits, and its number. */
interface Row {
  readonly key: string;
  readonly value: number;
}

/** The rows as input bits: bytes and numbers are most significant bit first. */
function bitsOf(rows: readonly Row[]): Uint8Array {
  const bits = new Uint8Array(rows.length * ROW_BITS / 8);
  rows.forEach(({ key, value }, row) => {
    const number = BigInt(`0x${key}`) << 32n | BigInt(value);
    for (let bit = 0; bit < ROW_BITS; bit++) {
      const one = (number >> BigInt(ROW_BITS - 1 - bit)) & 1n;
      setBit(bits, row * ROW_BITS + bit, Number(one));
    }
  });
  return bits;
}

/** Sorted rows; every third of the second table has a key of the first. */
function tables(count: number): { readonly a: Row[]; readonly b: Row[] } {
  const random = seededRandom(count);
  const key = (): string =>
    Array.from({ length: 20 }, () => random(256).toString(16).padStart(2, "0")).join("");
  const a = Array.from({ length: count }, () => ({ key: key(), value: random(2 ** 31) }));
  const b = a.map(({ key: same }, i) => ({
    key: i % 3 === 0 ? same : key(),
    value: random(2 ** 31),
  }));
  const byKey = (x: Row, y: Row): number => x.key < y.key ? -1 : 1;
  return { a: a.toSorted(byKey), b: b.toSorted(byKey) };
}

Deno.test("a join of 2 x 500 wide rows is compiled in memory that follows what is live", () => {
  const rows = 500;
  const program = joinProgram(rows);
  const { circuit } = program;
  assert.ok(circuit instanceof PackedCircuit);
  const { gates, registers, inputs } = circuit.header;
  assert.ok(gates > 8_000_000, `${gates} gates`);
  const data = inputs.reduce((sum, bits) => sum + bits);
  // Nearly nothing is live but the rows.
  assert.ok(registers < 1.05 * data, `${registers} registers for ${data} bits of data`);
  const { packed, marks, walk } = circuit.memory;
  assert.ok(packed < gates / 32, `${packed} bytes for ${gates} gates`);
  assert.ok(marks + walk < 64 * data, `${marks} and ${walk} bytes for ${data} bits of data`);

  const { a, b } = tables(rows);
  const output = decodeOutput(program, evaluate(circuit, [bitsOf(a), bitsOf(b)]));
  const values = new Map(b.map(({ key, value }) => [key, value]));
  const wanted = a.reduce((sum, row) => {
    const other = values.get(row.key);
    return other === undefined ? sum : sum ^ row.value ^ other;
  }, 0);
  assert.deepEqual(output.kind === "value" ? output.text : output, `${wanted}`);
});

Deno.test("four times as many rows make a circuit that takes as little for each gate and each bit", () => {
  const figures = (rows: number): { readonly perGate: number; readonly perBit: number } => {
    const { circuit } = joinProgram(rows);
    assert.ok(circuit instanceof PackedCircuit);
    const { gates, inputs } = circuit.header;
    const { packed, marks, walk } = circuit.memory;
    const data = inputs.reduce((sum, bits) => sum + bits);
    return { perGate: packed / gates, perBit: (marks + walk) / data };
  };
  const [small, large] = [figures(64), figures(256)];
  assert.ok(large.perGate < small.perGate, `${small.perGate}, ${large.perGate} bytes a gate`);
  assert.ok(large.perBit < 1.1 * small.perBit, `${small.perBit}, ${large.perBit} bytes a bit`);
});
