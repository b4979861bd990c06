/** The processes of one run of emp-wasm, as group.ts has them for our own engine. */
import { getBit } from "../../../lib/base/mod.ts";
import { exportBristol } from "../../../lib/circuit/mod.ts";
import { PANIC_BITS } from "../../../lib/garble/mod.ts";
import { evaluate } from "../../../lib/circuit/mod.ts";
import { Talker } from "./talker.ts";
import { build, inputFor, workload } from "./workloads.ts";

/** What a party is told at its start. */
export interface EmpOptions {
  readonly party: number;
  readonly parties: number;
  readonly inputBits: readonly number[];
  readonly inputBitsPerParty: number[];
}

/** To a party. */
export type EmpCommand =
  /** `circuit` is in the old Bristol format, which emp-wasm reads. */
  | { readonly kind: "connect"; readonly ports: readonly number[]; readonly circuit: string }
  | { readonly kind: "compute" };

/** What one party measured of one computation. */
export interface EmpFigures {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly bytesSent: number;
  readonly cpuMs: number;
  readonly peakRssMib: number;
  /** A character for each bit. */
  readonly output: string;
}

/** From a party. */
export type EmpReport =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "connected" }
  | { readonly kind: "computed" } & EmpFigures;

/** Figures by party: of fresh processes, and of the same ones again. */
export interface EmpRun {
  readonly cold: readonly EmpFigures[];
  readonly warm: readonly EmpFigures[];
}

/** A circuit with its inputs and the right output, as emp-wasm takes them. */
export interface EmpWorkload {
  readonly circuit: string;
  /** Bits by party. */
  readonly inputs: readonly (readonly number[])[];
  readonly output: string;
}

function bits(packed: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => getBit(packed, i));
}

/** Prepares the circuit `name`. A panic record is left out, as in a circuit file. */
export async function empWorkload(name: string): Promise<EmpWorkload> {
  const work = await workload(name);
  const program = build(work);
  const { header } = program.circuit;
  const dropOutputs = program.outputWidths === undefined ? PANIC_BITS : 0;
  const packed = program.parameters.map((_, party) => inputFor(work, program, party));
  const [gates = "", , , ...rest] = [...exportBristol(program.circuit, { dropOutputs })]
    .join("").split("\n");
  const outputs = header.outputs.length - dropOutputs;
  const [left = 0, right = 0] = header.inputs;
  const output = bits(evaluate(program.circuit, packed), header.outputs.length).slice(dropOutputs);
  return {
    circuit: [gates, `${left} ${right} ${outputs}`, ...rest].join("\n"),
    inputs: header.inputs.map((count, party) => bits(packed[party] ?? new Uint8Array(0), count)),
    output: output.join(""),
  };
}

type Party = Talker<EmpCommand, EmpReport>;

async function expect<K extends EmpReport["kind"]>(
  party: Party,
  kind: K,
): Promise<Extract<EmpReport, { kind: K }>> {
  const report = await party.hear();
  if (report.kind !== kind) throw new TypeError(`A party said "${report.kind}", not "${kind}"`);
  return report as Extract<EmpReport, { kind: K }>;
}

async function computeOnce(parties: readonly Party[]): Promise<EmpFigures[]> {
  for (const party of parties) await party.tell({ kind: "compute" });
  return await Promise.all(parties.map((party) => expect(party, "computed")));
}

/** One run of `parties` fresh processes, which compute twice. Throws if a result is wrong. */
export async function measureEmpRun(work: EmpWorkload, parties: number): Promise<EmpRun> {
  await using stack = new AsyncDisposableStack();
  const { circuit, inputs, output } = work;
  const inputBitsPerParty = Array.from({ length: parties }, (_, i) => inputs[i]?.length ?? 0);
  const processes = inputBitsPerParty.map((_, party) => {
    const own = { party, parties, inputBits: inputs[party] ?? [], inputBitsPerParty };
    return stack.use(new Talker<EmpCommand, EmpReport>("emp_party.ts", own));
  });
  const reports = await Promise.all(processes.map((each) => expect(each, "listening")));
  const ports = reports.map(({ port }) => port);
  for (const each of processes) await each.tell({ kind: "connect", ports, circuit });
  await Promise.all(processes.map((each) => expect(each, "connected")));
  const cold = await computeOnce(processes);
  const warm = await computeOnce(processes);
  if ([...cold, ...warm].some((figures) => figures.output !== output)) {
    throw new Error("The result of emp-wasm is wrong");
  }
  return { cold, warm };
}
