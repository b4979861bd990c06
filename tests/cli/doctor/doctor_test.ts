/** Every finding of the doctor appears when there is what it is about, and says what it means and what to do. */
import assert from "node:assert/strict";
import { doctor } from "../../../lib/cli/doctor/doctor.ts";
import type { Finding } from "../../../lib/cli/doctor/finding.ts";
import { type Machine, thisMachine } from "../../../lib/cli/doctor/machine.ts";
import { addressFinding, seenFromOutside, translation } from "../../../lib/cli/doctor/network.ts";
import { main } from "../../../lib/cli/mod.ts";
import { resolveSettings } from "../../../lib/cli/settings.ts";
import { generateIdentity, saveIdentity, startNode } from "../../../lib/net/mod.ts";
import { createRedactor } from "../../../lib/observability/mod.ts";
import { loopbackRelay, relayAddress } from "../../net/relays.ts";
import { type FakeSystem, fakeSystem } from "../fake_system.ts";

const MIB = 1 << 20;
const GOOD: Machine = {
  ...{ deno: "2.9.6", isExecutable: false, missing: [], hasSimd: true, cores: 4 },
  ...{ memoryBytes: 8192 * MIB, nowMs: Date.UTC(2026, 10, 1), slipMs: 0 },
};

interface Place {
  readonly folder: string;
  /** Runs the doctor with these flags. */
  run(...flags: string[]): Promise<FakeSystem & { readonly code: number }>;
  /** The findings of such a run, and whether all is said to be well. */
  findings(...flags: string[]): Promise<{ readonly ok: boolean; readonly findings: Finding[] }>;
}

async function inFolder(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const usual = ["--listen=/ip4/127.0.0.1/tcp/0", "--metrics-port=0"];
  const run: Place["run"] = async (...flags) => {
    const system = fakeSystem({ env: { HOME: folder } });
    const own = flags.some((flag) => flag.startsWith("--metrics-port")) ? usual.slice(0, 1) : usual;
    const listens = flags.some((flag) => flag.startsWith("--listen"));
    const code = await main(["doctor", ...own.slice(listens ? 1 : 0), ...flags], system);
    return Object.assign(system, { code });
  };
  try {
    await test({
      folder,
      run,
      findings: async (...flags) => JSON.parse((await run("--json", ...flags)).out()),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asserts that one finding is of this kind, with meaning and advice, and returns it. */
function found(
  findings: readonly Finding[],
  level: Finding["level"],
  text: RegExp,
  hasAdvice = true,
): Finding {
  const [finding, ...more] = findings.filter((one) => one.level === level && text.test(one.text));
  assert.ok(finding !== undefined && more.length === 0, `${text}: ${JSON.stringify(findings)}`);
  assert.ok((finding.meaning ?? "").length > 10, finding.text);
  if (hasAdvice) assert.ok((finding.advice ?? "").length > 10, finding.text);
  return finding;
}

/** The findings about a machine that differs from a good one. */
async function about(change: Partial<Machine>): Promise<{ code: number; findings: Finding[] }> {
  const system = fakeSystem({ env: { HOME: "/nonexistent" } });
  const flags = { json: true, listen: ["/ip4/127.0.0.1/tcp/0"], metricsPort: "0" };
  const { settings } = await resolveSettings(flags, system);
  const context = {
    ...{ system, redactor: createRedactor(), observe: (): void => {} },
    signal: new AbortController().signal,
  };
  const error = await doctor(settings, context, { ...GOOD, ...change })
    .then(() => undefined, (reason) => reason);
  return { code: error?.exitCode ?? 0, findings: JSON.parse(system.out()).findings };
}

Deno.test("the doctor finds nothing wrong with a good machine", () =>
  inFolder(async ({ folder, run, findings }) => {
    await saveIdentity(`${folder}/node.key`, await generateIdentity());
    const key = `--identity-key-path=${folder}/node.key`;
    const text = await run(key);
    assert.equal(text.code, 0, text.err() + text.out());
    assert.match(text.out(), /^ok +simd +WebAssembly with SIMD$/m);
    const { ok, findings: all } = await findings(key);
    assert.ok(ok);
    const topics = new Set(all.map(({ topic }) => topic));
    for (const topic of ["runtime", "permissions", "cores", "memory", "clock", "key"] as const) {
      assert.ok(topics.has(topic), topic);
    }
    assert.deepEqual(all.filter(({ level }) => level === "problem"), []);
  }));

Deno.test("each finding about the machine appears when there is cause", async () => {
  assert.equal((await about({})).code, 0);
  const cases: readonly {
    readonly change: Partial<Machine>;
    readonly level: Finding["level"];
    readonly text: RegExp;
    readonly advice?: false;
  }[] = [
    { change: { deno: "2.4.2" }, level: "warning", text: /Deno 2\.4\.2/ },
    { change: { missing: ["net", "sys"] }, level: "problem", text: /not given: net, sys/ },
    { change: { hasSimd: false }, level: "warning", text: /no WebAssembly SIMD/ },
    { change: { cores: 1 }, level: "note", text: /^1$/, advice: false },
    { change: { memoryBytes: 500 * MIB }, level: "warning", text: /^500 MiB free/ },
    { change: { memoryBytes: 100 * MIB }, level: "problem", text: /^100 MiB free/ },
    { change: { nowMs: 0 }, level: "problem", text: /^1970-.*cannot be/ },
    { change: { nowMs: Date.UTC(2200, 0) }, level: "problem", text: /^2200-.*cannot be/ },
    { change: { slipMs: -7200_000 }, level: "warning", text: /set by -7\d{6} ms/ },
  ];
  for (const { change, level, text, advice } of cases) {
    const { code, findings } = await about(change);
    found(findings, level, text, advice ?? true);
    assert.equal(code, level === "problem" ? 2 : 0);
  }
  const unknown = await about({ memoryBytes: undefined });
  assert.ok(unknown.findings.some(({ text }) => /does not tell/.test(text)));
  const executable = await about({ isExecutable: true, deno: "2.4.2" });
  assert.ok(executable.findings.some(({ text }) => /^executable of version/.test(text)));
});

Deno.test("this machine is looked at for real", () => {
  const { deno, cores, nowMs, missing } = thisMachine();
  assert.deepEqual([deno, missing], [Deno.version.deno, []]);
  assert.ok(cores >= 1 && nowMs > Date.UTC(2026, 0));
});

Deno.test("keys that others can read, that are none, or that are missing are found", () =>
  inFolder(async ({ folder, run, findings }) => {
    const key = `${folder}/node.key`;
    const flag = `--identity-key-path=${key}`;
    found((await findings()).findings, "note", /no --identity-key-path/);
    found((await findings(flag)).findings, "note", /there is no/, false);
    await assert.rejects(Deno.stat(key), Deno.errors.NotFound);
    await saveIdentity(key, await generateIdentity());
    if (Deno.build.os !== "windows") {
      await Deno.chmod(key, 0o644);
      const { ok, findings: all } = await findings(flag);
      assert.ok(ok);
      const { advice } = found(all, "warning", /open to others \(mode 644\)/);
      assert.equal(advice, `chmod 600 ${key}`);
    }
    await Deno.writeTextFile(key, "no key");
    const broken = await run(flag);
    assert.equal(broken.code, 2);
    assert.match(broken.out(), /^problem +key .*it is no Ed25519 key file/m);
    assert.match(broken.err(), /^error: Cannot vouch .*a problem\nhint: /);
    found(
      (await findings(`--psk-file=${folder}/none.psk`)).findings,
      "problem",
      /there is no .*psk/,
    );
    await Deno.writeTextFile(`${folder}/bad.psk`, "no key", { mode: 0o600 });
    const { findings: all } = await findings(`--psk-file=${folder}/bad.psk`);
    assert.ok(all.some(({ topic, level }) => topic === "key" && level === "problem"));
  }));

Deno.test("a damaged peers file, a damaged store and a full one are found", () =>
  inFolder(async ({ folder, findings }) => {
    await Deno.writeTextFile(`${folder}/peers.json`, "{");
    const { ok, findings: peers } = await findings(`--peers-file=${folder}/peers.json`);
    assert.equal(ok, false);
    found(peers, "problem", /Cannot use the peers file/);
    const store = `--file-store=${folder}/store`;
    await Deno.writeFile(`${folder}/large`, new Uint8Array(MIB));
    const system = fakeSystem();
    assert.equal(await main(["file", "add", `${folder}/large`, store], system), 0);
    found((await findings(store, "--file-quota=1")).findings, "warning", /1 shared, 1 of 1 MiB/);
    const entry = `${folder}/store/files/${system.out().trim()}.json`;
    await Deno.writeTextFile(entry, "{");
    found((await findings(store)).findings, "problem", /is damaged/);
  }));

Deno.test("who has no home is told what is not kept", async () => {
  const system = fakeSystem();
  const flags = ["--listen=/ip4/127.0.0.1/tcp/0", "--metrics-port=0", "--json"];
  await main(["doctor", ...flags], system);
  const { findings } = JSON.parse(system.out());
  found(findings, "note", /nothing is kept of peers/);
  found(findings, "problem", /the system names no home folder/);
});

Deno.test("ports that are taken are found, and a running node is told from another program", () =>
  inFolder(async ({ findings }) => {
    const holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = holder.addr;
    try {
      const { ok, findings: all } = await findings(`--listen=/ip4/127.0.0.1/tcp/${port}`);
      assert.equal(ok, false);
      found(all, "problem", /Cannot listen .*the port is in use/);
      const closing = (async (): Promise<void> => {
        for await (const connection of holder) connection.close();
      })();
      const { findings: metrics } = await findings(`--metrics-port=${port}`);
      found(metrics, "warning", new RegExp(`^metrics: 127\\.0\\.0\\.1:${port} is taken$`));
      holder.close();
      await closing;
    } finally {
      try {
        holder.close();
      } catch {
        // It is closed.
      }
    }
    const node = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("ok\n"),
    );
    const { findings: own } = await findings(`--metrics-port=${node.addr.port}`);
    found(own, "note", /is taken by a running node$/);
    await node.shutdown();
    const { findings: nowhere } = await findings("--metrics-host=203.0.113.1", "--metrics-port=1");
    found(nowhere, "problem", /metrics cannot be served on 203\.0\.113\.1:1/);
  }));

Deno.test("own addresses are told by from where they can be reached", () => {
  const cases = [
    { ips: ["127.0.0.1", "::1"], level: "warning", meaning: /nobody on another machine/ },
    { ips: [], level: "warning", meaning: /nobody on another machine/ },
    { ips: ["127.0.0.1", "192.168.1.7"], level: "note", meaning: /outside of your network/ },
    { ips: ["fe80::1", "fd00::1"], level: "note", meaning: /outside of your network/ },
    { ips: ["10.0.0.1", "100.64.1.1"], level: "note", meaning: /your provider/ },
    { ips: ["10.0.0.1", "8.8.8.8"], level: "ok", meaning: /^$/ },
    { ips: ["2a00:1450::1"], level: "ok", meaning: /^$/ },
  ];
  for (const { ips, level, meaning } of cases) {
    const finding = addressFinding(ips);
    assert.equal(finding.level, level, `${ips}`);
    assert.match(finding.meaning ?? "", meaning);
  }
});

Deno.test("an address that others see and the machine does not have is a NAT", () => {
  const own = ["127.0.0.1", "192.168.1.7"];
  const [finding] = translation(own, "/ip4/8.8.4.4/tcp/4711");
  assert.match(finding?.text ?? "", /others see you at 8\.8\.4\.4/);
  assert.match(finding?.meaning ?? "", /NAT/);
  for (
    const seen of ["/ip4/192.168.1.7/tcp/1", "/ip4/127.0.0.1/tcp/1", "/dns4/x/tcp/1", undefined]
  ) {
    assert.deepEqual(translation(own, seen), []);
  }
});

// feature: B72
Deno.test("bootnodes are tried, those that answer and those that do not", () =>
  inFolder(async ({ findings }) => {
    found((await findings()).findings, "note", /no --bootnode is given/);
    const node = await startNode({
      identity: await generateIdentity(),
      listen: ["/ip4/127.0.0.1/tcp/0"],
    });
    const [address = ""] = node.addresses();
    const { ok, findings: all } = await findings(
      `--bootnode=${address}`,
      "--seed-node=/ip4/127.0.0.1/tcp/1",
    );
    await node.stop();
    assert.ok(ok);
    found(all, "warning", /Cannot reach .*the connection was refused/);
    const answer = all.find(({ topic, level }) => topic === "reach" && level === "ok");
    assert.match(answer?.text ?? "", new RegExp(`^${node.peerId} answers in \\d+ ms, direct, tcp`));
  }));

Deno.test("relays are tried: one that serves us, one that does not, one that is none, and none at all", () =>
  inFolder(async ({ findings }) => {
    found((await findings()).findings, "note", /^none is given$/);
    const stranger = (await generateIdentity()).peerId;
    const [open, closed, plain] = await Promise.all([
      loopbackRelay(),
      loopbackRelay({ allow: [stranger] }),
      startNode({ identity: await generateIdentity(), listen: ["/ip4/127.0.0.1/tcp/0"] }),
    ]);
    try {
      const well = await findings(`--relay=${relayAddress(open)}`);
      assert.ok(well.ok);
      const place = well.findings.find(({ topic }) => topic === "relays");
      assert.match(`${place?.level} ${place?.text}`, /^ok \/ip4.* makes you reachable$/);
      const ill = await findings(
        `--relay=${relayAddress(closed)}`,
        `--relay=${relayAddress(plain)}`,
      );
      assert.equal(ill.ok, false);
      const { advice } = found(ill.findings, "problem", /it does not serve us$/);
      assert.match(advice ?? "", /--allow-peer=/);
      found(ill.findings, "problem", /that peer is no relay$/);
    } finally {
      await Promise.all([open, closed, plain].map((node) => node.stop()));
    }
  }));

Deno.test("whether a public address can be reached is told once a peer has tried, or nobody has", async () => {
  let now = 0;
  const clock = {
    now: () => now,
    after(ms: number, action: () => void): () => void {
      now += ms;
      queueMicrotask(action);
      return () => {};
    },
  };
  const { signal } = new AbortController();
  const address = "/ip4/8.8.8.8/tcp/9000";
  const checkedAddresses = (at: number): string[] => at > 6000 ? [address] : [];
  const well = await seenFromOutside({ checkedAddresses }, clock, signal);
  assert.deepEqual([well.level, well.text], ["ok", `others reach you at ${address}`]);
  const ill = await seenFromOutside({ checkedAddresses: () => [] }, clock, signal);
  found([ill], "warning", /nobody has reached you from outside/);
});
