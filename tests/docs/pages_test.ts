/** What the documents promise to name is there, and what they name exists. */
import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { LAYERS } from "../../scripts/lint_plugin.ts";
import { documents } from "./blocks.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string): Promise<string> => Deno.readTextFile(new URL(path, ROOT));

/** The anchors of the headings of a text, as they are made of them where it is shown. */
function anchorsOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
    ),
  );
}

/** Where a link or a picture leads. */
const LINK = /(?:(?:src|srcset)="|\]\()([^)"\s]+)/g;

Deno.test("every link of a document leads to a file and a heading that exist", async () => {
  const texts = await documents();
  texts.set("docs/LANGUAGE.md", await read("docs/LANGUAGE.md"));
  let checked = 0;
  for (const [path, text] of texts) {
    const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "`x`");
    for (const [, link = ""] of prose.matchAll(LINK)) {
      if (/^https?:/.test(link)) continue;
      const [file = "", anchor] = link.split("#");
      const url = file === "" ? new URL(path, ROOT) : new URL(file, new URL(path, ROOT));
      await Deno.stat(url).catch(() => assert.fail(`${path}: ${link}`));
      if (anchor !== undefined) {
        assert.ok(anchorsOf(await Deno.readTextFile(url)).has(anchor), `${path}: ${link}`);
      }
      checked++;
    }
  }
  assert.ok(checked > 30, `${checked} links`);
});

// feature: B65
Deno.test("docs/ARCHITECTURE.md has every layer and every folder of tests", async () => {
  const text = await read("docs/ARCHITECTURE.md");
  for (const layer of Object.keys(LAYERS)) {
    assert.match(text, new RegExp(`^\\| \`${layer}\` \\|`, "m"));
  }
  const named = ["contract", "sim", "reference", "e2e", "system", "bench"];
  for (const folder of named) assert.ok(text.includes(`tests/${folder}`), folder);
});

// feature: B14, B66, B89, B91, B92
Deno.test("README.md says what is needed, how to run, build, test and check, and whom to thank", async () => {
  const text = await read("README.md");
  assert.match(text, /You need Node's `npm`, or \[Deno\]/);
  for (const task of ["dev", "compile", "test", "check", "ok"]) {
    assert.ok(task in manifest.tasks && text.includes(`deno task ${task}\``), task);
  }
  assert.match(text, /CONTRIBUTING\.md/);
  assert.match(await read("CONTRIBUTING.md"), /Issues and pull requests are welcome/);
  assert.match(text, /^## Resources and acknowledgments$/m);
  for (const name of ["libp2p", "gossipsub", "Kademlia", "Prometheus", "OpenTelemetry"]) {
    assert.match(text, new RegExp(`\\[${name}[^\\]]*\\]\\(https://`), name);
  }
});

// feature: B67
Deno.test("docs/DEPENDENCIES.md names every package of deno.json", async () => {
  const text = await read("docs/DEPENDENCIES.md");
  const missing = Object.keys(manifest.imports).filter((name) => !text.includes(`\`${name}\``));
  assert.deepEqual(missing, []);
});

// feature: B90
Deno.test("the license is MIT", async () => {
  assert.match(await read("LICENSE"), /^MIT License\n[\s\S]*Permission is hereby granted/);
  assert.match(await read("README.md"), /^MIT, see \[LICENSE\]\(LICENSE\)\.$/m);
});
