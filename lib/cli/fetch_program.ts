/** The program of a session whose ticket is all that we have: fetched from its creator, checked, shown. */
import { AgreementError, ProgramError, UnreachableError } from "../base/mod.ts";
import type { Source } from "../garble/mod.ts";
import { fetchBlob, type Node, pause } from "../net/mod.ts";
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
  { joinTimeoutMs, sourceMax }: ComputeConfig,
  context: Context,
  { creator, addresses, program }: Ticket,
): Promise<Uint8Array> {
  const { observe, signal, system } = context;
  observe({ kind: "notice", text: "fetching the program from the creator of the ticket..." });
  const start = system.now();
  while (true) {
    signal.throwIfAborted();
    try {
      await node.dial({ peer: creator, addresses }, signal);
      const bytesMax = CHARACTER_BYTES * sourceMax;
      const request = { node, peer: creator, clock: systemClock, digest: program, bytesMax };
      return await counted(context, "blob", () => fetchBlob(request, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UnreachableError)) throw error;
      if (joinTimeoutMs !== undefined && system.now() - start >= joinTimeoutMs) {
        throw new UnreachableError(`Cannot fetch the program: ${error.message}`, {
          cause: error,
          hint:
            "is the creator still waiting? with the file of the program, --program needs nobody",
        });
      }
    }
    await pause(RETRY_MS, system, signal);
  }
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
