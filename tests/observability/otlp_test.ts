import assert from "node:assert/strict";
import {
  COLLECTOR_WAIT_MS,
  collectorUrl,
  type FinishedSpan,
  type OtlpExport,
  otlpExport,
  type OtlpProtocol,
} from "../../lib/observability/mod.ts";
import { startCollector } from "./collector.ts";

const SPAN: FinishedSpan = {
  ...{ traceId: "ab".repeat(16), spanId: "cd".repeat(8), parentId: "ef".repeat(8) },
  ...{ name: "mpc phase output", kind: "internal", startMs: 1000.25, endMs: 2000.5 },
  ...{ attributes: { "mpc.party.index": 2, "libp2p.peer.id": "canary" }, error: "CheatingError" },
};

interface Trial {
  readonly exporting: OtlpExport;
  readonly failures: string[];
  /** Time limits that were set, in milliseconds, and what they call. */
  readonly limits: { readonly ms: number; readonly action: () => void }[];
}

async function trial(protocol: OtlpProtocol, port: number): Promise<Trial> {
  const failures: string[] = [];
  const limits: Trial["limits"] = [];
  const exporting = await otlpExport({
    ...{ protocol, port, host: "127.0.0.1", version: "1.2.3", peer: () => "12D3" },
    redact: (text) => text.replaceAll("canary", "(hidden)"),
    onFailure: (text) => void failures.push(text),
    after(ms, action): () => void {
      limits.push({ ms, action });
      return () => {};
    },
  });
  return { exporting, failures, limits };
}

for (const protocol of ["grpc", "http"] as const) {
  // feature: B8
  Deno.test(`spans arrive over ${protocol} as they are, redacted`, async () => {
    await using collector = await startCollector(protocol);
    const { exporting, failures } = await trial(protocol, collector.port);
    exporting.add(SPAN);
    exporting.add({ ...SPAN, parentId: undefined, error: undefined, kind: "client" });
    await exporting.close();
    assert.deepEqual(failures, []);
    const resource = {
      ...{ "service.name": "p2p-mpc", "service.version": "1.2.3", "service.instance.id": "12D3" },
    };
    const first = {
      ...{ traceId: SPAN.traceId, spanId: SPAN.spanId, parentId: SPAN.parentId, name: SPAN.name },
      ...{ kind: 1, startNs: 1_000_250_000n, endNs: 2_000_500_000n, status: 2, resource },
      attributes: {
        ...{ "mpc.party.index": 2, "libp2p.peer.id": "(hidden)", "error.type": "CheatingError" },
      },
    };
    const { "error.type": _, ...attributes } = first.attributes;
    const second = { ...first, parentId: "", kind: 3, status: 0, attributes };
    assert.deepEqual(collector.spans(), [first, second]);
  });

  Deno.test(`a collector that is not there is told once and holds nothing up, over ${protocol}`, async () => {
    const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = free.addr;
    free.close();
    const { exporting, failures } = await trial(protocol, port);
    exporting.add(SPAN);
    await exporting.close();
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? "", /ECONNREFUSED|refused|UNAVAILABLE/i);
  });
}

Deno.test("a collector that refuses over gRPC is told with its status", async () => {
  await using collector = await startCollector("grpc", 8);
  const { exporting, failures } = await trial("grpc", collector.port);
  exporting.add(SPAN);
  await exporting.close();
  assert.deepEqual(failures, ["gRPC status 8"]);
});

// The library's timers and its connection are still there when the wait is over, as when the process ends.
Deno.test({
  name: "the end waits for a collector that never answers for its time and no longer",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted: Deno.Conn[] = [];
    const accepting = (async (): Promise<void> => {
      for await (const connection of silent) accepted.push(connection);
    })();
    for (const protocol of ["grpc", "http"] as const) {
      const { exporting, failures, limits } = await trial(protocol, silent.addr.port);
      exporting.add(SPAN);
      let over = false;
      const closing = exporting.close().then(() => void (over = true));
      assert.deepEqual([...new Set(limits.map(({ ms }) => ms))], [COLLECTOR_WAIT_MS]);
      await Promise.resolve();
      assert.ok(!over, "nobody waits for the collector");
      for (const { action } of limits) action();
      await closing;
      assert.deepEqual(failures, [`no answer within ${COLLECTOR_WAIT_MS} ms`]);
    }
    silent.close();
    await accepting;
    for (const connection of accepted) connection.close();
  },
});

Deno.test("the address of a collector has brackets around IPv6", () => {
  const at = { host: "::1", port: 4318 };
  assert.equal(collectorUrl({ ...at, protocol: "http" }), "http://[::1]:4318/v1/traces");
  assert.equal(collectorUrl({ ...at, protocol: "grpc" }), "http://[::1]:4318");
});
