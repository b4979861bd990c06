import assert from "node:assert/strict";
import fc from "fast-check";
import { utf8 } from "../../lib/base/mod.ts";
import { evaluate, validateCircuit } from "../../lib/circuit/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { seededRng, sha256, typescriptKernels } from "../../lib/crypto/mod.ts";
import { compile, decodeOutput, encodeInput, type Program } from "../../lib/garble/mod.ts";
import { compute } from "../../lib/mpc/mod.ts";
import { fakeSystem } from "../cli/fake_system.ts";
import { parametersOf, simulate } from "../sim/engine.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { type Example, EXAMPLES } from "./examples.ts";
import { RANDOM_INPUTS } from "./random_inputs.ts";

const FOLDER = new URL("../../examples/", import.meta.url);
/** Examples with fewer AND gates also run with the real set-up. */
const REAL_ANDS_MAX = 600;
const RANDOM_RUNS = Deno.env.get("P2P_MPC_SLOW") === "1" ? 1000 : 30;

function read(name: string, file: string): Promise<string> {
  return Deno.readTextFile(new URL(`${name}/${file}`, FOLDER));
}

async function compiled({ name }: Example): Promise<Program> {
  const text = await read(name, `${name}.garble.rs`);
  const result = compile({ name, text });
  assert.ok(result.ok, name);
  validateCircuit(result.program.circuit);
  return result.program;
}

async function inputBits(example: Example, program: Program): Promise<Uint8Array[]> {
  const texts = await Promise.all(example.inputs.map((file) => read(example.name, file)));
  assert.equal(program.parties, texts.length);
  return texts.map((text, party) => encodeInput(program, party, text));
}

for (const example of EXAMPLES) {
  const { name, inputs } = example;
  Deno.test(`example ${name}: the program, the expected file and plain TypeScript agree`, async () => {
    const files: Record<string, string> = {
      program: await read(name, `${name}.garble.rs`),
    };
    for (const file of inputs) files[file] = await read(name, file);
    const system = fakeSystem({ files });
    assert.equal(await main(["eval", "program", ...inputs], system), 0, system.err());
    assert.equal(system.out(), await read(name, "expected.txt"));
    const texts = inputs.map((file) => files[file] ?? "");
    assert.equal(system.out(), `${example.expected(texts)}\n`);
  });

  Deno.test(`example ${name}: the program and plain TypeScript agree on random inputs`, async () => {
    const program = await compiled(example);
    const inputs = RANDOM_INPUTS[name];
    assert.ok(inputs !== undefined);
    fc.assert(
      fc.property(inputs, (texts) => {
        const bits = texts.map((text, party) => encodeInput(program, party, text));
        const { kind, text } = decodeOutput(program, evaluate(program.circuit, bits));
        assert.deepEqual([kind, text], ["value", example.expected(texts)]);
      }),
      { numRuns: RANDOM_RUNS, verbose: true },
    );
  });

  Deno.test(`example ${name}: secure evaluation gives the same, on ideal bits`, async () => {
    const program = await compiled(example);
    const bits = await inputBits(example, program);
    const { outputs } = await simulate(program.circuit, bits, { parties: program.parties });
    const wanted = evaluate(program.circuit, bits);
    for (const output of outputs) assert.deepEqual(output, wanted);
    assert.equal(`${decodeOutput(program, wanted).text}\n`, await read(name, "expected.txt"));
  });
}

Deno.test("the small examples give the same with the real set-up", async () => {
  let ran = 0;
  for (const example of EXAMPLES) {
    const program = await compiled(example);
    const { parties, circuit } = program;
    if (circuit.header.ands > REAL_ANDS_MAX || parties > 3) continue;
    ran++;
    const bits = await inputBits(example, program);
    const outputs = await Promise.all(
      memoryNetwork(parties).map((channel, i) => {
        const rng = seededRng(utf8(`example ${i}`));
        const outside = { rng, kernels: typescriptKernels, observe: (): void => {} };
        const parameters = parametersOf({ parties });
        const options = { channel, sid: sha256(utf8(example.name)), parameters, ...outside };
        return compute(options, circuit, Uint8Array.from(bits[i] ?? []));
      }),
    );
    for (const output of outputs) {
      assert.ok(output !== undefined);
      const { text } = decodeOutput(program, output);
      assert.equal(`${text}\n`, await read(example.name, "expected.txt"), example.name);
    }
  }
  assert.ok(ran >= 2, `only ${ran} examples are small`);
});

Deno.test("examples/README.md has a section for each folder, and its commands name files that exist", async () => {
  const text = await Deno.readTextFile(new URL("README.md", FOLDER));
  for await (const entry of Deno.readDir(FOLDER)) {
    if (!entry.isDirectory) continue;
    assert.match(text, new RegExp(`^## .*\\[\`${entry.name}/\`\\]\\(${entry.name}/\\)$`, "m"));
  }
  const named = [...text.matchAll(/examples\/([\w/]+\.(?:garble\.rs|txt))/g)].map((match) =>
    match[1]
  );
  assert.ok(named.length >= EXAMPLES.length);
  for (const path of named) assert.ok((await Deno.stat(new URL(path ?? "", FOLDER))).isFile, path);
});
