/** On a real terminal: an input that is asked for is not shown while it is typed. */
import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url).pathname;
const TYPED = "3735928\x7f559\n";

/** Whether `script` of util-linux is there, which runs a command on a terminal of its own. */
function hasScript(): boolean {
  try {
    const { stdout } = new Deno.Command("script", { args: ["--version"] }).outputSync();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch {
    return false;
  }
}

// feature: D5
Deno.test({
  name: "an input that is typed at a terminal is not shown, and Ctrl-C at the question ends all",
  ignore: !hasScript(),
  async fn(): Promise<void> {
    for (
      const { keys, code, end } of [
        { keys: TYPED, code: 4, end: /did not come within 1 s/ },
        { keys: "\x03", code: 130, end: /Interrupted/ },
      ]
    ) {
      const flags = "--program=.add.garble.rs --listen=/ip4/127.0.0.1/tcp/0 --join-timeout=1";
      const line = `'${Deno.execPath()}' run --quiet -A main.ts ${flags} new`;
      const child = new Deno.Command("script", {
        args: ["-qefc", line, "/dev/null"],
        cwd: ROOT,
        ...{ stdin: "piped", stdout: "piped", stderr: "null" },
      }).spawn();
      const keyboard = child.stdin.getWriter();
      let shown = "";
      let typed = false;
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        shown += text;
        if (typed || !shown.includes("(hidden): ")) continue;
        typed = true;
        await keyboard.write(new TextEncoder().encode(keys));
      }
      await keyboard.close().catch(() => {});
      const ended = await child.status;
      assert.equal(ended.code, code, shown);
      assert.match(shown, end);
      assert.match(shown, /Your input, x: u32 \(hidden\): /);
      assert.doesNotMatch(shown, /373592/);
    }
  },
});
