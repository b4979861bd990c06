/** Settings in, figures out: runs of our own engine, and of emp-wasm in turn with it. */
import { sessionRounds } from "../../../lib/mpc/mod.ts";
import { type EmpRun, empWorkload, measureEmpRun } from "./emp_group.ts";
import { type EmpSummary, type Figures, summarise, summariseEmp } from "./figures.ts";
import { expectedOutput, measureRun, type Run, type Setting } from "./group.ts";
import { build, workload } from "./workloads.ts";

/** Both engines on one circuit; the ratio is emp-wasm's time over ours. */
export interface Comparison extends Figures {
  readonly peer: EmpSummary;
  /** Of the medians of cold runs. */
  readonly ratio: number;
  /** Of the medians of warm runs. */
  readonly warm_ratio: number | null;
}

async function factsOf(setting: Setting): Promise<{ ands: number; rounds: number }> {
  const { circuit, parties, k, chunk } = setting;
  const { header } = build(await workload(circuit)).circuit;
  const outputParties = Array.from({ length: parties }, (_, party) => party);
  const parameters = { parties, evaluator: 0, outputParties, k, chunk };
  return { ands: header.ands, rounds: sessionRounds(header, parameters) };
}

/** `runs` runs of one setting, each in processes of its own. */
export async function measureSetting(setting: Setting, runs: number): Promise<Figures> {
  const facts = await factsOf(setting);
  const wanted = await expectedOutput(setting.circuit);
  const all: Run[] = [];
  for (let run = 0; run < runs; run++) all.push(await measureRun(setting, wanted));
  return summarise(setting, facts, all);
}

/** `runs` runs of both engines, one after the other in turn. */
export async function comparePeers(setting: Setting, runs: number): Promise<Comparison> {
  const { circuit, parties } = setting;
  const facts = await factsOf(setting);
  const wanted = await expectedOutput(circuit);
  const peerWork = await empWorkload(circuit);
  const own: Run[] = [];
  const peers: EmpRun[] = [];
  for (let run = 0; run < runs; run++) {
    own.push(await measureRun(setting, wanted));
    peers.push(await measureEmpRun(peerWork, parties));
  }
  const figures = summarise(setting, facts, own);
  const peer = summariseEmp(circuit, parties, peers);
  return {
    ...{ ...figures, peer, ratio: peer.protocol_ms / figures.protocol_ms },
    warm_ratio: figures.warm &&
      peer.warm.protocol_ms.median / figures.warm.protocol_ms.median,
  };
}
