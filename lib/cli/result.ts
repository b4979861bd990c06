/** Where the result of a computation goes. */
import { PanicError, UsageError } from "../base/mod.ts";
import { showType } from "../garble/mod.ts";
import type { ComputeConfig } from "./config.ts";
import type { Context } from "./context.ts";
import type { EventWriter } from "./json_events.ts";
import { type LoadedFacts, resultOf, type ResultText } from "./loaded.ts";
import { messageOf } from "./report.ts";
import { requireWritten } from "./written.ts";

/** What came of a computation for this party. */
export interface Outcome {
  /** The output bits, packed; undefined for a party that gets no result. */
  readonly output: Uint8Array | undefined;
  /** The parties that get the result. */
  readonly receivers: readonly number[];
}

/**
 * Gives the result to whom it belongs on this machine: a file, or standard output, whose last line it is then.
 *
 * @throws {PanicError} if the program panicked.
 */
export async function showResult(
  config: ComputeConfig,
  program: LoadedFacts,
  { output, receivers }: Outcome,
  { context, events }: { readonly context: Context; readonly events: EventWriter },
): Promise<void> {
  const { observe } = context;
  if (output === undefined) {
    events.other("done", { outputs: receivers });
    const who = `${receivers.length === 1 ? "party" : "parties"} ${receivers.join(", ")}`;
    return observe({ kind: "notice", text: `done; the result went to ${who}` });
  }
  const outcome = resultOf(program, output, config.outputFormat);
  if (outcome.kind === "panic") {
    throw new PanicError(`The program panicked on line ${outcome.line}: ${outcome.text}`);
  }
  if (config.outputFile === undefined) return show(config, program, outcome, { context, events });
  try {
    await context.system.writePrivateFile(config.outputFile, `${outcome.text}\n`);
  } catch (cause) {
    show(config, program, outcome, { context, events });
    throw new UsageError(`Cannot write the result "${config.outputFile}": ${messageOf(cause)}`, {
      hint: "it is shown instead",
    });
  }
  events.other("output-file", { path: config.outputFile });
  observe({ kind: "notice", text: `the result is in "${config.outputFile}"` });
}

function show(
  { quiet }: ComputeConfig,
  program: LoadedFacts,
  { text, json }: ResultText,
  { context: { system }, events }: { readonly context: Context; readonly events: EventWriter },
): void {
  const line = quiet ? `${text}\n` : `The result is ${text}\n`;
  if (events.enabled) {
    events.result({ text, type: showType(program.result) }, { name: "value", json });
  } else system.stdout.write(line);
  // Why: it cannot be computed again without new consent, so that it must not be lost.
  if (system.stdout.lost() !== undefined) system.stderr.write(`\n${line}`);
  requireWritten(system, "the result");
}
