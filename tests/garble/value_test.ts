import assert from "node:assert/strict";
import fc from "fast-check";
import { ProgramError } from "../../lib/base/mod.ts";
import {
  BOOL,
  decodeValue,
  encodeInput,
  encodeValue,
  type GarbleValue,
  INTS,
  printValue,
  type Type,
} from "../../lib/garble/mod.ts";
import { compiled, run } from "./run_program.ts";
import { typedValue } from "./typed_value.ts";

Deno.test("decodeValue() is the inverse of encodeValue()", () => {
  fc.assert(fc.property(typedValue, ({ type, value }) => {
    assert.deepEqual(decodeValue(type, encodeValue(type, value)), value);
  }));
});

/** Bits of a value as text. */
function bitText(type: Type, value: GarbleValue, count: number): string {
  const packed = encodeValue(type, value);
  return Array.from({ length: count }, (_, i) => ((packed[i >> 3] ?? 0) >> (i & 7)) & 1).join("");
}

Deno.test("numbers lie most significant bit first, an enum as tag, payload and zeros", () => {
  assert.equal(bitText(INTS.i8, { kind: "int", value: -2n }, 8), "11111110");
  const type: Type = {
    kind: "enum",
    name: "E",
    variants: [
      { name: "A", payload: undefined },
      { name: "B", payload: [INTS.u8, BOOL] },
      { name: "C", payload: [BOOL] },
    ],
  };
  const yes: GarbleValue = { kind: "bool", value: true };
  assert.equal(
    bitText(type, { kind: "enum", name: "E", variant: "C", payload: [yes] }, 11),
    "10100000000",
  );
  const five: GarbleValue = { kind: "int", value: 5n };
  assert.equal(
    bitText(type, { kind: "enum", name: "E", variant: "B", payload: [five, yes] }, 11),
    "01000001011",
  );
});

Deno.test("decodeValue() refuses a tag without a variant, and too few bits", () => {
  const variants = ["A", "B", "C"].map((name) => ({ name, payload: undefined }));
  const type: Type = { kind: "enum", name: "E", variants };
  assert.throws(() => decodeValue(type, Uint8Array.of(3)), RangeError);
  assert.throws(() => decodeValue(INTS.u16, Uint8Array.of(3)), RangeError);
});

const TYPES = `struct P { y: u16, x: i8 }
enum E { A, B(u8, bool), C() }
`;

Deno.test("values are read and printed as the language writes them", () => {
  const cases: readonly (readonly [type: string, text: string, printed: string])[] = [
    ["bool", " true ", "true"],
    ["u64", "18446744073709551615", "18446744073709551615"],
    ["i64", "-9223372036854775808i64", "-9223372036854775808"],
    ["i8", "-128", "-128"],
    ["u8", "/* a comment */ 007u8", "7"],
    ["[u8; 3]", "[1, 2u8, 3,]", "[1, 2, 3]"],
    ["[u8; 3]", "[7; 3]", "[7, 7, 7]"],
    ["[u8; 3]", "5..8", "[5, 6, 7]"],
    ["[[bool; 1]; 2]", "[[true], [false]]", "[[true], [false]]"],
    ["[u8; 0]", "[7; 0]", "[]"],
    ["[[u8; 0]; 2]", "[[], []]", "[[], []]"],
    ["((u8, bool))", "((1, true))", "((1, true))"],
    ["(())", "((),)", "(())"],
    ["(u8, (i16, bool))", "(1, (-2, true))", "(1, (-2, true))"],
    ["(u8)", "(1,)", "(1)"],
    ["(u8)", "(1)", "(1)"],
    ["()", "()", "()"],
    ["P", "P { y: 1, x: -1 }", "P {x: -1, y: 1}"],
    ["E", "E::A", "E::A"],
    ["E", "E::B(3, true)", "E::B(3, true)"],
    ["E", "E::C()", "E::C()"],
  ];
  for (const [type, text, printed] of cases) {
    const program = compiled(`${TYPES}pub fn main(x: ${type}, p: bool) -> ${type} { x }`);
    assert.equal(run(program, text, "true"), printed, `${text} as ${type}`);
    assert.equal(run(program, printed, "true"), printed, `${printed} as ${type} again`);
  }
});

Deno.test("a wrong input is refused with place and type, and never quoted", () => {
  const secret = "73";
  const cases: readonly (readonly [type: string, text: string, message: RegExp])[] = [
    [
      "u32",
      `${secret}.5`,
      /has type u32, and a number of type u32, 0 to 4294967295, is needed at line 1, column 1/,
    ],
    ["u8", `${secret}00`, /a number of type u8, 0 to 255, is needed at line 1, column 1/],
    ["u8", `-${secret}`, /0 to 255/],
    ["i8", `${secret}u8`, /a number of type i8, -128 to 127, is needed/],
    ["bool", secret, /true or false is needed/],
    ["u8", "", /one value of type u8 is needed/],
    ["u8", `${secret} ${secret}`, /one value of type u8 is needed at line 1, column 4/],
    ["u8", `${secret} + 1`, /a number of type u8/],
    ["u8", `x${secret}`, /a number of type u8/],
    ["u8", `"${secret}"`, /one value of type u8/],
    ["[u8; 3]", `[${secret}, ${secret}]`, /an array of 3 elements of type u8/],
    ["[u8; 3]", `[${secret}; 4]`, /an array of 3 elements/],
    ["[u8; 3]", `${secret}..99`, /an array of 3 elements/],
    [
      "[u8; 3]",
      `[${secret},\n true, 3]`,
      /a number of type u8, 0 to 255, is needed at line 2, column 2/,
    ],
    ["[u8; 2]", "255..257", /0 to 255/],
    ["(u8, bool)", `(${secret}, true, 1)`, /a value of type \(u8, bool\)/],
    ["P", `P { x: ${secret} }`, /with the field "y"/],
    ["P", `P { x: ${secret}, y: 1, z: 1 }`, /a field of P is needed at line 1, column 18/],
    ["P", `P { x: ${secret}, y: 1, y: 1 }`, /a value of type P/],
    ["P", `Q { x: ${secret}, y: 1 }`, /a value of type P/],
    ["E", `E::D(${secret})`, /a variant of E/],
    ["E", `E::B(${secret})`, /a value of type E/],
    ["E", `E::A(${secret})`, /a value of type E/],
    ["E", "E::C", /a value of type E/],
  ];
  for (const [type, text, message] of cases) {
    const program = compiled(`${TYPES}pub fn main(x: ${type}, p: bool) -> ${type} { x }`);
    assert.throws(() => encodeInput(program, 0, text), (error) => {
      assert.ok(error instanceof ProgramError);
      assert.match(error.message, message);
      assert.match(error.message, /^Cannot use the input: main's parameter `x` has type /);
      assert.ok(!error.message.includes(secret) && !error.hint?.includes(secret), error.message);
      return true;
    }, text);
  }
});

Deno.test("a party without a parameter is refused", () => {
  const program = compiled("pub fn main(x: u8, y: u8) -> u8 { x ^ y }");
  assert.throws(() => encodeInput(program, 2, "1"), /main has 2 parties, and none is 2/);
});

Deno.test("the hint shows a value that is accepted", () => {
  for (const type of ["u8", "bool", "[(u8, bool); 3]", "(i8)", "()", "P", "E", "[E; 2]"]) {
    const program = compiled(`${TYPES}pub fn main(x: ${type}, p: bool) -> ${type} { x }`);
    try {
      encodeInput(program, 0, "?");
      assert.fail("accepted");
    } catch (error) {
      assert.ok(error instanceof ProgramError);
      const example = /for example, (.*)$/.exec(error.hint ?? "")?.[1] ?? "";
      encodeInput(program, 0, example);
    }
  }
});

Deno.test("printValue() prints an empty array", () => {
  assert.equal(printValue({ kind: "array", elements: [] }), "[]");
});
