/** A real Prometheus server. */
import assert from "node:assert/strict";
import { assertEnded, lastLine, party, programFile, ticketOf } from "../e2e/process.ts";
import { freePort } from "../machine.ts";

/** Time between two scrapes. */
export const SCRAPE = "200ms";

/** A program that takes some seconds: enough multiplications for several scrapes. */
const PROGRAM = `pub fn main(x: u64, y: u64, z: u64) -> u64 {
    let mut sum = x;
    for i in 0..150 {
        sum = (sum & 4294967295) * (y & 4294967295) ^ z;
    }
    sum
}
`;

/** What a query gives for each instance. */
type Answers = ReadonlyMap<string, number>;

/** A running server. */
interface Prometheus extends AsyncDisposable {
  /** The answer to an expression of its language, which must be one. */
  query(expression: string): Promise<Answers>;
  /** The labels of all series, name and target among them. */
  series(): Promise<readonly Readonly<Record<string, string>>[]>;
}

/** Starts a server that scrapes `targets`. */
async function startPrometheus(targets: readonly string[]): Promise<Prometheus> {
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
    async series(): Promise<readonly Readonly<Record<string, string>>[]> {
      const match = new URLSearchParams({ "match[]": '{job="p2p-mpc"}' });
      return (await (await fetch(`${origin}/api/v1/series?${match}`)).json()).data;
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Asks again and again until `holds`; the guard of the processes ends a test that waits in vain. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A computation of three parties that a server has seen from its beginning to its end. */
export interface SeenComputation extends AsyncDisposable {
  readonly server: Prometheus;
  /** The parties, as the server calls them. */
  readonly targets: readonly string[];
}

/** Starts a server and runs a computation, whose processes are over then. */
export async function seenComputation(): Promise<SeenComputation> {
  const ports = [freePort(), freePort(), freePort()];
  const targets = ports.map((port) => `127.0.0.1:${port}`);
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startPrometheus(targets));
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
  const kept = stack.move();
  return { server, targets, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
