/** The processes of one run: starts n parties, has them compute once or twice, and gathers what they measured. */
import { toHex } from "../../../lib/base/mod.ts";
import { evaluate } from "../../../lib/circuit/mod.ts";
import { type LinkShape, shapeLink } from "./link.ts";
import { Talker } from "./talker.ts";
import { type Command, type PartyFigures, type PartyOptions, type Report } from "./protocol.ts";
import { build, inputFor, workload } from "./workloads.ts";

/** What is measured. */
export interface Setting extends Omit<PartyOptions, "party"> {
  /** Only the first computation of fresh processes. */
  readonly coldOnly?: boolean;
  /** The network between the parties; undefined: plain loopback. */
  readonly link?: LinkShape;
}

/** Figures by party: of fresh processes, and of the same ones again. */
export interface Run {
  readonly cold: readonly PartyFigures[];
  readonly warm?: readonly PartyFigures[];
}

type Party = Talker<Command, Report>;

/** The next report of a party, which must be of this kind. */
async function expect<K extends Report["kind"]>(
  party: Party,
  kind: K,
): Promise<Extract<Report, { kind: K }>> {
  const report = await party.hear();
  if (report.kind !== kind) throw new TypeError(`A party said "${report.kind}", not "${kind}"`);
  return report as Extract<Report, { kind: K }>;
}

async function session(parties: readonly Party[]): Promise<PartyFigures[]> {
  const [creator, ...joiners] = parties;
  if (creator === undefined) throw new TypeError("There is no party");
  await creator.tell({ kind: "session" });
  const { ticket } = await expect(creator, "ticket");
  for (const joiner of joiners) await joiner.tell({ kind: "session", ticket });
  const reports = await Promise.all(parties.map((party) => expect(party, "computed")));
  return reports.map(({ figures }) => figures);
}

/** The right output, in hexadecimal. */
export async function expectedOutput(circuit: string): Promise<string> {
  const work = await workload(circuit);
  const program = build(work);
  const inputs = program.parameters.map((_, party) => inputFor(work, program, party));
  return toHex(evaluate(program.circuit, inputs));
}

/** One run: processes are started, compute, and end. Throws if a result is wrong. */
export async function measureRun(setting: Setting, wanted: string): Promise<Run> {
  const { link, coldOnly = false, ...options } = setting;
  await using stack = new AsyncDisposableStack();
  const parties = Array.from({ length: setting.parties }, (_, party) => {
    return stack.use(new Talker<Command, Report>("party.ts", { ...options, party }));
  });
  await Promise.all(parties.map(async (party) => {
    const { address } = await expect(party, "listening");
    if (link === undefined) return;
    const shaped = stack.use(shapeLink(address, link));
    await party.tell({ kind: "address", address: shaped.address });
  }));
  const cold = await session(parties);
  const warm = coldOnly ? [] : await session(parties);
  for (const { output } of [...cold, ...warm]) {
    if (output !== wanted) throw new Error(`The result of ${setting.circuit} is wrong`);
  }
  return coldOnly ? { cold } : { cold, warm };
}
