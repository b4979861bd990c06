import assert from "node:assert/strict";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import {
  evaluate,
  exportBristol,
  importBristol,
  type PackedCircuit,
  validateCircuit,
} from "../../lib/circuit/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { INITIAL_STATE } from "../../scripts/ciphers/sha256.ts";
import { aesCircuit, CIRCUIT_FILES, sha256Circuit } from "../../scripts/make_circuits.ts";
import { fakeSystem } from "../cli/fake_system.ts";
import { randomInputs } from "../sim/circuits.ts";
import { simulate } from "../sim/engine.ts";
import { bitsHex, hexBits } from "../sim/hex_bits.ts";

function readCircuit(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`../../examples/circuits/${name}`, import.meta.url));
}

function run(circuit: PackedCircuit, ...inputs: readonly string[]): string {
  return bitsHex(evaluate(circuit, inputs.map(hexBits)));
}

/** Blocks of a message as FIPS 180-4, section 5.1.1, pads it. */
function padded(message: Uint8Array): string[] {
  const length = Math.ceil((message.length + 9) / 64) * 64;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  new DataView(bytes.buffer).setUint32(length - 4, message.length * 8);
  return Array.from({ length: length / 64 }, (_, i) => bytes.slice(i * 64, i * 64 + 64).toHex());
}

function hash(circuit: PackedCircuit, message: Uint8Array): string {
  const start = INITIAL_STATE.map((word) => word.toString(16).padStart(8, "0")).join("");
  return padded(message).reduce((state, block) => run(circuit, block, state), start);
}

Deno.test("the AES-128 circuit gives the vectors of FIPS 197, with 6,400 ANDs", () => {
  const circuit = aesCircuit();
  validateCircuit(circuit);
  assert.equal(circuit.header.ands, 6400);
  // Appendix B, and appendix C.1.
  const vectors = [
    [
      "2b7e151628aed2a6abf7158809cf4f3c",
      "3243f6a8885a308d313198a2e0370734",
      "3925841d02dc09fbdc118597196a0b32",
    ],
    [
      "000102030405060708090a0b0c0d0e0f",
      "00112233445566778899aabbccddeeff",
      "69c4e0d86a7b0430d8cdb78070b4c55a",
    ],
  ] as const;
  for (const [key, block, cipher] of vectors) assert.equal(run(circuit, key, block), cipher);
});

Deno.test("the AES-128 circuit agrees with node:crypto on random keys and blocks", () => {
  const circuit = aesCircuit();
  for (let i = 0; i < 5; i++) {
    const [key, block] = [randomBytes(16), randomBytes(16)];
    const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
    const wanted = cipher.update(block).toString("hex");
    const texts = [key.toString("hex"), block.toString("hex")] as const;
    assert.equal(run(circuit, ...texts), wanted, texts.join(" "));
  }
});

Deno.test("the SHA-256 circuit gives the examples of FIPS 180-4, with about 22,600 ANDs", () => {
  const circuit = sha256Circuit();
  validateCircuit(circuit);
  assert.ok(circuit.header.ands <= 22_600, `${circuit.header.ands} ANDs`);
  const text = (message: string): Uint8Array => new TextEncoder().encode(message);
  assert.equal(
    hash(circuit, text("abc")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assert.equal(
    hash(circuit, text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  );
});

Deno.test("the SHA-256 circuit agrees with node:crypto on messages of all paddings", () => {
  const circuit = sha256Circuit();
  for (const length of [0, 1, 54, 55, 56, 63, 64, 119, 120]) {
    const message = new Uint8Array(randomBytes(length));
    const wanted = createHash("sha256").update(message).digest("hex");
    assert.equal(hash(circuit, message), wanted, message.toHex());
  }
});

Deno.test("the files in examples/circuits compute what the script makes, in as many ANDs", async () => {
  for (const [name, build] of Object.entries(CIRCUIT_FILES)) {
    const built = build();
    const { circuit, outputWidths } = importBristol(await readCircuit(name));
    validateCircuit(circuit);
    assert.deepEqual(circuit.header.inputs, built.header.inputs, name);
    assert.deepEqual(outputWidths, [built.header.outputs.length], name);
    assert.equal(circuit.header.ands, built.header.ands, name);
    for (let seed = 0; seed < 5; seed++) {
      const inputs = randomInputs(seed, built.header.inputs);
      assert.deepEqual(evaluate(circuit, inputs), evaluate(built, inputs), `${name}, seed ${seed}`);
    }
  }
});

Deno.test("the script's text of a circuit is read back as the same function", () => {
  const built = aesCircuit();
  const { circuit } = importBristol([...exportBristol(built)].join(""));
  const inputs = randomInputs(7, built.header.inputs);
  assert.deepEqual(evaluate(circuit, inputs), evaluate(built, inputs));
});

Deno.test("`eval` computes AES-128 from the file, with the vector of FIPS 197", async () => {
  const text = await readCircuit("aes_128.txt");
  const system = fakeSystem({ files: { "aes_128.txt": text } });
  const key = "000102030405060708090a0b0c0d0e0f";
  const block = "00112233445566778899aabbccddeeff";
  assert.equal(await main(["eval", "aes_128.txt", key, block], system), 0, system.err());
  assert.equal(system.out(), "0x69c4e0d86a7b0430d8cdb78070b4c55a\n");
});

Deno.test("AES-128 from the file under secure evaluation, on ideal bits", async () => {
  const { circuit } = importBristol(await readCircuit("aes_128.txt"));
  const inputs = ["2b7e151628aed2a6abf7158809cf4f3c", "3243f6a8885a308d313198a2e0370734"];
  const { outputs } = await simulate(circuit, inputs.map(hexBits), { parties: 2 });
  for (const output of outputs) {
    assert.equal(bitsHex(output ?? new Uint8Array(0)), "3925841d02dc09fbdc118597196a0b32");
  }
});
