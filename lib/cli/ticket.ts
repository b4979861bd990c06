/** `ticket show`: what a ticket says, without joining; and where the ticket of other commands comes from. */
import { CredentialError, toHex } from "../base/mod.ts";
import { decodeTicket, type Ticket, TICKET_PREFIX } from "../session/mod.ts";
import type { Context } from "./context.ts";
import { digestText } from "./digest_text.ts";
import { writeJson } from "./json.ts";
import type { Settings } from "./options.ts";
import { STDIN } from "./input_file.ts";
import { isForPreprocessing } from "./plan.ts";
import { messageOf } from "./report.ts";
import { unknownWord } from "./suggest.ts";
import { NOTE_BYTES_MAX } from "./text_file.ts";

/**
 * The text of a ticket from what stands on the command line: the ticket, `-` for standard input, or a file.
 *
 * @throws {CredentialError} if it cannot be read.
 */
export async function ticketText(operand: string, { system, signal }: Context): Promise<string> {
  if (operand === STDIN) {
    const typed = await system.ask("> The ticket (hidden): ", { signal, hidden: true });
    signal.throwIfAborted();
    if (typed !== undefined) return typed;
  } else if (operand.trim().startsWith(TICKET_PREFIX) || !/[./\\]/.test(operand)) return operand;
  try {
    return operand === STDIN
      ? await system.readStdin(NOTE_BYTES_MAX)
      : await system.readTextFile(operand, NOTE_BYTES_MAX);
  } catch (cause) {
    throw new CredentialError(`Cannot read the ticket "${operand}": ${messageOf(cause)}`, {
      hint: "give the ticket itself, the path of a file with it, or - for standard input",
    });
  }
}

/** Shows what a ticket says, but not its secret. @throws {CredentialError} if it is none. */
export async function ticketCommand(
  { json }: Settings,
  [action = "", operand = ""]: readonly string[],
  context: Context,
): Promise<void> {
  if (action !== "show") throw unknownWord("action", action, ["show"]);
  const { system } = context;
  // Why 0: a ticket that has expired is worth a look, too.
  const ticket = decodeTicket(await ticketText(operand, context), 0);
  const facts = factsOf(ticket, system.now());
  if (json) return writeJson(context, { v: 1, ...facts });
  for (const [name, value] of Object.entries(facts)) {
    const text = Array.isArray(value) ? value.join(" ") || "none" : String(value);
    system.stdout.write(`${name}: ${text}\n`);
  }
}

/** The relays through which some of the addresses lead. */
function relaysOf(addresses: readonly string[]): string[] {
  const relays = addresses.flatMap((address) => {
    const [relay = "", ...rest] = address.split("/p2p-circuit");
    return rest.length === 0 ? [] : [relay];
  });
  return [...new Set(relays)];
}

function factsOf(ticket: Ticket, now: number): Readonly<Record<string, unknown>> {
  const { creator, addresses, parties, program, session, expiry } = ticket;
  const forWhat = isForPreprocessing(ticket) ? "preprocessing" : "computation";
  return {
    for: forWhat,
    creator,
    addresses,
    relays: relaysOf(addresses),
    parties,
    ...(forWhat === "computation" ? { program: digestText(program) } : {}),
    topic: toHex(session),
    expires: new Date(expiry * 1000).toISOString(),
    expired: expiry * 1000 <= now,
  };
}
