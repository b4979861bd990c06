/** `verify`: what a receipt proves. */
import { AgreementError, CredentialError, equal, UsageError, utf8 } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import { verifySignature } from "../net/mod.ts";
import { checkReceipt, decodeReceipt, type Receipt, resultText } from "../session/mod.ts";
import type { Context } from "./context.ts";
import { digestText } from "./digest_text.ts";
import { writeJson } from "./json.ts";
import type { Settings } from "./options.ts";
import { messageOf } from "./report.ts";
import { DATA_BYTES_MAX, NOTE_BYTES_MAX } from "./text_file.ts";

async function readReceipt(path: string, { system }: Context): Promise<Receipt> {
  let text: string;
  try {
    text = await system.readTextFile(path, NOTE_BYTES_MAX);
  } catch (cause) {
    throw new UsageError(`Cannot read the receipt "${path}": ${messageOf(cause)}`, {
      hint: "give the path of a file that --receipt wrote",
    });
  }
  const reading = decodeReceipt(text);
  if (reading.ok) return reading.receipt;
  throw new CredentialError(`Cannot verify "${path}": ${reading.problem}`, {
    hint: "a receipt is a file that --receipt wrote; not a character of it may be changed",
  });
}

/**
 * Checks a receipt and tells on stdout what it proves.
 *
 * @throws {CredentialError} if it is none, a signature is wrong, or two parties state different things.
 * @throws {AgreementError} if it is for another program than that of `--program`.
 */
export async function verifyReceipt(
  settings: Settings,
  path: string,
  context: Context,
): Promise<void> {
  const { system } = context;
  const receipt = await readReceipt(path, context);
  const { description } = receipt;
  const findings = await checkReceipt(receipt, { verify: verifySignature });
  if (settings.program !== undefined) {
    const text = await system.readTextFile(settings.program, DATA_BYTES_MAX).catch((cause) => {
      throw new UsageError(`Cannot read program "${settings.program}": ${messageOf(cause)}`);
    });
    if (!equal(sha256(utf8(text)), description.program)) {
      throw new AgreementError(
        `Cannot verify "${path}": it is for program ${digestText(description.program)}, ` +
          `and "${settings.program}" is ${digestText(sha256(utf8(text)))}`,
        { hint: "give the file that was computed, byte for byte" },
      );
    }
  }
  const valid = findings.every(({ verdict }) => verdict !== "false");
  if (settings.json) {
    writeJson(context, {
      ...{ v: 1, ok: valid, program: digestText(description.program) },
      ...{ outputs: description.outputParties, findings },
    });
  } else {
    system.stdout.write(`program ${digestText(description.program)}, ${resultText(description)}\n`);
    for (const { verdict, text } of findings) {
      system.stdout.write(`${verdict.padEnd(7)}  ${text}\n`);
    }
  }
  if (valid) return;
  throw new CredentialError(`Cannot verify "${path}": what is marked as false is not so`, {
    hint: "somebody changed the receipt, or a party signed what is not true",
  });
}
