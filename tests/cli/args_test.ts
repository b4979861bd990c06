import assert from "node:assert/strict";
import fc from "fast-check";
import { buildTree, parseArgs } from "../../lib/cli/args.ts";
import { type CommandName, OPTION_KEYS, OPTIONS, specOf } from "../../lib/cli/options.ts";
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
