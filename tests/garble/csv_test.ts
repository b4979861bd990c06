import assert from "node:assert/strict";
import fc from "fast-check";
import { ProgramError } from "../../lib/base/mod.ts";
import { type GarbleValue, INTS, readInput, type Type } from "../../lib/garble/mod.ts";
import { compiled } from "./run_program.ts";
import { type Typed, typedValue } from "./typed_value.ts";
import { formatted, FUZZ_RUNS, parsed, programOf, reading } from "./value_formats.ts";

const PROGRAM = compiled(
  `
  struct Row { id: [u8; 6], age: u8, ok: bool, color: Color, at: (u8, u8) }
  enum Color { Red, Green, Mix(u8) }
  const N: usize = PARTY_0::ROWS;
  pub fn main(rows: [Row; N], table: [([u8; 4], i32); 2], list: [u64; 2], one: Row, tag: [u8; 3]) -> bool {
    true
  }`,
  { constants: new Map([["PARTY_0::ROWS", "2"]]) },
);

function read(party: number, text: string): string {
  return reading(PROGRAM, { format: "csv", text }, party);
}

Deno.test("a header maps columns to the fields of structs, in any order", () => {
  const text = '\ufeffage,id,ok,color,at\r\n17,Ann,true,Red,"(1, 2)"\r\n\r\n' +
    '255,"a,""b",FALSE,Color::Mix(3)," (3,4) "\r\n';
  assert.equal(
    read(0, text),
    "[Row {age: 17, at: (1, 2), color: Color::Red, id: [65, 110, 110, 0, 0, 0], ok: true}, " +
      "Row {age: 255, at: (3, 4), color: Color::Mix(3), id: [97, 44, 34, 98, 0, 0], ok: false}]",
  );
});

Deno.test("tuples are columns in order, other elements one column, other types one row", () => {
  assert.equal(
    read(1, "key,amount\nab,-5\n0x00ff10AA,7"),
    "[([97, 98, 0, 0], -5), ([0, 255, 16, 170], 7)]",
  );
  assert.equal(read(2, "n\n18446744073709551615\n 2 \n"), "[18446744073709551615, 2]");
  assert.equal(
    read(3, 'id,age,ok,color,at\nx,1,true,Green,"(0, 0)"\n'),
    "Row {age: 1, at: (0, 0), color: Color::Green, id: [120, 0, 0, 0, 0, 0], ok: true}",
  );
  assert.equal(read(4, "tag\né\n"), "[195, 169, 0]");
});

Deno.test("errors in CSV name row, line and column, and quote nothing", () => {
  const head = "id,age,ok,color,at\n";
  const good = 'x,1,true,Green,"(0, 0)"\n';
  const cases: readonly (readonly [number, string, string])[] = [
    [
      0,
      `${head}${good}x,7777,true,Red,"(0, 0)"\n`,
      "row 2 (line 3), column age: the number does not fit u8, 0 to 255",
    ],
    [
      0,
      `${head}${good}x,"7\n7",true,Red,"(0, 0)"\n`,
      "row 2 (line 4), column age: a whole number is needed",
    ],
    [
      0,
      `${head}${good}x7777777,1,true,Red,"(0, 0)"\n`,
      "row 2 (line 3), column id: a text of at most 6 bytes in UTF-8 is needed",
    ],
    [
      0,
      `${head}${good}x,1,7777,Red,"(0, 0)"\n`,
      "row 2 (line 3), column ok: true or false is needed",
    ],
    [
      0,
      `${head}${good}x,1,true,7777,"(0, 0)"\n`,
      "row 2 (line 3), column color: a value of type Color is needed",
    ],
    [
      0,
      `${head}${good}x,1,true,Red,7777\n`,
      "row 2 (line 3), column at: a value of type (u8, u8) is needed",
    ],
    [0, `${head}${good}7777\n`, "row 2 (line 3): it has 1 cells, and the header 5"],
    [0, `${head}${good}`, "2 rows are needed of type Row, and 1 given"],
    [0, `${good}${good}${good}`, "header: the column age is missing"],
    [
      0,
      `7777,${head}`,
      "header: there are more columns than Row has fields: age, at, color, id, ok",
    ],
    [0, "", "a header with the names of the columns is needed"],
    [1, "7777\n", "header: a row of type ([u8; 4], i32) has 2 columns"],
    [0, `${head}"7777`, "it is no valid CSV at line 2: a quote is not closed"],
    [
      0,
      `${head}77"77,1\n`,
      "it is no valid CSV at line 2: a quote stands inside a cell that is not quoted",
    ],
    [
      0,
      `${head}"77"77,1\n`,
      'it is no valid CSV at line 2: cells with commas, quotes or line breaks must be quoted, as in "a ""b"", c"',
    ],
    [
      2,
      `n\n1\n${"7".repeat(100_000)}`,
      "row 2 (line 3), column value: the number does not fit u64, 0 to 18446744073709551615",
    ],
  ];
  for (const [party, text, message] of cases) {
    assert.equal(read(party, text), `Cannot use the input: ${message}`);
  }
});

Deno.test("a table is written with a header, byte strings as text where they are one", () => {
  const list = (bytes: readonly number[]): GarbleValue => {
    return { kind: "array", elements: bytes.map((byte) => ({ kind: "int", value: BigInt(byte) })) };
  };
  const row = (bytes: readonly number[]): GarbleValue => {
    return { kind: "tuple", elements: [list(bytes), { kind: "int", value: -1n }] };
  };
  const key: Type = { kind: "array", element: INTS.u8, size: { kind: "fixed", length: 3 } };
  const type: Type = {
    kind: "array",
    element: { kind: "tuple", elements: [key, INTS.i8] },
    size: { kind: "fixed", length: 6 },
  };
  const value: GarbleValue = {
    kind: "array",
    elements: [[97, 0, 0], [0, 0, 0], [97, 0, 98], [34, 44, 0], [255, 0, 0], [195, 169, 10]].map(
      row,
    ),
  };
  const text = '1,2\na,-1\n"",-1\n0x610062,-1\n""",",-1\n0xff0000,-1\n0xc3a90a,-1\n';
  assert.equal(formatted(type, value, "csv"), text);
  assert.deepEqual(parsed(type, { format: "csv", text }), value);
});

const rowOf = typedValue.filter(({ type }) =>
  !(type.kind === "tuple" && type.elements.length === 0) &&
  !(type.kind === "struct" && type.fields.length === 0)
);
const table = fc.tuple(rowOf, fc.integer({ min: 1, max: 4 })).map(
  ([{ type, value }, length]): Typed => ({
    type: { kind: "array", element: type, size: { kind: "fixed", length } },
    value: { kind: "array", elements: new Array<GarbleValue>(length).fill(value) },
  }),
);

Deno.test("CSV reads what it writes", () => {
  fc.assert(
    fc.property(fc.oneof(table, rowOf), ({ type, value }) => {
      assert.deepEqual(parsed(type, { format: "csv", text: formatted(type, value, "csv") }), value);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("no CSV leads to another error than ours", () => {
  const cell = fc.constantFrom("1", "a", '"', ",", "\n", '""', "true", "E::V0(1)", "[", "\\", "\0");
  const noise = fc.array(cell, { maxLength: 6 }).map((cells) => cells.join(""));
  fc.assert(
    fc.property(table, fc.nat(), noise, ({ type, value }, at, insert) => {
      const text = formatted(type, value, "csv");
      const cut = at % (text.length + 1);
      try {
        readInput(programOf(type), 0, {
          format: "csv",
          text: `${text.slice(0, cut)}${insert}${text.slice(cut + (at % 2))}`,
        });
      } catch (error) {
        assert.ok(error instanceof ProgramError, String(error));
      }
    }),
    { numRuns: FUZZ_RUNS },
  );
});
