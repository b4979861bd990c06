/** What the output bits hold beside the result, and what a digest depends on. */
import assert from "node:assert/strict";
import { toHex } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import { encodeInput, PANIC_BITS } from "../../lib/garble/mod.ts";
import { compiled } from "./run_program.ts";

/** The packed output bits of a program as text of 0 and 1. */
function outputBits(text: string, ...inputs: readonly string[]): string {
  const program = compiled(text);
  const bits = evaluate(program.circuit, inputs.map((text, i) => encodeInput(program, i, text)));
  return Array.from(
    { length: program.circuit.header.outputs.length },
    (_, i) => ((bits[i >> 3] ?? 0) >> (i & 7)) & 1,
  ).join("");
}

Deno.test("without a panic all bits of the record are 0", () => {
  const bits = outputBits("pub fn main(x: u8, y: u8) -> u8 { x / y + x * y }", "7", "3");
  assert.equal(bits, "0".repeat(PANIC_BITS) + "00010111");
});

Deno.test("with a panic all bits of the result are 0, and the record holds reason and position", () => {
  const bits = outputBits("pub fn main(x: u8, y: u8) -> (u8, u8) {\n    (x, x / y)\n}", "255", "0");
  const field = (value: number): string => value.toString(2).padStart(32, "0");
  assert.equal(bits, "1" + [2, 1, 8, 1, 13].map(field).join("") + "0".repeat(16));
});

Deno.test("a program that cannot panic pays nothing for the record", () => {
  const program = compiled("pub fn main(x: [u8; 4], y: u8) -> [u8; 4] { [x[3], x[2], x[1], y] }");
  assert.equal(program.circuit.header.gates, 0);
  const and = compiled("pub fn main(x: u8, y: u8) -> u8 { x & y }");
  assert.equal(and.circuit.header.gates, 8);
});

Deno.test("the same program has the same digest, another text or entry another hash or circuit", () => {
  const text = `pub fn main(x: u8, y: u8) -> u8 { if x > y { x - y } else { sum(x, y) } }
pub fn sum(x: u8, y: u8) -> u8 { x + y }`;
  const first = compiled(text);
  assert.deepEqual(compiled(text).circuit.header, first.circuit.header);
  assert.deepEqual(compiled(text).programHash, first.programHash);
  const sum = compiled(text, { entry: "sum" });
  assert.equal(sum.entry, "sum");
  assert.notDeepEqual(sum.circuit.header.digest, first.circuit.header.digest);
  assert.notDeepEqual(compiled(`${text} `).programHash, first.programHash);
  assert.equal(
    toHex(compiled("pub fn main(x: bool, y: bool) -> bool { x & y }").programHash).length,
    64,
  );
});
