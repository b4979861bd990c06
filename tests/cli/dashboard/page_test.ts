import assert from "node:assert/strict";
import { page, parts, PATHS } from "../../../lib/cli/dashboard/page.ts";
import { connection, fakeNode, message, PEERS, sessionAt, Watched } from "./watched.ts";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'\u202e\u001b[31m</title>`;

/** A dashboard on which everything that comes from elsewhere is `text`. */
function told(command: "node" | "join", text: string): Watched {
  const watched = new Watched(command);
  watched.state.attach(fakeNode(text, text));
  const roster = [{ party: 0, peer: text }, { party: 1, peer: PEERS[1] ?? "" }];
  watched.after(
    1000,
    { kind: "identity", peer: text, addresses: [text] },
    connection("open", text, text),
    { kind: "identified", peer: text, agent: text },
    { kind: "topic", topic: text },
    { kind: "log", level: "warn", module: text, text },
    sessionAt("running", { id: text, program: text, roster }),
    message("inbound", 0, "set-up", 1),
  );
  watched.state.sample();
  return watched;
}

/** The tags of a page with the names of their attributes. */
function tagsOf(text: string): string[] {
  return [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
}

for (const command of ["node", "join"] as const) {
  // feature: B86
  Deno.test(`hostile topics, agents, names and lines cannot inject into the page of ${command}`, () => {
    const text = page(told(command, HOSTILE).state.snapshot());
    assert.deepEqual(tagsOf(text), tagsOf(page(told(command, "harmless").state.snapshot())));
    assert.ok(!text.includes("\u202e") && !text.includes("\u001b"));
    assert.ok(text.includes("&lt;script&gt;"), "it is shown as text");
  });
}

Deno.test("the page names its parts, needs nothing from elsewhere and holds no script and no style", () => {
  const text = page(told("join", HOSTILE).state.snapshot());
  for (const id of ["node", "gauges", "session", "peers", "warnings"]) {
    assert.match(text, new RegExp(`id="${id}"`));
  }
  assert.deepEqual(
    parts(new Watched("node").state.snapshot()).map(({ id }) => id),
    ["node", "gauges", "peers", "topics", "warnings"],
  );
  const followed = [...text.matchAll(/<[^>]*\s(?:href|src|action)="([^"]*)"/g)];
  const known = new Set<string>([...Object.values(PATHS), "/metrics"]);
  for (const [, address = ""] of followed) {
    assert.ok(known.has(address) || /^#[a-z]+$/.test(address), address);
  }
  assert.doesNotMatch(text, /<style|\sstyle="|<[^>]*\son[a-z]+="|<script>/);
  assert.match(text, /<noscript><meta http-equiv="refresh"/);
});

Deno.test("the page says how a session stands", () => {
  const shown = (...stages: Parameters<typeof sessionAt>[0][]): string => {
    const watched = new Watched("join");
    watched.after(100, ...stages.map((stage) => sessionAt(stage)));
    return page(watched.state.snapshot());
  };
  assert.match(shown(), /role="status">Starting</);
  assert.match(shown("rendezvous"), /role="status">Waiting for the others</);
  assert.match(shown("consent"), /this page cannot answer for you/);
  assert.match(shown("running"), /role="status">Computing</);
  const watched = new Watched("join");
  const circuit = { digest: "00", ands: 6400, inputs: 256, outputParties: [0, 2] };
  watched.after(100, sessionAt("running", { circuit }));
  watched.after(100, { kind: "session end", result: "cheat_detected" });
  const text = page(watched.state.snapshot());
  assert.match(text, /role="status">Cheating detected</);
  assert.match(text, /6\.4 k AND gates, 256 input bits/);
  assert.match(text, /party 0, party 2/);
});
