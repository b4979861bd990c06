/**
 * Speed of the compiler in gates a second, and its peak of memory in bytes a gate; then what the circuit
 * keeps in memory, and how long a walk over it takes. With `--large`: the join of 2 x 10,000 rows, a minute.
 */
import { PackedCircuit } from "../../lib/circuit/mod.ts";
import { compile } from "../../lib/garble/mod.ts";

const LIMITS = { gates: 2 ** 28, iterations: 2 ** 24, bits: 2 ** 26 };

/** Programs of some millions of gates. */
const LARGE = "join of 2 x 10,000 rows, keys of 20 bytes";

function joinOf(rows: number): string {
  return `
pub fn main(a: [([u8; 20], u32); ${rows}], b: [([u8; 20], u32); ${rows}]) -> u32 {
    let mut s = 0u32;
    for (x, y) in join_iter(a, b) { s = s ^ x.1 ^ y.1; }
    s
}`;
}

const PROGRAMS: Readonly<Record<string, string>> = {
  "products and quotients of u64": `
pub fn main(a: u64, b: u64) -> u64 {
    let mut s = a;
    for i in 0..300 { s = (s * (b ^ i as u64)) / (s | 1u64); }
    s
}`,
  "join of 2 x 500 rows, keys of 20 bytes": joinOf(500),
  [LARGE]: joinOf(10_000),
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

function walk(circuit: PackedCircuit): string {
  const start = performance.now();
  let gates = 0;
  for (const { count } of circuit.segments()) gates += count;
  const seconds = (performance.now() - start) / 1000;
  const { packed, marks, walk } = circuit.memory;
  const megabytes = [packed, marks, walk].map((bytes) => (bytes / 1e6).toFixed(2));
  return `${circuit.header.registers} registers; packed, marks, registers of a walk: ` +
    `${megabytes.join(", ")} MB; a walk: ${seconds.toFixed(2)} s, ` +
    `${(gates / seconds / 1e6).toFixed(1)} million gates a second`;
}

function measure(name: string): string {
  const text = PROGRAMS[name] ?? "";
  const [before, start] = [peakBytes(), performance.now()];
  const result = compile({ name, text }, { limits: LIMITS });
  const seconds = (performance.now() - start) / 1000;
  const peak = peakBytes();
  if (!result.ok) throw new Error(`Cannot measure: "${name}" does not compile`);
  const { circuit } = result.program;
  if (!(circuit instanceof PackedCircuit)) throw new Error("Cannot measure: it is not packed");
  const { gates, ands } = circuit.header;
  return `${name}: ${gates} gates, ${ands} ANDs, ${seconds.toFixed(2)} s, ` +
    `${(gates / seconds / 1e6).toFixed(2)} million gates a second, ` +
    `peak ${(peak / 1e6).toFixed(0)} MB, ${((peak - before) / gates).toFixed(1)} bytes a gate\n` +
    `  ${walk(circuit)}`;
}

const [first] = Deno.args;
if (first !== undefined && first !== "--large") {
  // deno-lint-ignore no-console
  console.log(measure(first));
} else {
  // One process each, as the peak of memory is that of a process.
  const names = Object.keys(PROGRAMS).filter((name) => (name === LARGE) === (first === "--large"));
  for (const program of names) {
    const args = ["run", "--allow-all", import.meta.filename ?? "", program];
    await new Deno.Command(Deno.execPath(), { args, stdout: "inherit", stderr: "inherit" })
      .output();
  }
}
