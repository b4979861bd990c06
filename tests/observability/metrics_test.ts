import assert from "node:assert/strict";
import { createMetrics } from "../../lib/observability/mod.ts";
import { parsePage, total } from "./metrics_page.ts";

// feature: B59
Deno.test("all series of the three metrics exist with zero from the start", async () => {
  const { contentType, body } = await (await createMetrics()).page();
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  const page = parsePage(body);
  assert.deepEqual(page.types, {
    p2p_mpc_requests_total: "counter",
    p2p_mpc_active_connections: "gauge",
    p2p_mpc_request_duration_seconds: "histogram",
  });
  assert.ok(page.samples.length > 0);
  assert.ok(page.samples.every((sample) => sample.value === 0));
  for (const name of ["p2p_mpc_requests_total", "p2p_mpc_active_connections"]) {
    assert.ok(page.samples.some((sample) => sample.name === name), name);
  }
  assert.ok(
    page.samples.some((sample) => sample.name === "p2p_mpc_request_duration_seconds_count"),
  );
});

Deno.test("connections and requests move the metrics of this registry alone", async () => {
  const metrics = await createMetrics();
  const other = await createMetrics();
  const link = { kind: "connection", direction: "inbound", via: "direct" } as const;
  metrics.observe({ ...link, change: "open" });
  metrics.observe({ ...link, change: "open" });
  metrics.observe({ ...link, direction: "outbound", via: "relayed", change: "open" });
  metrics.observe({ ...link, change: "close" });
  metrics.observe({ kind: "notice", text: "nothing to count" });
  metrics.observe({
    kind: "request",
    protocol: "gossip",
    direction: "inbound",
    result: "rejected",
    seconds: 0.02,
  });
  const { samples } = parsePage((await metrics.page()).body);
  assert.equal(total(samples, "p2p_mpc_active_connections", {}), 2);
  assert.equal(total(samples, "p2p_mpc_active_connections", { kind: "relayed" }), 1);
  const labels = { protocol: "gossip", direction: "inbound" };
  assert.equal(total(samples, "p2p_mpc_requests_total", { ...labels, result: "rejected" }), 1);
  assert.equal(total(samples, "p2p_mpc_requests_total", {}), 1);
  assert.equal(total(samples, "p2p_mpc_request_duration_seconds_sum", labels), 0.02);
  const bucket = "p2p_mpc_request_duration_seconds_bucket";
  assert.equal(total(samples, bucket, { ...labels, le: "0.01" }), 0);
  assert.equal(total(samples, bucket, { ...labels, le: "0.03" }), 1);
  const untouched = parsePage((await other.page()).body).samples;
  assert.equal(total(untouched, "p2p_mpc_requests_total", {}), 0);
});
