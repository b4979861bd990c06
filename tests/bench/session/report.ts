/** The standard set of measurements, and the tables and plots that docs/PERFORMANCE.md shows of them. */
import os from "node:os";
import { USUAL_K } from "../../../lib/party/mod.ts";
import { CHUNK_ANDS } from "../../../lib/party/mod.ts";
import { TRAFFIC_PHASES } from "../../../lib/mpc/mod.ts";
import type { Figures } from "./figures.ts";
import type { Flags } from "./flags.ts";
import type { Setting } from "./group.ts";
import { type Marginal, marginal, marginalTable } from "./marginal.ts";
import { comparePeers, type Comparison, measureSetting } from "./measure.ts";
import { type Chart, chartSvg } from "./svg.ts";
import {
  bytesTable,
  checksTable,
  peersTable,
  phaseTable,
  table,
  threadsTable,
  timeTable,
  titleOf,
} from "./table.ts";

/** Everything that the document shows. */
export interface Data {
  readonly machine: readonly string[];
  /** Plain loopback. */
  readonly figures: readonly Figures[];
  /** Slow links. */
  readonly links: readonly Figures[];
  /** With and without a worker. */
  readonly threads: readonly Figures[];
  readonly marginals: readonly Marginal[];
  readonly peers: readonly Comparison[];
}

/** What the tables are for. */
export const DOCUMENT = new URL("../../../docs/PERFORMANCE.md", import.meta.url);
const IMAGES = new URL("../../../docs/img/", import.meta.url);
const DATA = new URL("performance.json", IMAGES);

/** The values of k in the tables. */
const KS = [2, 4];
/** One half of the round trip of the slow network, and its speed. */
const SLOW = { delayMs: 50, mbit: 100 };

function note(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function commit(): Promise<string> {
  const { stdout } = await new Deno.Command("git", { args: ["rev-parse", "--short", "HEAD"] })
    .output();
  return new TextDecoder().decode(stdout).trim();
}

async function machine(runs: number): Promise<string[]> {
  const [cpu] = os.cpus();
  const gib = Math.round(os.totalmem() / 2 ** 30);
  return [
    `${os.cpus().length} × ${cpu?.model ?? "?"}, ${gib} GiB, ${os.type()}`,
    `Deno ${Deno.version.deno} (V8 ${Deno.version.v8})`,
    `commit ${await commit()}, ${runs} ${runs === 1 ? "run" : "runs"} of each setting`,
    `load of the machine before the start: ${os.loadavg()[0]?.toFixed(1) ?? "?"}`,
  ];
}

type Mutable = {
  -readonly [Key in keyof Data]: Data[Key] extends readonly (infer T)[] ? T[] : never;
};

/** Measures the standard set; `keep` gets what there is after each setting, since all takes an hour. */
async function measure(
  { runs, parties: numbers }: Pick<Flags, "runs" | "parties">,
  keep: (data: Data) => Promise<void>,
): Promise<void> {
  const common = { chunk: CHUNK_ANDS, workers: 1 };
  const data: Mutable = {
    ...{
      machine: await machine(runs),
      figures: [],
      links: [],
      threads: [],
      marginals: [],
      peers: [],
    },
  };
  const add = async <T>(list: T[], name: string, work: () => Promise<T>): Promise<void> => {
    note(name);
    list.push(await work());
    await keep(data);
  };
  const own = async (setting: Setting, times = runs, list = data.figures): Promise<void> => {
    const { circuit, parties, k } = setting;
    const name = `${circuit}, ${parties} parties, k = ${k}`;
    await add(list, name, () => measureSetting(setting, times));
  };
  for (const parties of numbers) {
    const setting = { parties, k: USUAL_K, ...common };
    for (const circuit of ["aes128", "sha256"]) {
      for (const k of KS) await own({ ...setting, circuit, k });
    }
    await own({ ...setting, circuit: "join16" });
    await own({ ...setting, circuit: "aes128", link: SLOW }, 1, data.links);
  }
  await own({ parties: 2, k: USUAL_K, circuit: "join1000", ...common, coldOnly: true }, 1);
  for (const circuit of ["aes128", "sha256"]) {
    for (const workers of [0, 1]) {
      await own(
        { parties: 2, k: USUAL_K, circuit, ...common, workers },
        runs,
        data.threads,
      );
    }
  }
  for (const parties of numbers) {
    const setting = { parties, k: USUAL_K, ...common };
    for (const circuit of ["aes128", "sha256"]) {
      const name = `${circuit}, ${parties} parties, with emp-wasm`;
      await add(data.peers, name, () => comparePeers({ ...setting, circuit }, runs));
    }
  }
  for (const parties of numbers) {
    for (const k of KS) {
      const name = `marginal bytes, ${parties} parties, k = ${k}`;
      await add(data.marginals, name, () => marginal({ parties, k, ...common }));
    }
  }
}

function groupLabel({ circuit, parties }: { circuit: string; parties: number }): string {
  return `${titleOf(circuit)}, n = ${parties}`;
}

function charts({ figures, peers }: Data): Readonly<Record<string, Chart>> {
  const usual = figures.filter(({ k, circuit }) => k === USUAL_K && circuit !== "join1000");
  return {
    "peers.svg": {
      ...{ title: "Time beside emp-wasm", unit: "ms", kind: "logarithmic" },
      series: ["p2p-mpc cold", "p2p-mpc warm", "emp-wasm cold", "emp-wasm warm"],
      groups: peers.map((row) => ({
        label: groupLabel(row),
        values: [row.cold, row.warm, row.peer.cold, row.peer.warm].map((times) => {
          return times?.protocol_ms.median;
        }),
      })),
    },
    "bytes.svg": {
      ...{ title: "Sent by a garbler", unit: "bytes", kind: "stacked", series: TRAFFIC_PHASES },
      groups: usual.map((row) => ({
        label: groupLabel(row),
        values: TRAFFIC_PHASES.map((phase) => row.bytes_by_phase[1]?.[phase]),
      })),
    },
    "phases.svg": phases(usual),
  };
}

function phases(usual: readonly Figures[]): Chart {
  const series = [...new Set(usual.flatMap(({ warm }) => Object.keys(warm?.phase_ms[0] ?? {})))];
  return {
    ...{ title: "Time of the evaluator by phase, warm", unit: "ms", kind: "stacked", series },
    groups: usual.map((row) => ({
      label: groupLabel(row),
      values: series.map((phase) => row.warm?.phase_ms[0]?.[phase]),
    })),
  };
}

/** Puts each text between the marks of its name: `<!-- bench:name -->` and `<!-- /bench:name -->`. */
export function fill(document: string, texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts).reduce((text, [name, content]) => {
    const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
    const [from, to] = [text.indexOf(open), text.indexOf(close)];
    if (from < 0 || to < from) throw new Error(`The document has no place for "${name}"`);
    return `${text.slice(0, from)}${open}\n${content}\n${text.slice(to)}`;
  }, document);
}

async function render(data: Data): Promise<void> {
  const { figures, links, threads, marginals, peers } = data;
  for (const [name, chart] of Object.entries(charts(data))) {
    if (chart.groups.length > 0) await Deno.writeTextFile(new URL(name, IMAGES), chartSvg(chart));
  }
  const texts = {
    machine: table(["measured on"], data.machine.map((line) => [line])),
    time: timeTable(figures),
    peers: peersTable(peers),
    marginal: marginalTable(marginals),
    bytes: bytesTable(figures),
    phases: phaseTable(figures),
    links: timeTable(links),
    threads: threadsTable(threads),
    checks: checksTable(figures),
  };
  await Deno.writeTextFile(DOCUMENT, fill(await Deno.readTextFile(DOCUMENT), texts));
}

/** Measures the standard set, or takes what was measured last, and writes data, tables and plots. */
export async function report(flags: Flags): Promise<void> {
  if (flags.report) {
    await measure(flags, (data) => Deno.writeTextFile(DATA, `${JSON.stringify(data)}\n`));
  }
  await render(JSON.parse(await Deno.readTextFile(DATA)) as Data);
}
