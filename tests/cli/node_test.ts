import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { generateIdentity, startNode } from "../../lib/net/mod.ts";
import { utf8 } from "../../lib/base/mod.ts";
import { parsePage, type Sample, total } from "../observability/metrics_page.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const LISTEN = "/ip4/127.0.0.1/tcp/0";
// Why: timers inside libp2p outlive a stopped node.
const SANITIZE = { sanitizeOps: false, sanitizeResources: false };

interface Running {
  readonly system: FakeSystem;
  readonly code: Promise<number>;
  readonly address: string;
  readonly metrics: string;
}

async function start(...args: readonly string[]): Promise<Running> {
  return await startOn(fakeSystem(), ...args);
}

async function startOn(system: FakeSystem, ...args: readonly string[]): Promise<Running> {
  const code = main(["--listen", LISTEN, "-m", "0", ...args], system);
  const ready = (pattern: RegExp): Promise<string> =>
    Promise.race([
      system.saw(pattern).then((match) => match[1] ?? ""),
      code.then((ended) => {
        throw new Error(`it ended with ${ended}: ${system.err()}`);
      }),
    ]);
  const metrics = await ready(/metrics at (\S+)\n/);
  const address = await ready(/listening on (\S+)\n/);
  return { system, code, address, metrics };
}

async function samples(url: string): Promise<readonly Sample[]> {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  return parsePage(await response.text()).samples;
}

// feature: B2, B5, B7, B20, B23, B38, B39, B53, B55, B56, B57, B59, D7
Deno.test({
  name: "a node listens, counts, hears messages, and stops with the code of the signal",
  ...SANITIZE,
  async fn(): Promise<void> {
    const first = await start("--topic", "chat");
    assert.match(first.address, /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3KooW/);
    const before = await samples(first.metrics);
    assert.equal(total(before, "p2p_mpc_active_connections", {}), 0);

    const second = await start("--topic", "chat", "--bootnode", first.address);
    await second.system.saw(/info {2}node: connected to 12D3KooW/);
    const during = await samples(second.metrics);
    const outbound = { direction: "outbound" };
    assert.equal(total(during, "p2p_mpc_active_connections", { ...outbound, kind: "direct" }), 1);
    const dial = { ...outbound, protocol: "dial", result: "ok" };
    assert.equal(total(during, "p2p_mpc_requests_total", dial), 1);

    second.system.raise("SIGINT");
    assert.equal(await second.code, 130);
    assert.equal(second.system.left(), 0);
    await first.system.saw(/12D3KooW\w+ left\n/);
    const after = await samples(first.metrics);
    assert.equal(total(after, "p2p_mpc_active_connections", {}), 0);
    const scrapes = { protocol: "metrics-http", direction: "inbound", result: "ok" };
    assert.equal(total(after, "p2p_mpc_requests_total", scrapes), 1);

    const reader = fakeSystem();
    assert.equal(await main(["metrics", "--url", first.metrics], reader), 0);
    assert.ok(parsePage(reader.out()).types["p2p_mpc_requests_total"]);

    first.system.raise("SIGTERM");
    assert.equal(await first.code, 143);
    assert.equal(first.system.left(), 0);
    assert.equal(first.system.out(), "");
  },
});

// feature: B2, B10
Deno.test({
  name: "a node shows messages with author, control characters as text, until nobody reads them",
  ...SANITIZE,
  async fn(): Promise<void> {
    const reader = fakeSystem({ outputMax: 1 });
    const { system, code, address, metrics } = await startOn(reader, "-t", "chat");
    const peer = await startNode({ identity: await generateIdentity(), listen: [LISTEN] });
    const known = Promise.withResolvers<void>();
    peer.subscribe("chat", () => {});
    peer.onSubscriber("chat", () => known.resolve());
    await peer.dial({ addresses: [address] });
    await known.promise;
    // Why again: the peer may hear of the topic before its own stream to the node is open.
    while (await peer.publish("chat", utf8("hi \x1b[31mthere\n> fake")) === 0) {
      await new Promise((resolve) => setTimeout(resolve));
    }
    await system.saw(/\[chat\]/);
    assert.equal(system.out(), `[chat] ${peer.peerId}: hi \\u{1b}[31mthere\\u{a}> fake\n`);
    const labels = { protocol: "gossip", direction: "inbound", result: "ok" };
    assert.equal(total(await samples(metrics), "p2p_mpc_requests_total", labels), 1);
    await peer.publish("chat", utf8("anybody?"));
    assert.equal(await code, 2);
    assert.match(system.err(), /error: Cannot write to standard output: it was closed/);
    await peer.stop();
  },
});

// feature: B75
Deno.test({
  name: "a bootnode that is not there is a warning with its address, and the node goes on",
  ...SANITIZE,
  async fn(): Promise<void> {
    const peer = (await generateIdentity()).peerId;
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const gone = `/ip4/127.0.0.1/tcp/${listener.addr.port}/p2p/${peer}`;
    listener.close();
    const { system, code, metrics } = await start("--bootnode", gone);
    const [line] = await system.saw(/warn {2}node: .*\n/);
    assert.ok(line.includes(gone), line);
    const dial = { protocol: "dial", direction: "outbound", result: "error" };
    assert.equal(total(await samples(metrics), "p2p_mpc_requests_total", dial), 1);
    system.raise("SIGINT");
    assert.equal(await code, 130);
  },
});

Deno.test({
  name: "the metrics server answers its pages, GET and HEAD, and nothing else",
  ...SANITIZE,
  async fn(): Promise<void> {
    const { system, code, metrics } = await start();
    const status = async (path: string, method = "GET"): Promise<number> => {
      const response = await fetch(new URL(path, metrics), { method });
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await status("/healthz"), 200);
    assert.equal(await status("/metrics", "HEAD"), 200);
    assert.equal(await status("/metrics", "POST"), 405);
    assert.equal(await status("/"), 200);
    assert.equal(await status("/other"), 404);
    const labels = { protocol: "metrics-http", direction: "inbound", result: "rejected" };
    assert.equal(total(await samples(metrics), "p2p_mpc_requests_total", labels), 2);
    system.raise("SIGINT");
    assert.equal(await code, 130);
  },
});

Deno.test({
  name: "an error that nobody waited for is told, and the node goes on",
  ...SANITIZE,
  async fn(): Promise<void> {
    const { system, code, metrics } = await start("-q", "--no-quiet");
    system.unhandled(new Error("left alone"));
    await system.saw(/error process: unexpected: left alone\n/);
    assert.equal((await samples(metrics)).length > 0, true);
    system.raise("SIGINT");
    assert.equal(await code, 130);
  },
});

Deno.test({
  name: "an explicit peer is a peer id, or an error",
  ...SANITIZE,
  async fn(): Promise<void> {
    const wrong = fakeSystem();
    const args = ["--listen", LISTEN, "-m", "0", "--explicit-peer"];
    assert.equal(await main([...args, "nobody"], wrong), 2);
    assert.match(wrong.err(), /error: Cannot use peer id "nobody"/);
    const { system, code } = await start("--explicit-peer", (await generateIdentity()).peerId);
    system.raise("SIGINT");
    assert.equal(await code, 130);
  },
});

// feature: B79
Deno.test({
  name: "a taken metrics port is an error when it was asked for",
  ...SANITIZE,
  async fn(): Promise<void> {
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const system = fakeSystem();
    const code = await main(["--listen", LISTEN, "-m", String(taken.addr.port)], system);
    taken.close();
    assert.equal(code, 2);
    assert.match(
      system.err(),
      /^error: Cannot serve metrics on 127\.0\.0\.1:\d+\ncause: .*\nhint: .*--metrics-port/,
    );
  },
});

// feature: B74
Deno.test({
  name: "a peer that is in none of our topics is a warning",
  ...SANITIZE,
  async fn(): Promise<void> {
    const first = await start("--topic", "here");
    const second = await start("--topic", "there", "--bootnode", first.address);
    await second.system.saw(/info {2}node: connected to 12D3KooW/);
    const warned = second.system.saw(
      /warn {2}node: connected to 1 peer, which is not in topic there; /,
    );
    const timer = setInterval(() => second.system.elapse(), 20);
    await warned;
    clearInterval(timer);
    for (const { system, code } of [first, second]) {
      system.raise("SIGINT");
      assert.equal(await code, 130);
    }
  },
});
