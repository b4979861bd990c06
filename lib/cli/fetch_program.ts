/** The program of a session whose ticket is all that we have: fetched from its creator, checked, shown. */
import {
  AgreementError,
  ConnectionError,
  type MpcError,
  ProgramError,
  UnreachableError,
} from "../base/mod.ts";
import type { Source } from "../garble/mod.ts";
import { fetchBlob, type Node, NotOfferedError, pause } from "../net/mod.ts";
import { inSpan, sanitizeLines } from "../observability/mod.ts";
import { systemClock, type Ticket } from "../session/mod.ts";
import type { ComputeConfig } from "./config.ts";
import { digestText } from "./digest_text.ts";
import { isYes } from "./consent/ask.ts";
import type { Context } from "./context.ts";
import { withNode } from "./meeting.ts";
import { counted } from "./targets.ts";

/** Time between two attempts to reach the creator, in milliseconds. */
const RETRY_MS = 500;
/** Time between two lines that say why there is no program yet, in milliseconds. */
const TELL_MS = 10_000;
/** Most bytes of one character in UTF-8. */
const CHARACTER_BYTES = 4;

/**
 * Checks that the program of a ticket, or the own one, is what the user expects.
 *
 * @throws {AgreementError} if it is another one.
 */
export function checkExpected(
  expected: string | undefined,
  program: Uint8Array,
  isTicket: boolean,
): void {
  if (expected === undefined || expected === digestText(program)) return;
  const [whose, hint] = isTicket
    ? ["the ticket is for program", "ask the creator of the ticket which program it is for"]
    : ["--program is", "give the program that --expect-program is the digest of"];
  throw new AgreementError(
    `Cannot take part: ${whose} ${digestText(program)}, not ${expected}`,
    { hint },
  );
}

/**
 * The text of the ticket's program, from the creator, with the consent of the user: nobody takes a seat in a session
 * whose program he does not want.
 *
 * @throws {UnreachableError} if the creator cannot be reached in time.
 * @throws {AgreementError} if nobody consents.
 * @throws {ProgramError} if it is no text.
 */
export async function fetchProgram(
  config: ComputeConfig,
  context: Context,
  ticket: Ticket,
): Promise<Source> {
  const { observe } = context;
  const bytes = await inSpan(
    observe,
    { name: "fetch program" },
    () => withNode(config, context, (node) => fetched(node, config, context, ticket)),
  );
  const name = "the creator's program";
  const source = { name, text: textOf(bytes) };
  if (config.expectProgram === undefined && config.policy === undefined) {
    await inSpan(observe, { name: "ask consent" }, () => consent(source, context, ticket));
  }
  return source;
}

async function fetched(
  node: Node,
  { joinTimeoutMs, waitTimeMs, sourceMax }: ComputeConfig,
  context: Context,
  { creator, addresses, program }: Ticket,
): Promise<Uint8Array> {
  const { observe, signal, system } = context;
  observe({ kind: "notice", text: "fetching the program from the creator of the ticket..." });
  const start = system.now();
  let last = `no answer of ${creator}`;
  const tell = (): () => void => {
    let cancel = system.after(TELL_MS, () => {
      observe({ kind: "notice", text: `no program yet: ${last}; trying again...` });
      cancel = tell();
    });
    return () => cancel();
  };
  const stopTelling = tell();
  try {
    while (true) {
      signal.throwIfAborted();
      try {
        await node.dial({ peer: creator, addresses }, signal);
        const bytesMax = CHARACTER_BYTES * sourceMax;
        const request = { node, peer: creator, clock: systemClock, digest: program, bytesMax };
        return await counted(context, "blob", () => fetchBlob(request, signal));
      } catch (error) {
        signal.throwIfAborted();
        if (!mayPass(error)) throw error;
        last = error.message;
        // Why the wait time: it bounds the first contact of the session that follows, too.
        if (system.now() - start >= (joinTimeoutMs ?? waitTimeMs)) {
          throw new UnreachableError(`Cannot fetch the program from ${creator}: ${last}`, {
            hint:
              "is the creator still waiting? with the file of the program, --program needs nobody",
          });
        }
      }
      await pause(RETRY_MS, system, signal);
    }
  } finally {
    stopTelling();
  }
}

/** Whether it may go better the next time: the creator cannot be reached, or has too much to do. */
function mayPass(error: unknown): error is MpcError {
  if (error instanceof NotOfferedError) return false;
  return error instanceof UnreachableError || error instanceof ConnectionError;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ProgramError("Cannot use the creator's program: it is no text", { cause });
  }
}

/** Shows the program and asks. */
async function consent(
  { name, text }: Source,
  { system, signal }: Context,
  { program }: Ticket,
): Promise<void> {
  const digest = digestText(program);
  system.stderr.write(`> ${name}, ${digest}:\n    ${sanitizeLines(text.trimEnd(), "    ")}\n`);
  const answer = await system.ask("> Use your input in this program? [y/N] ", { signal });
  signal.throwIfAborted();
  if (isYes(answer)) return;
  const why = answer === undefined
    ? "nobody is there to consent to it"
    : "no consent by this party";
  throw new AgreementError(`Cannot join the session with ${name}: ${why}`, {
    hint: `--expect-program=${digest} consents to this program without a question`,
  });
}
