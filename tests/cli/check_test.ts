import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import { estimate } from "../../lib/cli/estimate.ts";
import { main } from "../../lib/cli/mod.ts";
import { CHUNK_ANDS } from "../../lib/party/mod.ts";
import { seededRng, sha256, typescriptKernels } from "../../lib/crypto/mod.ts";
import { compute, type Parameters } from "../../lib/mpc/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const ADD = "pub fn main(x: u8, y: u8) -> u8 { x + y }";
const LOOP = "pub fn main(x: u64, y: u64) -> u64 {\n" +
  "    let mut z = x;\n    for i in 0..1000 { z = z ^ (z & y) ^ (i as u64); }\n    z\n}";

async function run(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<FakeSystem & { readonly code: number }> {
  const system = fakeSystem({ files });
  return { ...system, code: await main(args, system) };
}

Deno.test("`check` tells signature, parties, gates, panics, digest and costs", async () => {
  const { code, out, err } = await run(["check", "a.rs"], { "a.rs": ADD });
  assert.equal(code, 0, err());
  assert.match(out(), /^main\(x: u8, y: u8\) -> u8\nparties: 2\n {2}party 0: x: u8 \(8 bits\)\n/);
  assert.match(out(), /^gates: \d+ \(AND \d+, XOR \d+, NOT \d+\), AND depth \d+$/m);
  assert.match(out(), /^places that can panic: 1\ndigest: [0-9a-f]{64}$/m);
  assert.match(out(), /^ {2}party 1 sends [\d.]+ kB and needs [\d.]+ MB of memory$/m);
});

Deno.test("`check --json` gives one object with the figures of the circuit", async () => {
  const { code, out } = await run(["check", "--json", "a.rs"], { "a.rs": ADD });
  assert.equal(code, 0);
  const report = JSON.parse(out());
  assert.equal(report.ok, true);
  assert.equal(report.parties, 2);
  assert.equal(report.gates, report.and_gates + report.xor_gates + report.not_gates);
  assert.ok(report.and_gates >= 8 && report.and_gates <= 20, out());
  assert.ok(report.and_depth >= 8 && report.and_depth <= report.and_gates, out());
  assert.match(report.digest, /^[0-9a-f]{64}$/);
  assert.deepEqual(report.parameters[1], { party: 1, name: "y", type: "u8", bits: 8 });
  assert.deepEqual(report.estimate.map((cost: { evaluator: boolean }) => cost.evaluator), [
    true,
    false,
  ]);
});

Deno.test("`check` draws all diagnostics and exits with 3; --json lists them", async () => {
  const files = { "a.rs": "pub fn main(x: u8, y: u8) -> u8 {\n    z + x\n    + true\n}" };
  const { code, out, err } = await run(["check", "a.rs", "--json"], files);
  assert.equal(code, 3);
  assert.match(err(), /error\[E0310\].*\n +--> a\.rs:2:5\n/);
  const report = JSON.parse(out());
  assert.equal(report.ok, false);
  assert.equal(report.error.exit_code, 3);
  const [first] = report.diagnostics;
  assert.deepEqual(
    [first.code, first.kind, first.line, first.column, first.end_line, first.end_column],
    ["E0310", "UnknownIdentifier", 2, 5, 2, 6],
  );
  const plain = await run(["check", "a.rs"], files);
  assert.equal(plain.code, 3);
  assert.equal(plain.out(), "");
});

Deno.test("`check` gives no cost where no session is possible", async () => {
  for (const [type, parties] of [["u8", 1], ["[u8; 65]", 65], ["[u8; 1]", 1]] as const) {
    const text = `pub fn main(x: ${type}) -> ${type} { x }`;
    const plain = await run(["check", "a.rs"], { "a.rs": text });
    assert.match(plain.out(), /no session is possible, it needs 2 to 64 parties\n$/);
    const report = JSON.parse((await run(["check", "--json", "a.rs"], { "a.rs": text })).out());
    assert.deepEqual([report.parties, report.estimate], [parties, []]);
  }
});

Deno.test("each limit has a flag, and the error names limit and flag", async () => {
  const cases = [
    ["--max-gates=50", /limit "gates"/],
    ["--max-iterations=10", /limit "iterations"/],
    ["--max-bits=63", /limit "bits"/],
    ["--max-source=20", /limit "source"/],
    ["--max-wires=60", /\d+ wires are alive at once, more than 60 \(limit "wires"\)/],
    ["--max-nesting=2", /\n {2}\|\n[^]*\^\n[^]*limit "nesting"/],
  ] as const;
  for (const command of ["check", "eval"]) {
    for (const [flag, message] of cases) {
      const { code, out, err } = await run(
        [command, flag, "a.rs", "1", "2"].slice(0, command === "check" ? 3 : 5),
        { "a.rs": LOOP },
      );
      assert.equal(code, 9, `${flag}: ${err()}`);
      assert.match(err(), message);
      assert.match(err(), new RegExp(`\nhint: .*raise ${flag.split("=")[0]}`));
      assert.equal(out(), "");
    }
  }
  const party = ["--program=a.rs", "--party=0", "--input=1"];
  for (const [flag, message] of cases) {
    const { code, err } = await run(["new", ...party, flag], { "a.rs": LOOP });
    assert.equal(code, 9, `${flag}: ${err()}`);
    assert.match(err(), message);
  }
});

Deno.test("compiling may take so long; the time is this party's own matter", async () => {
  const text = (nested: string): string => `${"fn f(x: u64) -> u64 { x }\n".repeat(100)}${nested}`;
  const programs = [LOOP, text(LOOP), text(`pub fn main(x: u64, y: u64) -> u64 { f(x) + }`)];
  for (const program of programs) {
    const system = fakeSystem({ files: { "a.rs": program }, clockStepMs: 1000 });
    assert.equal(await main(["check", "--max-compile-time=0.5", "a.rs"], system), 9, system.err());
    assert.match(system.err(), /it takes more than 0\.5 s \(limit "compile-time"\)/);
    assert.match(system.err(), /\nhint: .*raise --max-compile-time/);
    assert.equal(system.out(), "");
  }
  const [free, bound] = [
    fakeSystem({ files: { "a.rs": LOOP } }),
    fakeSystem({ files: { "a.rs": LOOP } }),
  ];
  assert.equal(await main(["check", "a.rs"], free), 0);
  assert.equal(await main(["check", "--max-compile-time=0.5", "a.rs"], bound), 0);
  assert.equal(free.out(), bound.out());
});

Deno.test("limits count for circuit files, and in the JSON of a program that is nested too deeply", async () => {
  const bristol = "1 3\n2 1 1\n1 1\n\n2 1 0 1 2 AND\n";
  const wires = await run(["check", "--max-wires=1", "a.txt"], { "a.txt": bristol });
  assert.equal(wires.code, 9, wires.err());
  assert.match(wires.err(), /limit "wires"[^]*raise --max-wires/);
  const deep = `pub fn main(x: u8) -> u8 { ${"(".repeat(300)}x${")".repeat(300)} }`;
  const nested = await run(["check", "--json", "a.rs"], { "a.rs": deep });
  const { error, diagnostics } = JSON.parse(nested.out());
  assert.deepEqual([nested.code, error.exit_code, diagnostics.length], [9, 9, 1]);
  assert.match(error.hint, /raise --max-nesting/);
  const wide = `pub fn main(x: [[u64; 65536]; 65536]) -> u8 { 1u8 }`;
  const large = await run(["check", "a.rs"], { "a.rs": wide });
  assert.equal(large.code, 9, large.err());
  assert.match(large.err(), /limit "bits"[^]*raise --max-bits/);
});

Deno.test("`check` takes entry function and constants, and tells what is missing", async () => {
  const text = "const N: usize = PARTY_0::ROWS;\n" +
    "pub fn count(x: [u8; N], y: u8) -> u8 { x[0] + y }\npub fn main(x: u8, y: u8) -> u8 { x + y }";
  const files = { "a.rs": text };
  const missing = await run(["check", "a.rs"], files);
  assert.equal(missing.code, 3);
  assert.match(missing.err(), /E0402/);
  const args = ["check", "a.rs", "-f", "count", "--json"];
  const found = await run([...args, "--const=PARTY_0::ROWS=3"], files);
  assert.equal(found.code, 0, found.err());
  assert.equal(JSON.parse(found.out()).parameters[0].bits, 24);
  const twice = await run([...args, "--const=A::B=1", "--const=A::B=2"], files);
  assert.equal(twice.code, 2);
  for (const text of ["ROWS", "A::B", "A::B=", `A::B=${"1".repeat(257)}`]) {
    assert.equal((await run([...args, `--const=${text}`], files)).code, 2, text);
  }
  assert.equal((await run([...args, "--entry=none"], files)).code, 3);
});

for (const [parties, evaluator, ands] of [[2, 0, 700], [2, 1, 0], [3, 0, 700], [4, 2, 30]]) {
  Deno.test(`the estimate is what ${parties} parties send for ${ands} ANDs`, async () => {
    assert.ok(parties !== undefined && evaluator !== undefined && ands !== undefined);
    const inputs = Array.from({ length: parties }, () => 9);
    const circuit = ands === 0
      ? randomCircuit(1, { parties, inputsPerParty: 9, gates: 1 })
      : randomCircuit(1, { parties, inputsPerParty: 9, gates: ands * 2 });
    const all = inputs.map((_, party) => party);
    const parameters: Parameters = {
      ...{ parties, evaluator, outputParties: all, k: 2, chunk: CHUNK_ANDS },
    };
    const values = randomInputs(1, circuit.header.inputs);
    const channels = memoryNetwork(parties);
    const outputs = await Promise.all(channels.map((channel, i) => {
      const rng = seededRng(utf8(`estimate ${i}`));
      const outside = { rng, kernels: typescriptKernels, observe: (): void => {} };
      const options = { channel, sid: sha256(utf8("estimate")), parameters, ...outside };
      return compute(options, circuit, Uint8Array.from(values[i] ?? []));
    }));
    assert.deepEqual(outputs[0], evaluate(circuit, values));
    const costs = estimate(circuit.header, parameters);
    for (const [i, { traffic }] of channels.entries()) {
      const wanted = costs[i]?.sentBytes ?? 0;
      const message = `party ${i} sent ${traffic.bytes}, estimated ${wanted}`;
      assert.ok(Math.abs(traffic.bytes / wanted - 1) < 0.01, message);
    }
  });
}
