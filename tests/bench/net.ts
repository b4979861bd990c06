// deno-lint-ignore-file no-console
/**
 * Throughput and round trips of one link between two processes on loopback, from plain TCP to the channel of a
 * computation; what a transfer costs in memory; and how long joining takes. The links take turns, so that a busy
 * machine slows all alike; the median of the rounds is shown with its spread.
 *
 * `deno task bench:net [--report] [rounds] [MiB]` prints the tables; with `--report` docs/PERFORMANCE.md gets them.
 */
import os from "node:os";
import { nodeLink, noiseLink, serveNode, serveNoise } from "./net/bare.ts";
import { channelLink, place, serveChannel, type Way } from "./net/channel.ts";
import { joinMs } from "./net/join.ts";
import { type Link, serveTcp, tcpLink } from "./net/link.ts";
import { type Memory, transferMemory } from "./net/memory.ts";
import type { RelayTold } from "./net/relay.ts";
import { spread } from "./session/figures.ts";
import { DOCUMENT, fill } from "./session/report.ts";
import { ms, table } from "./session/table.ts";
import { lines, Talker } from "./session/talker.ts";

const TRIPS = 2000;
const JOINS = 5;
const WAYS: readonly Way[] = ["direct", "relayed", "gossip"];

/** What the process that reads tells about itself on its standard output. */
interface Server {
  readonly tcpPort: number;
  readonly noiseAlone: string;
  readonly noise: string;
  readonly tls: string;
  readonly channels: readonly string[];
}

/** A row of the table; `share` of the bytes are sent where all would take too long. */
interface Row {
  readonly name: string;
  readonly link: Link;
  readonly share: number;
}

interface Samples {
  readonly speed: number[];
  readonly trip: number[];
  readonly cpu: number[];
}

function text(values: readonly number[]): string {
  return ms(spread(values));
}

/** Processor time of a process so far, in milliseconds; 0 where /proc does not tell. */
function processorMs(pid: number): number {
  try {
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The process that reads. */
async function serve(relay: string, others: readonly string[]): Promise<void> {
  const places = await Promise.all(WAYS.map((way) => place(1, way, relay)));
  const server: Server = {
    tcpPort: serveTcp(),
    noiseAlone: await serveNoise(),
    noise: await serveNode("noise"),
    tls: await serveNode("tls"),
    channels: places.map(({ address }) => address),
  };
  console.log(JSON.stringify(server));
  await Promise.all(places.map(async ({ open }, i) => {
    await serveChannel(await open(others[i] ?? ""));
  }));
}

async function openRows(
  server: Server,
  places: readonly Awaited<ReturnType<typeof place>>[],
): Promise<Row[]> {
  const [direct, relayed, gossip] = await Promise.all(places.map(async ({ open }, i) => {
    return channelLink(await open(server.channels[i] ?? ""));
  }));
  if (!direct || !relayed || !gossip) throw new TypeError("A way is missing");
  return [
    { name: "plain TCP", link: await tcpLink(server.tcpPort), share: 1 },
    { name: "noise alone", link: await noiseLink(server.noiseAlone), share: 1 },
    { name: "libp2p, noise", link: await nodeLink("noise", server.noise), share: 1 },
    { name: "libp2p, our TLS", link: await nodeLink("tls", server.tls), share: 1 },
    { name: "our channel, direct", link: direct, share: 1 },
    { name: "our channel, through a relay", link: relayed, share: 1 / 4 },
    { name: "our channel, gossip", link: gossip, share: 1 / 16 },
  ];
}

async function measureLinks(rounds: number, mib: number): Promise<string[][]> {
  await using relay = new Talker<never, RelayTold>("../net/relay.ts", undefined);
  const { address } = await relay.hear();
  const places = await Promise.all(WAYS.map((way) => place(0, way, address)));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", import.meta.filename ?? "", "serve", address],
      ...places.map(({ address }) => address),
    ],
    stdout: "piped",
  }).spawn();
  const said = await lines<Server>(child.stdout).next();
  if (said.done === true) throw new Error("The process that reads has ended");
  const rows = await openRows(said.value, places);
  const samples = rows.map((): Samples => ({ speed: [], trip: [], cpu: [] }));
  const spent = (): number => processorMs(Deno.pid) + processorMs(child.pid);
  for (const { link } of rows) await link.bulk(8 << 20);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { link, share }] of rows.entries()) {
      const part = Math.max(1, Math.round(mib * share));
      const before = spent();
      const seconds = await timed(() => link.bulk(part << 20));
      samples[i]?.speed.push(part / seconds);
      samples[i]?.cpu.push((spent() - before) * 1024 / part);
      samples[i]?.trip.push(await timed(() => link.trips(TRIPS)) * 1e6 / TRIPS);
    }
  }
  child.kill("SIGKILL");
  await child.status;
  return rows.map(({ name }, i) => {
    const { speed = [], trip = [], cpu = [] } = samples[i] ?? {};
    return [name, text(speed), text(trip), text(cpu)];
  });
}

function memoryRows({ idle, reader, writer }: Memory): string[][] {
  return [
    ["node that listens", idle.toFixed(0)],
    ["that sends 1 GiB, at most", writer.toFixed(0)],
    ["that receives 1 GiB, at most", reader.toFixed(0)],
  ];
}

async function measure(rounds: number, mib: number, isReport: boolean): Promise<void> {
  const links = await measureLinks(rounds, mib);
  const memory = await transferMemory();
  const times = await joinMs(JOINS);
  const load = os.loadavg()[0]?.toFixed(1) ?? "?";
  const texts = {
    "network":
      `${rounds} rounds of ${mib} MiB and ${TRIPS} round trips each; load of the machine ${load}.\n\n` +
      table(["link", "MiB/s", "round trip, µs", "processor of both, ms/GiB"], links),
    "network-memory": table(["process", "resident memory, MiB"], memoryRows(memory)),
    "join": table(["from the start of `join` until", "ms"], [
      ["the creator of the ticket is reached", text(times.map(({ contact }) => contact))],
      ["the first byte of the protocol", text(times.map(({ start }) => start))],
    ]),
  };
  console.log(Object.values(texts).join("\n\n"));
  if (!isReport) return;
  await Deno.writeTextFile(DOCUMENT, fill(await Deno.readTextFile(DOCUMENT), texts));
}

if (import.meta.main) {
  const isReport = Deno.args[0] === "--report";
  const [first = "5", second = "256", ...rest] = isReport ? Deno.args.slice(1) : Deno.args;
  if (first === "serve") await serve(second, rest);
  else await measure(Number(first), Number(second), isReport);
  Deno.exit(0);
}
