import assert from "node:assert/strict";
import fc from "fast-check";
import { ProgramError } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import {
  decodeOutput,
  formatOutput,
  INTS,
  readInput,
  type ValueFormat,
} from "../../lib/garble/mod.ts";
import { compiled } from "./run_program.ts";
import { typedValue } from "./typed_value.ts";
import { formatted, FUZZ_RUNS, parsed, programOf, reading } from "./value_formats.ts";

const PERSON = compiled(
  `
  struct Person { name: [u8; 4], age: u8, big: u64 }
  enum Shape { Dot, Circle(u8), Box(u8, i16), Ring(), Path([u8; 2]) }
  const N: usize = PARTY_0::N;
  pub fn main(people: [Person; N], shape: Shape, flags: (bool, i8), unit: ()) -> (Shape, [u64; 2]) {
    (shape, [people[0].big, people[1].big])
  }`,
  { constants: new Map([["PARTY_0::N", "2"]]) },
);

const BIG = "18446744073709551615";

Deno.test("each JSON reads what it writes", () => {
  fc.assert(fc.property(typedValue, fc.constantFrom("json", "garble-json"), (typed, format) => {
    const { type, value } = typed;
    const name = format as ValueFormat;
    assert.deepEqual(parsed(type, { format: name, text: formatted(type, value, name) }), value);
  }));
});

Deno.test("plain JSON is mapped by the type, with exact big integers", () => {
  const read = (party: number, text: string): string =>
    reading(PERSON, { format: "json", text }, party);
  assert.equal(
    read(0, `[{"big": ${BIG}, "age": 7, "name": "Ann"}, {"name": [1,2,3,4], "age":0, "big":0}]`),
    `[Person {age: 7, big: ${BIG}, name: [65, 110, 110, 0]}, Person {age: 0, big: 0, name: [1, 2, 3, 4]}]`,
  );
  assert.equal(read(1, '"Dot"'), "Shape::Dot");
  assert.equal(read(1, '{"Circle": 3}'), "Shape::Circle(3)");
  assert.equal(read(1, '{"Box": [3, -4]}'), "Shape::Box(3, -4)");
  assert.equal(read(1, '{"Ring": []}'), "Shape::Ring()");
  assert.equal(read(1, '{"Path": [1, 2]}'), "Shape::Path([1, 2])");
  assert.equal(read(2, " [true, -128] "), "(true, -128)");
  assert.equal(read(3, "[]"), "()");
});

Deno.test("results are written in each format, by the type of the result", () => {
  const people = `[{"big": ${BIG}, "age": 7, "name": ""}, {"name": "", "age":0, "big":1}]`;
  const bits = [people, '{"Box": [3, -4]}', "[true, 1]", "[]"]
    .map((text, party) => readInput(PERSON, party, { format: "json", text }));
  const outcome = decodeOutput(PERSON, evaluate(PERSON.circuit, bits));
  assert.ok(outcome.kind === "value");
  assert.equal(formatOutput(PERSON, outcome, "garble"), `(Shape::Box(3, -4), [${BIG}, 1])`);
  assert.equal(formatOutput(PERSON, outcome, "json"), `[{"Box":[3,-4]},[${BIG},1]]`);
  assert.equal(
    formatOutput(PERSON, outcome, "garble-json"),
    '{"Tuple":[{"Enum":["Shape","Box",{"Tuple":[{"NumUnsigned":[3,"U8"]},{"NumSigned":[-4,"I16"]}]}]},' +
      `{"Array":[{"NumUnsigned":[${BIG},"U64"]},{"NumUnsigned":[1,"U64"]}]}]}`,
  );
});

Deno.test("errors in plain JSON name row, field and element, and quote nothing", () => {
  const read = (party: number, text: string): string =>
    reading(PERSON, { format: "json", text }, party);
  const ok = '{"name": "", "age": 1, "big": 2}';
  const cases: readonly (readonly [number, string, string])[] = [
    [
      0,
      `[${ok}, {"name":"","age":300,"big":0}]`,
      "row 2, field age: the number does not fit u8, 0 to 255",
    ],
    [0, `[${ok}, {"name":"","age":1.5,"big":0}]`, "row 2, field age: a whole number is needed"],
    [0, `[${ok}, {"name":"","big":0}]`, "row 2, field age: it is missing"],
    [
      0,
      `[${ok}, {"name":"Annabel","age":1,"big":0}]`,
      "row 2, field name: a text of at most 4 bytes in UTF-8 is needed",
    ],
    [
      0,
      `[${ok}, {"name":[1,2,3,"7777"],"age":1,"big":0}]`,
      "row 2, field name, element 4: a whole number is needed",
    ],
    [0, `[{"name":"","age":1,"big":0,"7777":1}]`, "an array of 2 rows is needed, and 1 are given"],
    [
      0,
      `[{"name":"","age":1,"big":0,"7777":1}, ${ok}]`,
      "row 1: there are more fields than Person has: age, big, name",
    ],
    [0, `[${ok}, 7777]`, "row 2: an object with the fields of Person is needed: age, big, name"],
    [
      1,
      '{"Box":[1,99999]}',
      "variant Box, element 2: the number does not fit i16, -32768 to 32767",
    ],
    [
      1,
      '"Circle"',
      'a variant of Shape is needed: "Dot", {"Circle": …}, {"Box": …}, {"Ring": …}, {"Path": …}',
    ],
    [2, "[true, -129]", "element 2: the number does not fit i8, -128 to 127"],
    [2, '["yes", 1]', "element 1: true or false is needed"],
    [2, "[true, 7777", "it is no valid JSON at line 1, column 12"],
    [2, `[true,\n"7777" 7777]`, "it is no valid JSON at line 2, column 8"],
    [2, "[".repeat(100_000), "JSON that is nested at most 1000 times is needed"],
  ];
  for (const [party, text, message] of cases) {
    assert.equal(read(party, text), `Cannot use the input: ${message}`);
  }
});

Deno.test("Garble's JSON is read with repeats, ranges and fields in any order", () => {
  const read = (type: string, text: string): string => {
    const program = compiled(`struct S { b: u8, a: i64 } enum E { A, B(u8) }
      pub fn main(x: ${type}) -> u8 { 0 }`);
    // Why: each element of a sole array parameter would be a party.
    const { type: only } = program.parameters[0] ?? { type: INTS.u8 };
    return reading(programOf(only), { format: "garble-json", text });
  };
  assert.equal(
    read("([u8; 3],)", '{"Tuple":[{"ArrayRepeat":[{"NumUnsigned":[7,"U8"]},3]}]}'),
    "([7, 7, 7])",
  );
  assert.equal(read("([u8; 3],)", '{"Tuple":[{"Range":[253,256,"U8"]}]}'), "([253, 254, 255])");
  assert.equal(
    read(
      "S",
      '{"Struct":["S",[["b",{"NumUnsigned":[1,"U8"]}],["a",{"NumSigned":[-9223372036854775808,"I64"]}]]]}',
    ),
    "S {a: -9223372036854775808, b: 1}",
  );
  assert.equal(read("E", '{"Enum":["E","A","Unit"]}'), "E::A");
  assert.equal(read("usize", '{"NumUnsigned":[4294967295,"Usize"]}'), "4294967295");
  const bad: readonly (readonly [string, string, RegExp])[] = [
    ["u8", '{"NumUnsigned":[7777,"U8"]}', /does not fit u8/],
    ["u8", '{"NumUnsigned":[7,"U16"]}', /in the form {"NumUnsigned":\[0,"U8"\]}/],
    ["u8", '{"NumUnsigned":[7,"U8"],"x":1}', /in the form/],
    ["u8", "7777", /in the form/],
    ["bool", "true", /"True" or "False"/],
    ["([u8; 3],)", '{"Tuple":[{"Range":[254,257,"U8"]}]}', /element 1: .* with 3 elements/],
    [
      "([u8; 3],)",
      '{"Tuple":[{"Array":[{"NumUnsigned":[7,"U8"]}]}]}',
      /element 1: .* with 3 elements/,
    ],
    [
      "S",
      '{"Struct":["S",[["b",{"NumUnsigned":[1,"U8"]}],["b",{"NumUnsigned":[1,"U8"]}]]]}',
      /field a: it is missing/,
    ],
    ["E", '{"Enum":["E","B","Unit"]}', /variant B: {"Tuple":\[…\]} with 1 elements/],
    ["E", '{"Enum":["E","7777","Unit"]}', /with a variant of A, B/],
  ];
  for (const [type, text, message] of bad) {
    const told = read(type, text);
    assert.match(told, message);
    assert.ok(!told.includes("7777"), told);
  }
});

Deno.test("no text leads to another error than ours, or to one that quotes it", () => {
  const json = fc.json({ maxDepth: 4 });
  const mutated = fc.tuple(typedValue, fc.nat(), fc.string({ maxLength: 3 })).map(
    ([{ type, value }, at, insert]) => {
      const text = formatted(type, value, "json");
      const cut = at % (text.length + 1);
      return { type, text: `${text.slice(0, cut)}${insert}${text.slice(cut + (at % 3))}` };
    },
  );
  const given = fc.oneof(
    fc.record({ type: typedValue.map(({ type }) => type), text: json }),
    mutated,
  );
  fc.assert(
    fc.property(given, fc.constantFrom("json", "garble-json"), ({ type, text }, format) => {
      try {
        readInput(programOf(type), 0, { format: format as ValueFormat, text });
      } catch (error) {
        assert.ok(error instanceof ProgramError, String(error));
      }
    }),
    { numRuns: FUZZ_RUNS },
  );
});
