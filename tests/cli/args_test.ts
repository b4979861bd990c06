import assert from "node:assert/strict";
import fc from "fast-check";
import { buildTree, parseArgs } from "../../lib/cli/args.ts";
import {
  type CommandName,
  configKey,
  OPTION_KEYS,
  OPTIONS,
  specOf,
  takesOption,
} from "../../lib/cli/options.ts";
import { UsageError } from "../../lib/base/mod.ts";
import { PARTIES_MAX } from "../../lib/mpc/mod.ts";

function usage(args: readonly string[]): UsageError {
  try {
    parseArgs(args);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `${args.join(" ")} was accepted` });
}

// feature: B34, B49, D2
Deno.test("the commander tree has exactly the options of the table, on the root and on their commands", () => {
  const root = buildTree({ command: "node", operands: [], text: "" });
  const longs = (command: { options: readonly { long?: string; negate: boolean }[] }): string[] =>
    command.options.filter((option) => !option.negate).map((option) => option.long ?? "").sort();
  const wanted = (filter: (commands: readonly CommandName[]) => boolean): string[] =>
    OPTION_KEYS.map(specOf).filter((spec) => filter(spec.commands)).map((spec) => `--${spec.name}`);
  assert.deepEqual(longs(root), [...wanted(() => true), "--version"].sort());
  for (const command of root.commands) {
    const name = command.name();
    // Why: `config` shows what the options of all other commands mean.
    const own = name === "help"
      ? []
      : wanted((names) => name === "config" || (names as readonly string[]).includes(name));
    assert.deepEqual(longs(command), own.sort(), name);
  }
  for (const key of OPTION_KEYS) {
    const option = root.options.find((candidate) => candidate.long === `--${specOf(key).name}`);
    assert.equal(option?.attributeName(), key);
    assert.equal(
      option?.short,
      specOf(key).short === undefined ? undefined : `-${specOf(key).short}`,
    );
  }
});

// feature: D1
Deno.test("flags work before and after the command, in both forms, in any order", () => {
  const groups = [["--program", "a.rs"], ["--party=1"], ["-i", "-5"], ["-q"], ["join"]];
  const order = fc.shuffledSubarray(groups, { minLength: groups.length });
  fc.assert(
    fc.property(order, (shuffled) => {
      const found = parseArgs([...shuffled.flat(), "p2pmpc1abc"]);
      assert.deepEqual(found, {
        kind: "run",
        command: "join",
        operands: ["p2pmpc1abc"],
        flags: { program: "a.rs", party: "1", input: "-5", quiet: true },
      });
    }),
    { verbose: true },
  );
});

// feature: B38, B39, B40
Deno.test("lists are repeatable around the command, and booleans take =true, =false and --no-", () => {
  const found = parseArgs([
    "-t",
    "a",
    "--topic=b",
    "-t=c",
    "--quiet=true",
    "--debug",
    "--no-debug",
  ]);
  assert.deepEqual(found, {
    kind: "run",
    command: "node",
    operands: [],
    flags: { topic: ["a", "b", "c"], quiet: true, debug: false },
  });
  assert.deepEqual(parseArgs(["new", "--input", "--quiet=true"]), {
    kind: "run",
    command: "new",
    operands: [],
    flags: { input: "--quiet=true" },
  });
});

Deno.test("mistakes on the command line are usage errors with the next step", () => {
  assert.match(usage(["--netwrok-port", "1"]).message, /unknown option "--netwrok-port"/);
  assert.equal(usage(["--netwrok-port", "1"]).hint, 'did you mean "--network-port"?');
  assert.equal(usage(["jion", "x"]).hint, 'did you mean "join"?');
  assert.equal(usage(["help", "exit-code"]).hint, 'did you mean "exit-codes"?');
  assert.match(usage(["join"]).message, /missing required argument "ticket"/);
  assert.match(usage(["join", "a", "b"]).message, /too many arguments/);
  assert.match(usage(["--network-port"]).message, /argument missing/);
  assert.match(usage(["--quiet=maybe"]).message, /--quiet: it must be true or false/);
  assert.match(usage(["-t", "x", "new"]).message, /"--topic" with "new": it belongs to a node/);
  assert.match(
    usage(["--party=0"]).message,
    /"--party" without a command: it belongs to new, join/,
  );
});

Deno.test("the value of a mistyped flag is not repeated", () => {
  assert.doesNotMatch(usage(["new", "--inptu=3735928559"]).message, /3735928559/);
});

Deno.test("the table keeps its own promises", () => {
  const names = OPTION_KEYS.map((key) => specOf(key).name);
  assert.equal(new Set(names).size, names.length);
  const shorts = OPTION_KEYS.flatMap((key) => specOf(key).short ?? []);
  assert.equal(new Set(shorts).size, shorts.length);
  for (const key of OPTION_KEYS) {
    const spec = specOf(key);
    if (spec.kind === "choice" && spec.default !== undefined) {
      assert.ok(spec.choices.includes(spec.default));
    }
    if (spec.kind === "integer" || spec.kind === "duration") {
      assert.ok(spec.default === undefined || spec.default >= spec.min && spec.default <= spec.max);
    }
  }
});

Deno.test("--parties goes as far as the protocol", () => {
  assert.equal(OPTIONS.parties.max, PARTIES_MAX);
});

/** The documented flags: short form, key in the config file, default. */
const DOCUMENTED: Readonly<Record<string, { short?: string; key?: string; fallback?: unknown }>> = {
  "config": { short: "c" },
  "network-port": { short: "p", key: "network_port", fallback: 0 },
  "topic": { short: "t", key: "topics", fallback: [] },
  "bootnode": { key: "bootnodes", fallback: [] },
  "seed-node": { key: "seed_nodes", fallback: [] },
  "identity-key-path": { key: "identity_key_path" },
  "metrics-port": { short: "m", key: "metrics_port", fallback: 9090 },
  "log-level": { short: "l", key: "log_level", fallback: "info" },
  "enable-jaeger": { short: "j", key: "enable_jaeger", fallback: false },
  "jaeger-host": { key: "jaeger_host", fallback: "localhost" },
  "jaeger-port": { key: "jaeger_port", fallback: 4317 },
  "json-trace": { key: "json_trace", fallback: false },
  "json-trace-file": { key: "json_trace_file", fallback: "traces.json" },
  "explicit-peer": { key: "explicit_peer" },
};

// feature: B33, B34, B36, B37, B38, B39, B40, B41, B42, B43, B44, B45, B46, B47, B48, D2
Deno.test("the flags that are documented have their names, short forms, keys and defaults", () => {
  for (const [name, { short, key, fallback }] of Object.entries(DOCUMENTED)) {
    const option = OPTION_KEYS.find((candidate) => specOf(candidate).name === name);
    assert.ok(option !== undefined, name);
    const spec = specOf(option);
    assert.equal(spec.short, short, name);
    assert.equal(configKey(option), key, name);
    assert.deepEqual(spec.default, fallback, name);
    assert.ok(takesOption("node", spec), name);
  }
  const bare = parseArgs(["-j", "--json-trace", "--no-quiet"]);
  assert.ok(bare.kind === "run" && bare.command === "node");
  assert.deepEqual(bare.flags, { enableJaeger: true, jsonTrace: true, quiet: false });
  const said = parseArgs(["--enable-jaeger=false", "--json-trace=true"]);
  assert.ok(said.kind === "run");
  assert.deepEqual(said.flags, { enableJaeger: false, jsonTrace: true });
});
