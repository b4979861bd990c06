/** What is told of a decision. */
import assert from "node:assert/strict";
import { AgreementError } from "../../../lib/base/mod.ts";
import { consentTo } from "../../../lib/cli/consent/consent.ts";
import { parsePolicy } from "../../../lib/cli/consent/policy_file.ts";
import type { ComputeConfig } from "../../../lib/cli/config.ts";
import { eventWriter } from "../../../lib/cli/json_events.ts";
import { type Node, Reputation } from "../../../lib/net/mod.ts";
import { createMetrics, createRedactor } from "../../../lib/observability/mod.ts";
import { parsePage, total } from "../../observability/metrics_page.ts";
import { fakeSystem, type FakeSystemOptions } from "../fake_system.ts";
import { loaded, PEERS, sessionOf } from "./scenes.ts";

const SUM = "pub fn main(x: u32, y: u32) -> u32 { x + y }";
const ALLOWED = `
programs: [sha256:${"1".repeat(64)}]
peers: [${PEERS[1]}]
outputs: everybody
party: 0
confirm: never
`;

type Flags = Partial<ComputeConfig>;

/** Which decision is counted for party 0 of a session of two; `policy`: the text of its policy. */
async function counted(
  { policy, flags = {}, trusted = false, ...given }:
    & { readonly policy?: string; readonly flags?: Flags; readonly trusted?: boolean }
    & FakeSystemOptions,
): Promise<Readonly<Record<string, number>>> {
  const metrics = await createMetrics({ now: () => 0, checks: [], penalties: [], build: {} });
  const system = fakeSystem(given);
  const { observe } = metrics;
  const { signal } = new AbortController();
  const context = { system, observe, signal, redactor: createRedactor() };
  const config = {
    ...{ yes: false, verify: false, fetch: false, peersFile: "peers.json", ...flags },
    ...(policy === undefined ? {} : { policy: "p" }),
  } as ComputeConfig;
  const read = policy === undefined ? undefined : parsePolicy("p", policy);
  const events = eventWriter(false, context);
  const reputation = new Reputation({ now: () => 0 });
  if (trusted) reputation.trust(PEERS[1], true);
  const node = { peerId: PEERS[0], reputation } as Node;
  const decide = await consentTo({ config, context, events, policy: read }, loaded(SUM), node);
  await decide(sessionOf({}), signal).catch((error) => assert.ok(error instanceof AgreementError));
  const { samples } = parsePage((await metrics.page()).body);
  const names = ["granted", "refused", "policy_granted", "policy_refused"];
  const values = names.map((decision) =>
    [decision, total(samples, "p2p_mpc_consent_total", { decision })] as const
  );
  return Object.fromEntries(values.filter(([, value]) => value > 0));
}

Deno.test("each decision is counted once: by flags or a person, or by a policy alone", async () => {
  assert.deepEqual(await counted({}), { granted: 1 });
  assert.deepEqual(await counted({ flags: { verify: true }, answers: ["y"] }), { granted: 1 });
  assert.deepEqual(await counted({ flags: { verify: true }, answers: ["n"] }), { refused: 1 });
  assert.deepEqual(await counted({ flags: { verify: true } }), { refused: 1 });
  assert.deepEqual(await counted({ policy: ALLOWED }), { policy_granted: 1 });
  assert.deepEqual(await counted({ policy: "" }), { policy_refused: 1 });
  const asked = ALLOWED.replace("never", "always");
  assert.deepEqual(await counted({ policy: asked, answers: ["y"] }), { granted: 1 });
  assert.deepEqual(await counted({ policy: asked }), { refused: 1 });
});

Deno.test("no flag answers for the person that --verify or the policy's confirm wants", async () => {
  const named = { expectProgram: `sha256:${"1".repeat(64)}`, expectPeers: "peers" };
  const files = { peers: `${PEERS[1]}\n` };
  for (const confirm of [undefined, "never", "unknown", "always"]) {
    for (let bits = 0; bits < (confirm === "unknown" ? 8 : 4); bits++) {
      const [verify, yes, trusted] = [(bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0];
      const asked = verify || confirm === "always" || (confirm === "unknown" && !trusted);
      const unasked = confirm === undefined ? "granted" : "policy_granted";
      const policy = confirm && ALLOWED.replace("never", confirm);
      const flags = { verify, yes, ...(yes ? named : {}) };
      const given = { flags, trusted, files, ...(policy === undefined ? {} : { policy }) };
      const about = JSON.stringify({ confirm, verify, yes, trusted });
      assert.deepEqual(await counted(given), { [asked ? "refused" : unasked]: 1 }, about);
      const agreeing = await counted({ ...given, answers: ["y"] });
      assert.deepEqual(agreeing, { [asked ? "granted" : unasked]: 1 }, about);
    }
  }
});
