/**
 * p2p-mpc as a library: several parties compute a program on their private inputs and learn the result alone, with
 * malicious security against any number of them.
 *
 * {@linkcode compile} makes a circuit of a program in the Garble language. {@linkcode runParty} computes it over any
 * {@linkcode Channel} that the embedding program brings along; it needs no network of ours, and runs under Node and in
 * bundles, too. {@linkcode takePart} is a whole session over libp2p under Deno, in which parties of the command line may
 * take part.
 * Every error that is not a mistake of the calling program is an {@linkcode MpcError}.
 *
 * @example One party of two
 * ```ts
 * import { type Channel, compile, runParty } from "./mod.ts";
 *
 * async function larger(channel: Channel, sid: Uint8Array, mine: number): Promise<string> {
 *   const text = "pub fn main(a: u32, b: u32) -> u32 { if a > b { a } else { b } }";
 *   const compiled = compile({ name: "larger.garble.rs", text });
 *   if (!compiled.ok) throw new Error("the program does not compile");
 *   const outcome = await runParty({ program: compiled.program, channel, sid, input: `${mine}` });
 *   return outcome?.text ?? "";
 * }
 * ```
 *
 * @module
 */
export * from "./base/errors.ts";
export { VERSION } from "./base/version.ts";
export { type CircuitHeader, type CircuitSource, evaluate } from "./circuit/mod.ts";
export { chooseKernels, type KernelChoice, type Kernels } from "./crypto/mod.ts";
export {
  compile,
  COMPILE_LIMITS,
  type Compiled,
  type CompileLimits,
  type CompileOptions,
  decodeOutput,
  type Diagnostic,
  encodeInput,
  formatOutput,
  type FormattedText,
  type GarbleValue,
  type Outcome,
  type PanicOutcome,
  type Parameter,
  type Program,
  type ProgramFacts,
  readInput,
  renderDiagnostics,
  showType,
  type Source,
  type Type,
  type ValueFormat,
  type ValueOutcome,
} from "./garble/mod.ts";
export type { Channel, Parameters } from "./mpc/mod.ts";
export type { Event, Observe } from "./observability/mod.ts";
// Why not from the layer's mod.ts: that loads libp2p, which takePart does when it is called.
export { type PartyRun, runParty } from "./party/run_party.ts";
export { type Participation, takePart } from "./party/take_part.ts";
export type { Description } from "./session/mod.ts";
