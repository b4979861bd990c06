/** Facts of a program that nobody compiled, for tests of the session. */
import { sha256 } from "../../lib/crypto/mod.ts";
import type { CompiledFacts } from "../../lib/session/mod.ts";

/** Facts for `parties` parties. */
export function trivialFacts(parties: number): CompiledFacts {
  return {
    entry: "main",
    compileOptions: { optimize: true },
    circuit: { digest: sha256(new Uint8Array([7])), gates: 10, ands: 3, outputs: 32 },
    inputs: Array.from({ length: parties }, () => ({ type: "u32", bits: 32 })),
    outputType: "u32",
    outputParties: Array.from({ length: parties }, (_, party) => party),
    evaluator: 0,
    k: 2,
    chunk: 4096,
    limits: { gates: 1_000_000 },
    channel: "direct",
  };
}
