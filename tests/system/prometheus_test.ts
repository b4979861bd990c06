/** A real Prometheus server watches a computation. */
import assert from "node:assert/strict";
import {
  assertEnded,
  lastLine,
  party,
  processTest,
  programFile,
  ticketOf,
} from "../e2e/process.ts";
import { freePort } from "../machine.ts";

/** Time between two scrapes. */
const SCRAPE = "200ms";

/** A program that takes some seconds: enough multiplications for several scrapes. */
const PROGRAM = `pub fn main(x: u64, y: u64, z: u64) -> u64 {
    let mut sum = x;
    for i in 0..150 {
        sum = (sum & 4294967295) * (y & 4294967295) ^ z;
    }
    sum
}
`;

async function isInstalled(): Promise<boolean> {
  try {
    const args = ["--version"];
    const ran = new Deno.Command("prometheus", { args, stdout: "null", stderr: "null" });
    return (await ran.output()).success;
  } catch {
    return false;
  }
}

/** What a query gives for each instance. */
type Answers = ReadonlyMap<string, number>;

interface Server extends AsyncDisposable {
  query(expression: string): Promise<Answers>;
}

async function startServer(targets: readonly string[]): Promise<Server> {
  const folder = await Deno.makeTempDir();
  const config = `global: { scrape_interval: ${SCRAPE}, scrape_timeout: ${SCRAPE} }
scrape_configs: [{ job_name: p2p-mpc, static_configs: [{ targets: ${JSON.stringify(targets)} }] }]
`;
  await Deno.writeTextFile(`${folder}/prometheus.yml`, config);
  const port = freePort();
  const process = new Deno.Command("prometheus", {
    args: [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=error",
    ],
    ...{ stdin: "null", stdout: "null", stderr: "inherit" },
  }).spawn();
  const origin = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    process.kill("SIGTERM");
    await process.status;
    await Deno.remove(folder, { recursive: true });
  };
  await until(async () => {
    const response = await fetch(`${origin}/-/ready`).catch(() => undefined);
    await response?.body?.cancel();
    return response?.ok ?? false;
  });
  return {
    async query(expression): Promise<Answers> {
      const response = await fetch(
        `${origin}/api/v1/query?${new URLSearchParams({ query: expression })}`,
      );
      const { status, data, error } = await response.json();
      assert.equal(status, "success", `${expression}: ${error}`);
      const results: { metric: { instance?: string }; value: [number, string] }[] = data.result;
      return new Map(results.map(({ metric, value }) => [metric.instance ?? "", Number(value[1])]));
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Asks again and again until `holds`; the guard of the processes ends a test that waits in vain. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Series that a party must have, with the least value that each instance must reach. */
const EXPECTED: Readonly<Record<string, number>> = {
  'p2p_mpc_session_state{state="running"}': 1,
  "p2p_mpc_and_gates_total": 1,
  "p2p_mpc_circuit_and_gates": 100_000,
  "p2p_mpc_circuit_inputs": 192,
  "p2p_mpc_parties": 3,
  "p2p_mpc_sessions_active": 1,
  'p2p_mpc_peers{state="connected"}': 2,
  "sum by (instance) (p2p_mpc_active_connections)": 2,
  'p2p_mpc_consent_total{decision="granted"}': 1,
  'p2p_mpc_requests_total{protocol="metrics-http",result="ok"}': 1,
  'p2p_mpc_request_duration_seconds_count{protocol="metrics-http",direction="inbound"}': 1,
  'sum by (instance) (p2p_mpc_phase_bytes_total{direction="inbound"})': 1_000_000,
  'p2p_mpc_phase_duration_seconds_count{phase="setup"}': 1,
  'p2p_mpc_phase_duration_seconds_count{phase="compile"}': 1,
  'p2p_mpc_messages_total{direction="outbound",kind="control"}': 2,
  'p2p_mpc_network_bytes_total{protocol="/p2p-mpc/session/1",direction="outbound"}': 1_000_000,
  "sum by (instance) (libp2p_connection_manager_connections)": 2,
  "gossipsub_rpc_recv_bytes_total": 100,
  "process_resident_memory_bytes": 10_000_000,
  "process_cpu_seconds_total": 0.1,
  "p2p_mpc_build_info": 1,
};

/** `metric` at its greatest in the last minutes, also that of a sum over series. */
function greatest(metric: string): string {
  return `max by (instance) (max_over_time((${metric})[5m:${SCRAPE}]))`;
}

// feature: B7, B55, B56, B57, B58, B59, B81
processTest("Prometheus sees a computation: its targets are up and its series move", async () => {
  const ports = [freePort(), freePort(), freePort()];
  const targets = ports.map((port) => `127.0.0.1:${port}`);
  await using server = await startServer(targets);
  await using program = await programFile(PROGRAM);
  const flags = (self: number): string[] => [
    ...[`--program=${program.path}`, `--party=${self}`, `--input=${self + 3}`],
    `--metrics-port=${ports[self]}`,
  ];
  const creator = party([...flags(0), "new"]);
  const ticket = await ticketOf(creator);
  const joiners = [1, 2].map((self) => party([...flags(self), "join", ticket]));
  for (const process of [creator, ...joiners]) {
    const end = await process.ended;
    assertEnded(end, 0);
    assert.match(lastLine(end.stdout), /^The result is \d+$/);
  }
  for (const [metric, least] of Object.entries({ up: 1, ...EXPECTED })) {
    const answers = await server.query(greatest(metric));
    assert.deepEqual([...answers.keys()].sort(), [...targets].sort(), metric);
    for (const [instance, value] of answers) {
      assert.ok(value >= least, `${metric} of ${instance} is ${value}, not ${least}`);
    }
  }
  const failed = await server.query(
    'sum(max_over_time(p2p_mpc_checks_total{result="failed"}[5m]))',
  );
  assert.equal(failed.get(""), 0);
}, !await isInstalled());
