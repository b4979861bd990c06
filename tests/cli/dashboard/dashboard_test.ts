import assert from "node:assert/strict";
import { PATHS } from "../../../lib/cli/dashboard/page.ts";
import { withWatch } from "../../../lib/cli/watch.ts";
import { createRedactor, type Observe } from "../../../lib/observability/mod.ts";
import { type FakeSystem, fakeSystem } from "../fake_system.ts";
import { sessionAt } from "./watched.ts";

interface World {
  readonly system: FakeSystem;
  readonly observe: Observe;
  get(path: string, init?: RequestInit): Promise<Response>;
}

/** Runs `test` beside the pages of a computation; `secret` must not be shown. */
async function served(test: (world: World) => Promise<void>, secret = "none"): Promise<void> {
  const system = fakeSystem({ clockStepMs: 10 });
  const redactor = createRedactor();
  redactor.hideText(secret);
  let origin = "";
  const observe: Observe = (event) => {
    if (event.kind !== "notice") return;
    origin = /^dashboard at (.*)\/$/.exec(event.text)?.[1] ?? origin;
  };
  const { signal } = new AbortController();
  const config = { command: "join", host: "127.0.0.1", port: 0, required: true, bootnodes: [] };
  await withWatch(
    { ...config, command: "join" },
    { system, redactor, signal, observe },
    (inner) => {
      const get = (path: string, init?: RequestInit): Promise<Response> =>
        fetch(`${origin}${path}`, init);
      return test({ system, observe: inner.observe, get });
    },
  );
  assert.equal(system.left(), 0, "a timer is left");
}

/** Reads a stream up to a match of `pattern`. */
async function readTo(
  reader: ReadableStreamDefaultReader<string>,
  pattern: RegExp,
): Promise<string> {
  let text = "";
  while (!pattern.test(text)) {
    const { value, done } = await reader.read();
    assert.ok(!done, `${pattern} never came: ${text}`);
    text += value;
  }
  return text;
}

Deno.test("the page allows its own script and style alone, and no frame around it", async () => {
  await served(async ({ get }) => {
    const response = await get(PATHS.page);
    const { headers } = response;
    assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(
      headers.get("content-security-policy"),
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    assert.match(await response.text(), /^<!doctype html>/);
  });
});

Deno.test("style, script and picture are sent once: they have a tag of what is in them", async () => {
  await served(async ({ get }) => {
    const types = [
      [PATHS.style, "text/css"],
      [PATHS.script, "text/javascript"],
      [PATHS.icon, "image/svg+xml"],
    ] as const;
    for (const [path, type] of types) {
      const first = await get(path);
      assert.equal(first.headers.get("content-type"), `${type}; charset=utf-8`);
      assert.ok((await first.text()).length > 100);
      const etag = first.headers.get("etag") ?? "";
      assert.match(etag, /^"[0-9a-f]{32}"$/);
      const again = await get(path, { headers: { "if-none-match": etag } });
      assert.deepEqual([again.status, await again.text()], [304, ""]);
    }
  });
});

Deno.test("events tell what has changed, and at the end how it ended", async () => {
  let reader: ReadableStreamDefaultReader<string> | undefined;
  await served(async ({ get, observe, system }) => {
    const response = await get(PATHS.events);
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.ok(response.body !== null);
    reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const first = await readTo(reader, /\n\n.*\n\n/s);
    for (const id of ["node", "gauges", "session", "peers", "warnings"]) {
      assert.ok(first.includes(`"${id}":"<section id=\\"${id}\\"`), id);
    }
    observe(sessionAt("rendezvous"));
    system.elapse();
    const second = await readTo(reader, /Waiting for the others/);
    assert.ok(!second.includes('"peers":'), "what stayed the same is not sent");
  });
  assert.ok(reader !== undefined);
  await readTo(reader, /role=\\"status\\">Done<.*event: end/s);
  assert.equal((await reader.read()).done, true);
});

Deno.test("the status is JSON; HEAD of the events begins none", async () => {
  await served(async ({ get, observe }) => {
    observe(sessionAt("running"));
    const { v, command, session } = await (await get(PATHS.status)).json();
    assert.deepEqual([v, command, session.known.stage], [1, "join", "running"]);
    const head = await get(PATHS.events, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
  });
});

Deno.test("a secret in a warning is hidden on the page, in the status and in the events", async () => {
  const secret = "3735928559";
  await served(async ({ get, observe }) => {
    observe({ kind: "log", level: "warn", module: "x", text: `it is ${secret}` });
    const texts = [await (await get(PATHS.page)).text(), await (await get(PATHS.status)).text()];
    const { body } = await get(PATHS.events);
    assert.ok(body !== null);
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    texts.push(await readTo(reader, /it is /));
    for (const text of texts) {
      assert.match(text, /it is \(hidden\)/);
      assert.ok(!text.includes(secret));
    }
    await reader.cancel();
  }, secret);
});
