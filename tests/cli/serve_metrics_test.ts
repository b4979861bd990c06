import assert from "node:assert/strict";
import { UsageError } from "../../lib/base/mod.ts";
import { serveMetrics } from "../../lib/cli/serve_metrics.ts";
import type { Event } from "../../lib/observability/mod.ts";

// feature: B79
Deno.test("a taken default port of the metrics is a warning with a hint, not an error", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const config = { host: "127.0.0.1", port: taken.addr.port };
  const events: Event[] = [];
  const observe = (event: Event): void => void events.push(event);
  const served = await serveMetrics({ ...config, required: false }, observe);
  served.observe({ kind: "notice", text: "counting goes on" });
  await served.stop();
  await assert.rejects(serveMetrics({ ...config, required: true }, observe), UsageError);
  taken.close();
  assert.equal(events.length, 1);
  const [event] = events;
  assert.ok(event?.kind === "log" && event.level === "warn");
  assert.match(event.text, /Cannot serve metrics on 127\.0\.0\.1:\d+: .*--metrics-port/);
});
