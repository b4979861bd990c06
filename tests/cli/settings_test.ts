import assert from "node:assert/strict";
import { UsageError } from "../../lib/base/mod.ts";
import { computeConfig, nodeConfig, watchConfig } from "../../lib/cli/config.ts";
import {
  configKey,
  environmentName,
  OPTION_KEYS,
  type OptionKey,
  type OptionSpec,
  specOf,
} from "../../lib/cli/options.ts";
import { type RawFlags, resolveSettings } from "../../lib/cli/settings.ts";
import { fakeSystem } from "./fake_system.ts";

const PEER = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

/** Somebody watches, and nobody answers. */
const WATCHED = { watches: true, answers: false };

/** Three different valid texts for any option. */
function samples(key: OptionKey): readonly string[] {
  const spec = specOf(key);
  switch (spec.kind) {
    case "integer":
    case "duration":
      return [0, 1, 2].map((more) => `${Math.max(spec.min, 1) + more}`);
    case "boolean":
      return ["true", "false", "true"];
    case "choice":
      return [0, 1, 2].map((at) => spec.choices[(at + 1) % spec.choices.length] ?? "");
    case "list":
      if (key === "const") return [1, 2, 3].map((rows) => `PARTY_0::ROWS=${rows}`);
      return [1, 2, 3].map((port) => `/ip4/127.0.0.1/tcp/${port}/p2p/${PEER}`);
    case "string":
    case "path":
      if (key === "logLevel" || key === "logFileLevel") return ["error", "warn", "net=debug"];
      if (key === "expectProgram") return [..."123"].map((digit) => `sha256:${digit.repeat(64)}`);
      if (key === "outputParties") return ["0", "0,2", "1,3"];
      return ["http://a/1", "http://a/2", "http://a/3"];
  }
}

function value(spec: OptionSpec, text: string): unknown {
  if (spec.kind === "integer" || spec.kind === "duration") return Number(text);
  if (spec.kind === "boolean") return text === "true";
  return spec.kind === "list" ? [text] : text;
}

async function failure(
  flags: RawFlags,
  options: { env?: Record<string, string>; yaml?: string },
): Promise<UsageError> {
  const files = options.yaml === undefined ? {} : { "c.yml": options.yaml };
  const config = options.yaml === undefined ? {} : { config: "c.yml" };
  const system = fakeSystem({ env: options.env ?? {}, files });
  try {
    await resolveSettings({ ...config, ...flags }, system);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "it was accepted" });
}

// feature: B11, B13, B36
Deno.test("flags win over the environment, the environment over the file, the file over the default", async () => {
  for (const key of OPTION_KEYS) {
    if (key === "config") continue;
    const spec = specOf(key);
    const [inFile = "", inEnvironment = "", inFlag = ""] = samples(key);
    const name = configKey(key);
    const scalar = spec.kind === "list" ? `[${JSON.stringify(inFile)}]` : JSON.stringify(inFile);
    const files = { "c.yml": name === undefined ? "{}" : `${name}: ${scalar}\n` };
    const env = { [environmentName(key)]: inEnvironment };
    const flag = spec.kind === "list"
      ? [inFlag]
      : spec.kind === "boolean"
      ? inFlag === "true"
      : inFlag;
    const cases = [
      { flags: { [key]: flag, config: "c.yml" }, env, source: "flag", text: inFlag },
      { flags: { config: "c.yml" }, env, source: "environment", text: inEnvironment },
      { flags: { config: "c.yml" }, env: {}, source: "file", text: inFile },
    ];
    for (const { flags, env, source, text } of cases) {
      if (source === "file" && name === undefined) continue;
      const { settings, sources } = await resolveSettings(flags, fakeSystem({ env, files }));
      assert.deepEqual(settings[key], value(spec, text), `${key} from ${source}`);
      assert.equal(sources[key], source, key);
    }
    const { settings, sources } = await resolveSettings({}, fakeSystem());
    assert.deepEqual(settings[key], spec.default, key);
    assert.equal(sources[key], "default");
  }
});

// feature: B12, B24, B25, B26, B27, B28, B29, B30, B31, B32, B33
Deno.test("config.example.yml holds every key, explained, with its default", async () => {
  const text = await Deno.readTextFile(new URL("../../config.example.yml", import.meta.url));
  const system = fakeSystem({ files: { "c.yml": text } });
  const { settings } = await resolveSettings({ config: "c.yml" }, system);
  const { settings: defaults } = await resolveSettings({}, system);
  assert.deepEqual({ ...settings, config: undefined }, defaults);
  const lines = text.split("\n");
  const found = lines.flatMap((line) => /^([a-z_]+):/.exec(line)?.[1] ?? []);
  assert.deepEqual(found.toSorted(), OPTION_KEYS.flatMap((key) => configKey(key) ?? []).toSorted());
  const examples = ["9000", "mpc-computation", "mpc-control", "mpc-results", "./keys/node.key"];
  for (const example of [...examples, "./logs/traces.json", "/ip4/127.0.0.1/tcp/9000/p2p/"]) {
    assert.ok(lines.some((line) => line.startsWith("#") && line.includes(example)), example);
  }
  for (const key of found) {
    const at = lines.findIndex((line) => line.startsWith(`${key}:`));
    assert.match(lines[at - 1] ?? "", /^# /, `${key} has no comment`);
  }
});

Deno.test("an unknown key of the config file is an error with its place and a suggestion", async () => {
  const error = await failure({}, { yaml: "# mine\nnetwork_prot: 1\n" });
  assert.match(error.message, /"c\.yml": 2:1: unknown key "network_prot"/);
  assert.equal(error.hint, 'did you mean "network_port"?');
  assert.equal((await failure({}, { yaml: "topic: [a]\n" })).hint, 'did you mean "topics"?');
  assert.equal(
    (await failure({}, { yaml: "listen: [/a]\n" })).hint,
    'did you mean "listen_addresses"?',
  );
});

Deno.test("wrong values of the config file are told with line and column, all at once", async () => {
  const yaml =
    "network_port: 70000\ntopics: a\nlog_level: loud\nquiet: [1]\nbootnodes: [/ip4/1.1.1.1/tcp/1]\n";
  const { message } = await failure({}, { yaml });
  assert.match(
    message,
    /1:15: network_port: it must be a whole number from 0 to 65535, not "70000"/,
  );
  assert.match(message, /2:9: topics: it must be a list/);
  assert.match(message, /3:12: log_level: "loud": a level is one of error, /);
  assert.match(message, /4:8: quiet: it must be a single value/);
  assert.match(message, /5:12: bootnodes: .*must contain \/p2p\//);
});

Deno.test("broken YAML is told with its place", async () => {
  assert.match((await failure({}, { yaml: "quiet: true\nquiet: true\n" })).message, /2:1: /);
  assert.match((await failure({}, { yaml: "topics: [a\n" })).message, /"c\.yml": \d+:\d+: /);
  assert.match((await failure({}, { yaml: "- a\n" })).message, /1:1: it must be keys with values/);
  assert.match((await failure({ config: "none.yml" }, {})).message, /config file "none\.yml"/);
});

Deno.test("the digits of an input in the file stay as they are written", async () => {
  const files = { "c.yml": "input: 123456789012345678901234567890\nparty:\n" };
  const { settings } = await resolveSettings(
    {},
    fakeSystem({ files, env: { P2P_MPC_CONFIG: "c.yml" } }),
  );
  assert.equal(settings.input, "123456789012345678901234567890");
  assert.equal(settings.party, undefined);
});

// feature: B73
Deno.test("values from flags and environment name the flag or the variable", async () => {
  assert.match((await failure({ networkPort: "x" }, {})).message, /--network-port: .* not "x"/);
  assert.match(
    (await failure({ waitTime: "-1" }, {})).message,
    /--wait-time: it must be a number of seconds/,
  );
  assert.match(
    (await failure({ bootnode: ["/ip4/1.1.1.1/tcp/1"] }, {})).message,
    /--bootnode: .*\/p2p\//,
  );
  const env = { P2P_MPC_PARTY: "two" };
  assert.match((await failure({}, { env })).message, /P2P_MPC_PARTY: .* not "two"/);
});

Deno.test("an unknown variable is an error with a suggestion, one that is named for the input is none", async () => {
  const message = async (name: string): Promise<string> => {
    const error = await failure({}, { env: { [name]: "3735928559" } });
    return `${error.message} (${error.hint})`;
  };
  assert.equal(
    await message("P2P_MPC_EXPECT_PEER"),
    'Cannot read the environment: unknown variable "P2P_MPC_EXPECT_PEER" ' +
      '(did you mean "P2P_MPC_EXPECT_PEERS"?)',
  );
  assert.match(await message("P2P_MPC_FOO"), /"P2P_MPC_FOO" \(take it away; /);
  const env = { P2P_MPC_BID: "7", P2P_MPC_SLOW: "1", PATH: "/bin" };
  await resolveSettings({ inputEnv: "P2P_MPC_BID" }, fakeSystem({ env }));
});

// feature: B34
Deno.test("a list in the environment is separated by commas; an empty variable is not set", async () => {
  const env = { P2P_MPC_TOPIC: "a, b,", P2P_MPC_PARTY: "", P2P_MPC_QUIET: "1" };
  const { settings, sources } = await resolveSettings({}, fakeSystem({ env }));
  assert.deepEqual(settings.topic, ["a", "b"]);
  assert.equal(settings.quiet, true);
  assert.equal(sources.party, "default");
});

// feature: B37
Deno.test("`nodeConfig()` and `computeConfig()` fill in what depends on other settings", async () => {
  const resolve = (flags: RawFlags): ReturnType<typeof resolveSettings> =>
    resolveSettings(flags, fakeSystem());
  const node = nodeConfig(await resolve({ networkPort: "9000", topic: ["a", "b", "a"] }));
  assert.deepEqual(node.listen, ["/ip4/0.0.0.0/tcp/9000"]);
  assert.deepEqual(node.topics, ["a", "b"]);
  const party = { program: "a.rs", party: "1", input: "2" };
  const compute = computeConfig(
    await resolve({ ...party, listen: ["/ip4/1.1.1.1/tcp/1"] }),
    "new",
    { watches: false, answers: false },
  );
  assert.deepEqual(compute.listen, ["/ip4/1.1.1.1/tcp/1"]);
  assert.equal(compute.waitTimeMs, 20_000);
  assert.equal(compute.joinTimeoutMs, 600_000);
  assert.equal(computeConfig(await resolve(party), "new", WATCHED).joinTimeoutMs, undefined);
  const brief = computeConfig(await resolve({ ...party, joinTimeout: "1.5" }), "new", WATCHED);
  assert.equal(brief.joinTimeoutMs, 1500);
  for (const key of ["program", "input"]) {
    const resolved = await resolve({ ...party, [key]: undefined });
    assert.throws(
      () => computeConfig(resolved, "new", WATCHED),
      new RegExp(`"--${key}" is missing`),
    );
  }
  assert.deepEqual(compute.input, { kind: "text", text: "2", exposed: true });
  const file = { program: "a.rs", party: "1", inputFile: "t.csv" };
  assert.deepEqual(computeConfig(await resolve(file), "new", WATCHED).input, {
    kind: "file",
    path: "t.csv",
  });
  const twice = await resolve({ ...party, ...file });
  assert.throws(
    () => computeConfig(twice, "new", WATCHED),
    /"--input" and "--input-file" are given/,
  );
  const both = await resolve({ networkPort: "1", listen: ["/ip4/1.1.1.1/tcp/1"] });
  assert.throws(() => nodeConfig(both), UsageError);
});

// feature: B42, B80, D4
Deno.test("`watchConfig()` serves a computation only when this run asks for it", async () => {
  const files = { "c.yml": "metrics_port: 9090\n" };
  const system = fakeSystem({ files });
  const byDefault = await resolveSettings({}, system);
  const byFile = await resolveSettings({ config: "c.yml" }, system);
  const byFlag = await resolveSettings({ metricsPort: "9090" }, system);
  assert.equal(watchConfig(byDefault, "node")?.required, false);
  assert.equal(watchConfig(byFile, "node")?.required, true);
  assert.equal(watchConfig(byDefault, "new"), undefined);
  assert.equal(watchConfig(byFile, "join"), undefined);
  assert.deepEqual(watchConfig(byFlag, "new"), {
    ...{ command: "new", host: "127.0.0.1", port: 9090, required: true, bootnodes: [] },
  });
});
