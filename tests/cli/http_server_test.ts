import assert from "node:assert/strict";
import { type Handler, type HttpServer, startHttpServer } from "../../lib/cli/http_server.ts";
import type { Event } from "../../lib/observability/mod.ts";

interface World extends AsyncDisposable {
  readonly server: HttpServer;
  readonly results: string[];
  get(path: string, init?: RequestInit): Promise<Response>;
}

function serve(handler: Handler, host = "127.0.0.1"): World {
  const results: string[] = [];
  const observe = (event: Event): void => {
    if (event.kind === "request") results.push(event.result);
  };
  const routes = new Map([["/page", handler]]);
  const server = startHttpServer({ config: { host, port: 0 }, routes, observe });
  return {
    ...{ server, results },
    get: (path, init) => fetch(`${server.origin}${path}`, init),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** Sends a request with a host header of the test's choice, which `fetch` does not allow. */
async function statusOf(origin: string, host: string): Promise<number> {
  const { hostname, port } = new URL(origin);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const head = `GET /page HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(head));
  const text = await new Response(connection.readable).text();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
}

Deno.test("the listener answers GET and HEAD of its pages and nothing else, and counts", async () => {
  await using world = serve(() => new Response("hello"));
  const cases = [["/page", "GET", 200], ["/page", "HEAD", 200], ["/page", "POST", 405]] as const;
  for (const [path, method, status] of [...cases, ["/other", "GET", 404] as const]) {
    const response = await world.get(path, { method });
    assert.equal(response.status, status, `${method} ${path}`);
    await response.body?.cancel();
  }
  assert.deepEqual(world.results, ["ok", "ok", "rejected", "rejected"]);
});

Deno.test("every answer forbids browsers what no page of ours needs; a page may say otherwise", async () => {
  const headers = { "content-security-policy": "default-src 'self'" };
  await using world = serve(() => new Response("hello", { headers }));
  for (const [path, policy] of [["/page", "default-src 'self'"], ["/no", "default-src 'none'"]]) {
    const response = await world.get(path ?? "");
    await response.body?.cancel();
    const { headers: got } = response;
    assert.ok(got.get("content-security-policy")?.startsWith(policy ?? ""));
    assert.equal(got.get("x-content-type-options"), "nosniff");
    assert.equal(got.get("cache-control"), "no-store");
    assert.equal(got.get("cross-origin-resource-policy"), "same-origin");
    assert.equal(got.get("access-control-allow-origin"), null);
  }
});

Deno.test("on a loopback address no other name is answered, so that rebinding a name gains nothing", async () => {
  await using world = serve(() => new Response("hello"));
  const { origin } = world.server;
  const { port } = new URL(origin);
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, "127.0.0.1"]) {
    assert.equal(await statusOf(origin, host), 200, host);
  }
  for (
    const host of [`evil.example:${port}`, "127.0.0.1.evil.example", "localhost.", "", "a:b:c"]
  ) {
    assert.equal(await statusOf(origin, host), 403, host);
  }
});

// feature: B80
Deno.test("on other addresses a host may have a name", async () => {
  await using world = serve(() => new Response("hello"), "0.0.0.0");
  const local = world.server.origin.replace("0.0.0.0", "127.0.0.1");
  assert.equal(await statusOf(local, "node1.example:9090"), 200);
});

Deno.test("a page that fails is an error without a stack trace, and an endless one ends with the listener", async () => {
  await using failing = serve(() => Promise.reject(new Error("at secret (file:1:2)")));
  const response = await failing.get("/page");
  assert.equal(response.status, 500);
  assert.equal(await response.text(), "this page failed\n");
  assert.deepEqual(failing.results, ["error"]);

  const endless = serve((_request, closing) => {
    const body = new ReadableStream({
      start(controller): void {
        controller.enqueue(new TextEncoder().encode("first"));
        closing.addEventListener("abort", () => controller.close());
      },
    });
    return new Response(body);
  });
  const answer = await endless.get("/page");
  await endless.server.stop();
  assert.equal(await answer.text(), "first");
});
