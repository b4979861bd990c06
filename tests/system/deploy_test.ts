/** The files of deploy/: a real Prometheus evaluates every expression in them on a computation that it has seen. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { processTest } from "../e2e/process.ts";
import { SCRAPE, seenComputation } from "./prometheus.ts";
import { isInstalled } from "./tools.ts";

const DEPLOY = new URL("../../deploy/", import.meta.url);
const DASHBOARD = "grafana/dashboards/p2p-mpc.json";
const isMissing = !await isInstalled("prometheus");

const ALERTS = z.object({
  groups: z.array(z.object({
    rules: z.array(z.object({ alert: z.string(), expr: z.string() })),
  })),
});
const PANELS = z.object({
  panels: z.array(z.object({
    title: z.string(),
    targets: z.array(z.object({ expr: z.string() })).default([]),
  })),
});
/** What of a compose file is used here; other keys are errors. */
const COMPOSE = z.strictObject({
  services: z.record(
    z.string(),
    z.strictObject({
      image: z.string().regex(/^[a-z/]+:v?\d+\.\d+\.\d+$/),
      network_mode: z.literal("host").optional(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).optional(),
      ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
      volumes: z.array(z.string()).optional(),
      depends_on: z.array(z.string()).optional(),
      restart: z.literal("unless-stopped"),
    }),
  ),
  volumes: z.record(z.string(), z.null()),
});

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, DEPLOY));
}

/** The alerts, without what their value is compared with: that holds only when something is wrong. */
async function alertExpressions(): Promise<string[]> {
  const { groups } = ALERTS.parse(parse(await read("alerts.yml")));
  return groups.flatMap(({ rules }) => rules).flatMap(({ expr }) =>
    expr.split(/\s+and on \(instance\)\s+/).map((part) => part.replace(/ (?:>|<|==) [\d.]+$/, ""))
  );
}

async function panelExpressions(): Promise<string[]> {
  const { panels } = PANELS.parse(JSON.parse(await read(DASHBOARD)));
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  return expressions.map((expr) =>
    expr.replaceAll("$instance", ".+").replaceAll("$__rate_interval", "10s")
  );
}

processTest("every expression of the dashboard and of the alerts has a series", async () => {
  await using seen = await seenComputation();
  const expressions = [...await panelExpressions(), ...await alertExpressions()];
  assert.ok(expressions.length > 30);
  for (const expression of expressions) {
    const answers = await seen.server.query(`max_over_time((${expression})[5m:${SCRAPE}])`);
    assert.ok(answers.size > 0, `no series: ${expression}`);
  }
}, isMissing);

Deno.test({
  name: "promtool accepts the configuration and the alerts, which fire on what they are for",
  ignore: isMissing,
  async fn(): Promise<void> {
    const checks = [
      ["check", "config", "prometheus.yml"],
      ["check", "rules", "alerts.yml"],
      ["test", "rules", "alerts_test.yml"],
    ];
    for (const args of checks) {
      const ran = await new Deno.Command("promtool", { args, cwd: DEPLOY }).output();
      const decoder = new TextDecoder();
      assert.ok(
        ran.success,
        `${args.join(" ")}\n${decoder.decode(ran.stdout)}${decoder.decode(ran.stderr)}`,
      );
    }
    const { groups } = ALERTS.parse(parse(await read("alerts.yml")));
    const tests = await read("alerts_test.yml");
    for (const { alert } of groups.flatMap(({ rules }) => rules)) {
      assert.ok(tests.includes(`alertname: ${alert}\n`), `no test: ${alert}`);
    }
  },
});

Deno.test("the compose file is well formed, stays on loopback, and names files that are there", async () => {
  const { services, volumes } = COMPOSE.parse(parse(await read("docker-compose.yml")));
  assert.deepEqual(Object.keys(services), ["prometheus", "grafana", "jaeger"]);
  for (const { volumes: mounts = [], depends_on = [] } of Object.values(services)) {
    for (const mount of mounts) {
      const [source = ""] = mount.split(":");
      if (source.startsWith("./")) await Deno.stat(new URL(source, DEPLOY));
      else assert.ok(source in volumes, source);
    }
    for (const other of depends_on) assert.ok(other in services, other);
  }
  for (const path of ["datasources", "dashboards"]) {
    assert.ok(parse(await read(`grafana/provisioning/${path}/p2p-mpc.yml`)).apiVersion === 1);
  }
});
