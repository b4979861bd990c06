/** What the parties of the fault tests compute. */
import { type BuildOptions, buildProgram } from "../../lib/cli/program.ts";
import { inputOf, type Loaded, type LoadedFacts } from "../../lib/cli/loaded.ts";
import { toHex } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import { COMPILE_LIMITS, type Source } from "../../lib/garble/mod.ts";

/** Some thousand AND gates: a product of two u64 takes more than 2,000. */
export const SOURCE: Source = {
  name: "faults",
  text: `pub fn main(x: u64, y: u64, z: u64) -> u64 {
    (x * y) ^ (y * z)
}
`,
};

/** A small one for two parties. */
export const SUM: Source = {
  name: "sum",
  text: "pub fn main(x: u32, y: u32) -> u32 {\n    x + y\n}\n",
};

/** How they are compiled. */
export const BUILD: BuildOptions = {
  ...{ entry: "main", constants: new Map(), limits: COMPILE_LIMITS },
  ...{ sourceMax: 1 << 20, compileTimeMs: 60_000 },
};

/** The packed input of a party. */
export function inputBits(program: LoadedFacts, party: number): Uint8Array<ArrayBuffer> {
  return inputOf(program, party, { format: "garble", text: String(1_000_003 * (party + 1)) });
}

/** The program with its gates. */
export function loadedProgram(): Loaded {
  const built = buildProgram(SOURCE, BUILD, Date.now);
  if (!built.ok) throw new TypeError("The program of the fault tests does not compile");
  return built.program;
}

/** The right output bits, in hexadecimal. */
export function rightOutput(): string {
  const program = loadedProgram();
  const inputs = program.parameters.map((_, party) => inputBits(program, party));
  return toHex(evaluate(program.circuit, inputs));
}
