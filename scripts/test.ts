/**
 * Runs one tier of tests and ends with the line `N passed, N failed, N skipped`, counted from the
 * test runner's own report.
 *
 * usage: deno run scripts/test.ts [--slow] [flags of deno test] FOLDER…
 */

/** Result counts of a tier. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the test cases of a JUnit report. */
export function countCases(junit: string): Counts {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const match of junit.matchAll(/<testcase\b[^>]*?(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const body = match[2] ?? "";
    if (/<(failure|error)\b/.test(body)) failed++;
    else if (/<skipped\b/.test(body)) skipped++;
    else passed++;
  }
  return { passed, failed, skipped };
}

const PERMISSIONS = ["read", "write", "env", "net", "run", "sys"].map((name) => `--allow-${name}`);

async function main(args: readonly string[]): Promise<number> {
  const rest = args.filter((arg) => arg !== "--slow");
  // Why --allow-all at times: nothing less lets the driver of a browser look below /proc.
  const permissions = rest.includes("--allow-all") ? [] : PERMISSIONS;
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--quiet", ...permissions, `--junit-path=${report}`, ...rest],
      env: args.includes("--slow") ? { P2P_MPC_SLOW: "1" } : {},
      stdin: "null",
    }).spawn().status;
    const { passed, skipped, ...counted } = countCases(await Deno.readTextFile(report));
    // Why: a file that cannot be loaded is no test case of the report.
    const failed = Math.max(counted.failed, code === 0 ? 0 : 1);
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`;
    await Deno.stdout.write(new TextEncoder().encode(line));
    return failed > 0 || passed === 0 ? 1 : 0;
  } finally {
    await Deno.remove(report);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
