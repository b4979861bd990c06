import assert from "node:assert/strict";
import { AgreementError, CheatingError, UsageError } from "../../lib/base/mod.ts";
import { resultOf, withWatch } from "../../lib/cli/watch.ts";
import { createRedactor, type Event } from "../../lib/observability/mod.ts";
import { Transcript } from "../../lib/session/mod.ts";
import { loopbackMesh } from "../net/loopback.ts";
import { parsePage, total } from "../observability/metrics_page.ts";
import { fakeSystem } from "./fake_system.ts";

const CONFIG = {
  command: "new",
  host: "127.0.0.1",
  port: 0,
  required: true,
  bootnodes: [],
} as const;

/** A context, and what was told in it. */
function world(): { events: Event[]; context: Parameters<typeof withWatch>[1] } {
  const events: Event[] = [];
  const { signal } = new AbortController();
  const observe = (event: Event): void => void events.push(event);
  const context = {
    system: fakeSystem({ clockStepMs: 10 }),
    redactor: createRedactor(),
    signal,
    observe,
  };
  return { events, context };
}

// feature: B79
Deno.test("a taken default port of the metrics is a warning with a hint, not an error", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const config = { ...CONFIG, port: taken.addr.port };
  const { events, context } = world();
  let ran = false;
  await withWatch({ ...config, required: false }, context, ({ observe }) => {
    observe({ kind: "notice", text: "counting goes on" });
    ran = true;
    return Promise.resolve();
  });
  assert.ok(ran);
  const never = (): Promise<void> => assert.fail("it ran without its pages");
  await assert.rejects(withWatch(config, context, never), UsageError);
  taken.close();
  const [event] = events;
  assert.ok(event?.kind === "log" && event.level === "warn");
  assert.match(event.text, /metrics on 127\.0\.0\.1:\d+: .*--metrics-port; \d+ is free/);
});

Deno.test("`withWatch()` serves its pages while the command runs, and not after it", async () => {
  const { events, context } = world();
  let url = "";
  await withWatch(CONFIG, context, async () => {
    const [event] = events;
    url = /metrics at (\S+)$/.exec(event?.kind === "notice" ? event.text : "")?.[1] ?? "";
    const response = await fetch(url);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^p2p_mpc_requests_total\{/m);
    const accept = "application/openmetrics-text; version=1.0.0, text/plain;q=0.5";
    const open = await fetch(url, { headers: { accept } });
    assert.match(open.headers.get("content-type") ?? "", /^application\/openmetrics-text/);
    assert.match(await open.text(), /^# TYPE p2p_mpc_requests counter$[^]*\n# EOF\n$/m);
    const text = await (await fetch(url)).text();
    assert.match(text, /^# TYPE p2p_mpc_requests_total counter$/m);
  });
  await assert.rejects(fetch(url), TypeError);
});

Deno.test("a command that fails still fails when it is watched", async () => {
  const error = new CheatingError("Cannot trust party 1", { check: "echo" });
  const { context } = world();
  await assert.rejects(withWatch(CONFIG, context, () => Promise.reject(error)), error);
});

Deno.test("a session that this party refuses is rejected; one that others refuse is none they agreed on", () => {
  const error = new AgreementError("Cannot start the session: no consent by this party");
  assert.equal(resultOf(error, true), "rejected");
  assert.equal(resultOf(error, false), "disagreement");
  assert.equal(
    resultOf(new CheatingError("Cannot trust party 1", { check: "echo" }), true),
    "cheat_detected",
  );
});

Deno.test("what has arrived and is not received yet shows on the page", async () => {
  const { events, context } = world();
  const mesh = await loopbackMesh(2);
  const [a, b] = mesh.meshes.map(({ channel }) => new Transcript(channel));
  assert.ok(a && b);
  await withWatch(CONFIG, context, async ({ traced }) => {
    const [event] = events;
    const url = /metrics at (\S+)$/.exec(event?.kind === "notice" ? event.text : "")?.[1] ?? "";
    const waiting = async (): Promise<number[]> => {
      const { samples } = parsePage(await (await fetch(url)).text());
      return ["messages", "bytes"].map((what) => total(samples, `p2p_mpc_inbox_${what}`, {}));
    };
    assert.deepEqual(await waiting(), [0, 0]);
    traced?.(b);
    await a.send(1, "first", new Uint8Array(1000));
    await a.send(1, "second", new Uint8Array(10));
    await b.recv(0, "second", 10);
    const [messages, bytes = 0] = await waiting();
    assert.equal(messages, 1);
    assert.ok(bytes >= 1000 && bytes < 2000, `${bytes}`);
    await b.recv(0, "first", 1000);
    assert.deepEqual(await waiting(), [0, 0]);
  });
  await mesh.stop();
});
