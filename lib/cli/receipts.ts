/** Receipts of a session as files. */
import { exitCodeOf } from "../base/mod.ts";
import { encodeReceipt, type Ending as EndingOf, stateEnding } from "../session/mod.ts";
import type { Context } from "./context.ts";
import { messageOf } from "./report.ts";

/** A session that is over for this party. */
export interface Ending extends EndingOf {
  /** Path of the receipt; undefined: none is kept, but the others get our statement. */
  readonly path: string | undefined;
}

/** Tells the others that this party has finished, and keeps what they say. A failure is told, and harms nothing. */
export async function finishWithReceipt(ending: Ending, context: Context): Promise<void> {
  await write(ending, 0, context);
}

/** Keeps what there is of a session that failed for this party with `error`. */
export async function failWithReceipt(
  ending: Ending,
  error: unknown,
  context: Context,
): Promise<void> {
  if (ending.path !== undefined) await write(ending, exitCodeOf(error), context);
}

async function write(
  ending: Ending,
  outcome: number,
  { system, observe }: Context,
): Promise<void> {
  const { session: { channel }, path } = ending;
  const receipt = await stateEnding(ending, outcome);
  if (path === undefined) return;
  try {
    await system.writePrivateFile(path, encodeReceipt(receipt));
    const text =
      `the receipt "${path}" has ${receipt.statements.size} of ${channel.parties} statements`;
    observe({ kind: "notice", text });
  } catch (error) {
    const text = `the receipt "${path}" cannot be written: ${messageOf(error)}`;
    observe({ kind: "log", level: "error", module: "receipt", text });
  }
}
