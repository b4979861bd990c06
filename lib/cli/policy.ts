/** `policy check`: what a policy says of a session, point by point. */
import { AgreementError, UsageError } from "../base/mod.ts";
import { decodeDescription, type Description } from "../session/mod.ts";
import { findingText, policyOf } from "./consent/consent.ts";
import { judgeByPolicy } from "./consent/judge.ts";
import { readRuns } from "./consent/runs.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json.ts";
import type { Settings } from "./options.ts";
import { openPeerStore } from "./peer_store.ts";
import { messageOf } from "./report.ts";
import { unknownWord } from "./suggest.ts";
import { NOTE_BYTES_MAX } from "./text_file.ts";

/** The description in a receipt, or in the consent event of `--json`. */
async function readManifest(path: string, { system }: Context): Promise<Description> {
  const hint = "give a receipt, or a file with the consent event that --json printed";
  try {
    const value: unknown = JSON.parse(await system.readTextFile(path, NOTE_BYTES_MAX));
    const text = (value as { readonly description?: unknown } | null)?.description;
    const bytes = typeof text === "string" ? Uint8Array.fromBase64(text) : new Uint8Array(0);
    const description = decodeDescription(bytes);
    if (description !== undefined) return description;
  } catch (cause) {
    throw new UsageError(`Cannot read the manifest "${path}": ${messageOf(cause)}`, { hint });
  }
  throw new UsageError(`Cannot use the manifest "${path}": it has no description of a session`, {
    hint,
  });
}

/**
 * Checks a policy and, with `--manifest`, tells line by line what it says of that session.
 *
 * @throws {UsageError} if the policy or the manifest cannot be used.
 * @throws {AgreementError} if the policy does not allow the session.
 */
export async function policyCommand(
  settings: Settings,
  [action = "", path = ""]: readonly string[],
  context: Context,
): Promise<void> {
  if (action !== "check") throw unknownWord("action", action, ["check"]);
  const { peersFile, manifest, json } = settings;
  const policy = await policyOf({ policy: path, peersFile }, context);
  if (policy === undefined) throw new TypeError("Cannot check a policy without a path");
  if (manifest === undefined) {
    if (json) return writeJson(context, { v: 1, policy });
    return context.system.stdout.write(`the policy "${path}" is well formed\n`);
  }
  const description = await readManifest(manifest, context);
  const findings = judgeByPolicy(policy, {
    description,
    self: settings.party ?? policy.party,
    book: openPeerStore(peersFile, context.system).book(),
    now: context.system.now(),
    runs: policy.runs === undefined ? [] : readRuns(path),
  });
  const allowed = findings.every((finding) => finding.allowed);
  if (json) writeJson(context, { v: 1, allowed, confirm: policy.confirm, findings });
  else {
    for (const finding of findings) context.system.stdout.write(`${findingText(finding)}\n`);
    context.system.stdout.write(`${allowed ? "allowed" : "refused"}, confirm: ${policy.confirm}\n`);
  }
  if (allowed) return;
  throw new AgreementError(`Cannot consent: the policy "${path}" does not allow this session`, {
    hint: "the lines that begin with no say why",
  });
}
