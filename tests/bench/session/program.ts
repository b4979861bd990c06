/** What the two programs of this folder share: output, and errors of ours as the command line shows them. */
import { MpcError } from "../../../lib/base/mod.ts";
import { report } from "../../../lib/cli/report.ts";

/** Writes a line to stdout. */
export function print(value: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${value}\n`));
}

/** Runs `main` with the arguments of the process; an error of ours ends in its exit code. */
export async function runProgram(main: (args: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof MpcError)) throw error;
    const write = (text: string): void => {
      Deno.stderr.writeSync(new TextEncoder().encode(text));
    };
    Deno.exit(report(error, { write, debug: false }));
  }
}
