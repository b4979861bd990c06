import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { OPTION_KEYS, specOf } from "../../lib/cli/options.ts";
import { commandLineYaml } from "../../lib/cli/reference.ts";
import { resolveSettings } from "../../lib/cli/settings.ts";
import { commandsPage } from "../../scripts/commands_page.ts";
import { fakeSystem } from "./fake_system.ts";

async function printed(args: readonly string[], options = {}): Promise<string> {
  const system = fakeSystem(options);
  assert.equal(await main(args, system), 0, system.err());
  return system.out();
}

Deno.test("`config show` tells each value with its source, and hides private ones", async () => {
  const env = { P2P_MPC_LOG_LEVEL: "net=debug" };
  const files = { "c.yml": "metrics_port: 7\n" };
  const args = ["config", "show", "-c", "c.yml", "--topic=a: b", "--input=123456"];
  const lines = (await printed(args, { env, files })).split("\n");
  assert.ok(lines.includes("metrics_port: 7 # c.yml"), lines.join("\n"));
  assert.ok(lines.includes('topics: [ "a: b" ] # --topic'));
  assert.ok(lines.includes("log_level: net=debug # P2P_MPC_LOG_LEVEL"));
  assert.ok(lines.includes("input: (hidden) # --input"));
  assert.ok(lines.includes("party: # default"));
});

Deno.test("what `config show` prints is a config file that means the same", async () => {
  const flags = ["--topic=a: b", "--topic=#c", "--max-gates=77", "--party=3", "--quiet"];
  const text = await printed(["config", "show", ...flags]);
  const system = fakeSystem({ files: { "c.yml": text } });
  const { settings } = await resolveSettings({ config: "c.yml" }, system);
  assert.deepEqual(settings.topic, ["a: b", "#c"]);
  assert.deepEqual([settings.maxGates, settings.party, settings.quiet], [77, 3, true]);
});

Deno.test("a word that a page's command does not know is an error with a suggestion", async () => {
  const cases = [
    { args: ["config", "shwo"], hint: /did you mean "show"/ },
    { args: ["completions", "bsh"], hint: /did you mean "bash"/ },
  ];
  for (const { args, hint } of cases) {
    const system = fakeSystem();
    assert.equal(await main(args, system), 2);
    assert.match(system.err(), hint);
  }
});

// feature: B49
Deno.test("cli.yml is the command line (UPDATE_SNAPSHOTS=1 rewrites it)", async () => {
  const file = new URL("../../cli.yml", import.meta.url);
  const text = commandLineYaml();
  if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") await Deno.writeTextFile(file, text);
  assert.equal(text, await Deno.readTextFile(file));
});

// feature: B49
Deno.test("docs/COMMANDS.md is the command line (UPDATE_SNAPSHOTS=1 rewrites it)", async () => {
  const file = new URL("../../docs/COMMANDS.md", import.meta.url);
  const text = commandsPage();
  if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") await Deno.writeTextFile(file, text);
  assert.equal(text, await Deno.readTextFile(file));
});

// feature: B49
Deno.test("the manual page has every option and no line that roff would take for a command", async () => {
  const page = await printed(["man"]);
  for (const key of OPTION_KEYS) {
    assert.ok(page.includes(`\\-\\-${specOf(key).name.replaceAll("-", "\\-")}\\fR`), key);
  }
  const known = /^\.(TH|SH|SS|TP|PP|nf|fi|B)\b|^[^.']|^$/;
  for (const line of page.split("\n")) assert.match(line, known);
});

/** What bash offers after `words`, of which the last is being typed. */
async function offered(words: readonly string[]): Promise<string[]> {
  const script = `${await printed(["completions", "bash"])}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _p2p_mpc; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, success } = await new Deno.Command("bash", {
    args: ["-c", script, "bash", ...words],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
}

function hasBash(): boolean {
  try {
    return new Deno.Command("bash", { args: ["--version"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "bash completes commands, flags and choices, and never evaluates a typed word",
  ignore: !hasBash(),
  async fn(): Promise<void> {
    assert.ok((await offered(["p2p-mpc", "jo"])).includes("join"));
    assert.deepEqual(await offered(["p2p-mpc", "--metrics-p"]), ["--metrics-port"]);
    assert.deepEqual(await offered(["p2p-mpc", "--log-format", "j"]), ["json"]);
    assert.deepEqual(await offered(["p2p-mpc", "completions", "f"]), ["fish"]);
    assert.deepEqual(await offered(["p2p-mpc", "--network-port", "1"]), []);
    const folder = await Deno.makeTempDir();
    try {
      for (
        const evil of [`$(touch ${folder}/x)`, `\`touch ${folder}/x\``, `';touch ${folder}/x;'`]
      ) {
        await offered(["p2p-mpc", evil]);
        await offered(["p2p-mpc", evil, "--t"]);
        await offered(["p2p-mpc", `-${evil}`]);
      }
      assert.deepEqual([...Deno.readDirSync(folder)], []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

// feature: B49
Deno.test("every option stands in the scripts of all shells", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const script = await printed(["completions", shell]);
    for (const key of OPTION_KEYS) {
      const { name } = specOf(key);
      assert.ok(
        script.includes(shell === "fish" ? `-l ${name} ` : `--${name}`),
        `${shell}: ${name}`,
      );
    }
  }
});
