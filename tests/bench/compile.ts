/** Speed of the compiler in gates a second, and its peak of memory in bytes a gate. */
import { compile } from "../../lib/garble/mod.ts";

const LIMITS = { gates: 2 ** 28, iterations: 2 ** 24, bits: 2 ** 26 };

/** Programs of some millions of gates. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "products and quotients of u64": `
pub fn main(a: u64, b: u64) -> u64 {
    let mut s = a;
    for i in 0..300 { s = (s * (b ^ i as u64)) / (s | 1u64); }
    s
}`,
  "join of 2 x 500 rows, keys of 20 bytes": `
pub fn main(a: [([u8; 20], u32); 500], b: [([u8; 20], u32); 500]) -> u32 {
    let mut s = 0u32;
    for (x, y) in join_iter(a, b) { s = s ^ x.1 ^ y.1; }
    s
}`,
};

/** Most memory that this process had so far, in bytes; 0 where the system does not tell. */
function peakBytes(): number {
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function measure(name: string): string {
  const text = PROGRAMS[name] ?? "";
  const [before, start] = [peakBytes(), performance.now()];
  const result = compile({ name, text }, { limits: LIMITS });
  const seconds = (performance.now() - start) / 1000;
  if (!result.ok) throw new Error(`Cannot measure: "${name}" does not compile`);
  const { gates, ands } = result.program.circuit.header;
  const bytes = (peakBytes() - before) / gates;
  return `${name}: ${gates} gates, ${ands} ANDs, ${seconds.toFixed(2)} s, ` +
    `${(gates / seconds / 1e6).toFixed(2)} million gates a second, ${
      bytes.toFixed(1)
    } bytes a gate`;
}

const [name] = Deno.args;
if (name !== undefined) {
  // deno-lint-ignore no-console
  console.log(measure(name));
} else {
  // One process each, as the peak of memory is that of a process.
  for (const program of Object.keys(PROGRAMS)) {
    const args = ["run", "--allow-all", import.meta.filename ?? "", program];
    await new Deno.Command(Deno.execPath(), { args, stdout: "inherit", stderr: "inherit" })
      .output();
  }
}
