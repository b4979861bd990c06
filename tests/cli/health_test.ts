import assert from "node:assert/strict";
import type { RemoteEngine } from "../../lib/cli/engine/remote.ts";
import { healthPages, WORKER_SILENCE_MS } from "../../lib/cli/health.ts";
import type { Node } from "../../lib/net/mod.ts";

const BOOTNODE = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

/** A node with these peers. */
function nodeWith(peers: string[]): Node {
  const connected = (): unknown =>
    peers.map((peer) => ({ peer, address: "", direction: "inbound" }));
  return { peers: connected } as unknown as Node;
}

async function look(
  pages: ReturnType<typeof healthPages>,
  path: string,
): Promise<{ status: number; body: string }> {
  const request = new Request(`http://127.0.0.1${path}`);
  const handler = pages.routes.get(new URL(request.url).pathname);
  assert.ok(handler !== undefined, path);
  const response = await handler(request, new AbortController().signal);
  return { status: response.status, body: await response.text() };
}

Deno.test("a process that answers lives, whether it is ready or not", async () => {
  const pages = healthPages({ bootnodes: [] }, new AbortController().signal);
  for (const path of ["/healthz", "/livez"]) {
    assert.deepEqual(await look(pages, path), { status: 200, body: "ok\n" });
  }
  const verbose = await look(pages, "/livez?verbose");
  assert.deepEqual(verbose, { status: 200, body: "[+]event-loop ok\n[+]worker ok\n" });
});

Deno.test("a process whose worker owes a sign of life for too long does not live", async () => {
  const pages = healthPages({ bootnodes: [] }, new AbortController().signal);
  const silent = async (silentMs: number): Promise<unknown> => {
    pages.attachEngine?.({ vitals: () => ({ silentMs }) } as RemoteEngine);
    return [await look(pages, "/livez"), await look(pages, "/healthz")];
  };
  const well = { status: 200, body: "ok\n" };
  assert.deepEqual(await silent(WORKER_SILENCE_MS), [well, well]);
  const ill = { status: 503, body: '{"v":1,"failed":["worker"]}' };
  assert.deepEqual(await silent(WORKER_SILENCE_MS + 1), [ill, ill]);
});

Deno.test("a node is ready when it listens and knows a bootnode, until it is told to stop", async () => {
  const stop = new AbortController();
  const pages = healthPages({ bootnodes: [`/ip4/127.0.0.1/tcp/1/p2p/${BOOTNODE}`] }, stop.signal);
  const failed = async (): Promise<unknown> => {
    const { status, body } = await look(pages, "/readyz");
    return status === 200 ? body : [status, JSON.parse(body)];
  };
  assert.deepEqual(await failed(), [503, { v: 1, failed: ["listen", "bootnodes"] }]);
  const peers: string[] = ["12D3KooWsomebodyElse"];
  pages.attach?.(nodeWith(peers));
  assert.deepEqual(await failed(), [503, { v: 1, failed: ["bootnodes"] }]);
  const { status, body } = await look(pages, "/readyz?verbose");
  assert.equal(status, 503);
  assert.equal(body, "[+]listen ok\n[-]bootnodes failed\n[+]not-stopping ok\n");
  peers.push(BOOTNODE);
  assert.equal(await failed(), "ok\n");
  stop.abort();
  assert.deepEqual(await failed(), [503, { v: 1, failed: ["not-stopping"] }]);
});

Deno.test("a node without bootnodes is ready as soon as it listens", async () => {
  const pages = healthPages({ bootnodes: [] }, new AbortController().signal);
  pages.attach?.(nodeWith([]));
  assert.equal((await look(pages, "/readyz")).status, 200);
});
