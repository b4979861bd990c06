import assert from "node:assert/strict";
import { TESTED_DENO } from "../../lib/cli/doctor/machine.ts";

/** The Deno versions that a file names, as `deno@1.2.3`. */
async function versionsIn(path: string): Promise<Set<string>> {
  const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
  return new Set(
    [...text.matchAll(/deno(?:@|-version: ")(\d+\.\d+\.\d+)/g)].map((match) => match[1] ?? ""),
  );
}

// feature: B14
Deno.test("README, .ci/run, deno.json, the release workflow and the doctor name one version of Deno, the one that runs", async () => {
  for (const path of ["README.md", ".ci/run", "deno.json", ".github/workflows/release.yml"]) {
    assert.deepEqual(await versionsIn(path), new Set([Deno.version.deno]), path);
  }
  assert.equal(TESTED_DENO, Deno.version.deno);
});
