import assert from "node:assert/strict";
import {
  evaluate,
  importBristol,
  importRegisterJson,
  importSsaJson,
} from "../../lib/circuit/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { compile, decodeOutput, encodeInput, type Program } from "../../lib/garble/mod.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const TEXT = "pub fn main(x: u8, y: u8) -> (u8, bool) {\n    (x / y, x < y)\n}";

async function run(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<FakeSystem & { readonly code: number }> {
  const system = fakeSystem({ files: { "a.rs": TEXT, ...files } });
  return { ...system, code: await main(args, system) };
}

function program(): Program {
  const result = compile({ name: "a.rs", text: TEXT });
  assert.ok(result.ok);
  return result.program;
}

function inputs(x: number, y: number): Uint8Array[] {
  return [x, y].map((value, party) => encodeInput(program(), party, String(value)));
}

Deno.test("`compile -o x.json` and `-o x.register.json` write circuits that compute the same", async () => {
  for (
    const [name, read] of [["x.json", importSsaJson], [
      "x.register.json",
      importRegisterJson,
    ]] as const
  ) {
    const { code, out, err, file } = await run(["compile", "a.rs", "-o", name]);
    assert.equal(code, 0, err());
    assert.equal(out(), "");
    assert.match(err(), new RegExp(`> wrote \\d+ gates to ${name}\n`));
    const circuit = read(file(name) ?? "");
    for (const [x, y] of [[17, 5], [3, 0], [0, 255]] as const) {
      const bits = inputs(x, y);
      assert.deepEqual(evaluate(circuit, bits), evaluate(program().circuit, bits), `${x}, ${y}`);
    }
  }
});

Deno.test("`compile -o x.txt` writes Bristol fashion without the panic record, and says so", async () => {
  const { code, err, file } = await run(["compile", "a.rs", "--out=x.txt"]);
  assert.equal(code, 0, err());
  assert.match(err(), /no place for panics/);
  const { circuit, outputWidths } = importBristol(file("x.txt") ?? "");
  assert.deepEqual(outputWidths, [9]);
  // 17 / 5 = 3, not less; the first bit is the top one, and stands lowest in its byte.
  assert.deepEqual(evaluate(circuit, inputs(17, 5)), Uint8Array.of(0b1100_0000, 0));
  assert.deepEqual(evaluate(circuit, inputs(3, 0)), Uint8Array.of(0, 0));
});

Deno.test("a circuit in Bristol fashion is checked, evaluated and compiled like a program", async () => {
  const first = await run(["compile", "a.rs", "-o", "x.txt", "-q"]);
  assert.equal(first.err(), "");
  const files = { "x.txt": first.file("x.txt") ?? "" };
  const checked = await run(["check", "--json", "x.txt"], files);
  assert.equal(checked.code, 0, checked.err());
  const report = JSON.parse(checked.out());
  assert.deepEqual([report.parties, report.signature], [
    2,
    "circuit(input_0: [bool; 8], input_1: [bool; 8]) -> [bool; 9]",
  ]);
  for (const input of [["11", "05"], ["0x11", "0x05"], ["00010001", "00000101"]]) {
    const evaluated = await run(["eval", "x.txt", ...input], files);
    assert.equal(evaluated.out(), "000000110\n", evaluated.err());
  }
  assert.equal((await run(["eval", "x.txt", "11", "5"], files)).code, 3);
  const again = await run(["compile", "x.txt", "-o", "y.txt"], files);
  const copy = importBristol(again.file("y.txt") ?? "").circuit;
  assert.deepEqual(evaluate(copy, inputs(17, 5)), Uint8Array.of(0b1100_0000, 0));
  const broken = await run(["check", "x.txt"], { "x.txt": "3 4\n1 1\n1 1\n\n2 1 0 0 9 XOR\n" });
  assert.equal(broken.code, 3);
  assert.match(broken.err(), /line \d+: .*\n/);
  const large = await run(["check", "x.txt", "--max-gates=5"], files);
  assert.equal(large.code, 9);
  assert.match(large.err(), /limit "gates".*\nhint: .*--max-gates/);
});

Deno.test("each output value of a circuit file is shown, in order", async () => {
  const text = "2 6\n2 2 2\n2 1 1\n\n2 1 0 2 4 AND\n2 1 1 3 5 XOR\n";
  const { out, err } = await run(["eval", "x.txt", "10", "10"], { "x.txt": text });
  assert.equal(out(), "1 0\n", err());
  const json = await run(["eval", "--json", "x.txt", "01", "10"], { "x.txt": text });
  assert.deepEqual(JSON.parse(json.out()).value, ["0", "1"]);
});

Deno.test("`compile` exits with 2 without a file of a known form, and if it cannot be written", async () => {
  for (const out of [[], ["-o", "x.bin"], ["-o", ""]]) {
    const { code, err } = await run(["compile", "a.rs", ...out]);
    assert.equal(code, 2, err());
  }
  const { code, err } = await run(["compile", "a.rs", "-o", "missing/x.json"]);
  assert.equal(code, 2);
  assert.match(err(), /Cannot write "missing\/x\.json"/);
});

Deno.test("`compile --json` tells the file and its gates", async () => {
  const { out } = await run(["compile", "a.rs", "-o", "x.json", "--json"]);
  const report = JSON.parse(out());
  assert.equal(report.file, "x.json");
  assert.equal(report.and_gates, program().circuit.header.ands);
});

Deno.test("a program that panics still tells why after `compile` to JSON", async () => {
  const { file } = await run(["compile", "a.rs", "-o", "x.json"]);
  const outcome = decodeOutput(
    program(),
    evaluate(importSsaJson(file("x.json") ?? ""), inputs(3, 0)),
  );
  assert.ok(outcome.kind === "panic");
  assert.equal(outcome.reason, "DivByZero");
});
