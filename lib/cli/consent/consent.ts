/** Before the input of a party is used: what it sees, and how it comes to its yes or no. */
import { AgreementError, shortPeer, UsageError } from "../../base/mod.ts";
import type { Node } from "../../net/mod.ts";
import type { ConsentDecision } from "../../observability/mod.ts";
import { type Description, encodeDescription, sessionHash } from "../../session/mod.ts";
import type { ComputeConfig } from "../config.ts";
import type { Context } from "../context.ts";
import { digestText } from "../digest_text.ts";
import type { EventWriter } from "../json_events.ts";
import type { LoadedFacts } from "../loaded.ts";
import { openPeerStore } from "../peer_store.ts";
import { askConsent } from "./ask.ts";
import { decideByFlags, readExpectedPeers, unexpected } from "./decide.ts";
import { checkNames, type Finding, judgeByPolicy } from "./judge.ts";
import { type Policy, readPolicy } from "./policy_file.ts";
import { readRuns, takeRun } from "./runs.ts";
import { type Scene, screenLines } from "./screen.ts";
import { verifyWords } from "./words.ts";

/** What a party brings to the question whether it consents. */
export interface Consent {
  readonly config: ComputeConfig;
  readonly context: Context;
  readonly events: EventWriter;
  /** The policy of `config`, if it names one. */
  readonly policy: Policy | undefined;
}

/** Who has decided where nobody was asked. */
const POLICY = "policy";

/** What came of the question. */
interface Decision {
  readonly yes: boolean;
  /** Flags, policy or person, with what they said. */
  readonly by: string;
}

/** The policy that the config names, if it does. @throws {UsageError} if it cannot be used. */
export async function policyOf(
  { policy: path, peersFile }: Pick<ComputeConfig, "policy" | "peersFile">,
  { system }: Context,
): Promise<Policy | undefined> {
  if (path === undefined) return undefined;
  const policy = await readPolicy(path, system);
  checkNames(policy, openPeerStore(peersFile, system).book());
  return policy;
}

/** The peers of `--expect-peers`. @throws {UsageError} if the file cannot be used. */
async function expectedPeers(
  { expectPeers }: ComputeConfig,
  { reputation }: Node,
  { system }: Context,
): Promise<ReadonlySet<string> | undefined> {
  return expectPeers === undefined
    ? undefined
    : await readExpectedPeers(expectPeers, reputation.book(), system);
}

/**
 * The consent of this party to agreed descriptions: shows what was agreed on, and decides by flags, by policy, or by
 * asking.
 */
export async function consentTo(
  consent: Consent,
  program: LoadedFacts,
  node: Node,
): Promise<(description: Description, signal: AbortSignal) => Promise<boolean>> {
  const { config, context, events } = consent;
  // Why before the meeting: a file that cannot be used is told while nobody waits for us.
  const expected = await expectedPeers(config, node, context);
  return async (description, signal) => {
    const sid = sessionHash(encodeDescription(description));
    const self = description.roster.find(({ peer }) => peer === node.peerId)?.party ?? 0;
    const words = await verifyWords(sid);
    const { reputation } = node;
    const ownProgram = !config.fetch;
    const scene: Scene = { description, sid, self, program, ownProgram, reputation, words };
    for (const text of screenLines(scene)) context.observe({ kind: "notice", text });
    events.consent(scene);
    if (expected !== undefined) requireExpected(scene, expected, context);
    const { yes, by } = await decide(consent, scene, expected, { node, signal })
      .catch((cause) => onlyAgreed(cause, context));
    const granted = by === POLICY ? "policy_granted" : "granted";
    context.observe({ kind: "consent", decision: yes ? granted : "refused" });
    context.observe({ kind: "notice", text: `${yes ? "consent" : "no consent"} by ${by}` });
    return yes;
  };
}

/** Why: the others are told the reason of a refusal, but nothing of the files of this machine. */
function onlyAgreed(cause: unknown, context: Context): never {
  if (!(cause instanceof UsageError)) throw cause;
  const error = new AgreementError(
    "Cannot start the session: no consent by this party: what it goes by cannot be used",
    { cause, ...(cause.hint === undefined ? {} : { hint: cause.hint }) },
  );
  throw refusal(error, context);
}

/** `error`, having told that this party does not consent. */
function refusal(
  error: AgreementError,
  { observe }: Context,
  decision: ConsentDecision = "refused",
): AgreementError {
  observe({ kind: "consent", decision });
  return error;
}

function requireExpected(
  { description, self }: Scene,
  expected: ReadonlySet<string>,
  context: Context,
): void {
  const [stranger] = unexpected(description.roster, self, expected);
  if (stranger === undefined) return;
  const { party, peer } = stranger;
  const error = new AgreementError(
    `Cannot start the session: no consent by this party: it does not expect party ${party}`,
    { hint: `${peer} is not named in the file of --expect-peers` },
  );
  throw refusal(error, context);
}

async function decide(
  consent: Consent,
  scene: Scene,
  expected: ReadonlySet<string> | undefined,
  asking: { readonly node: Node; readonly signal: AbortSignal },
): Promise<Decision> {
  const { config, context, policy } = consent;
  const { description, ownProgram } = scene;
  if (policy !== undefined && config.policy !== undefined) {
    const why = decideByPolicy(policy, config.policy, scene, context);
    if (why === undefined && !config.verify) return { yes: true, by: POLICY };
    return await decideByPerson(consent, scene, asking, why ?? "--verify asks in any case");
  }
  const decision = decideByFlags(config, { description, ownProgram, expected });
  if (decision.kind === "consent") return { yes: true, by: decision.why };
  return await decideByPerson(consent, scene, asking, decision.why);
}

/** Why somebody must be asked although the policy allows the session. @throws {AgreementError} if it does not. */
function decideByPolicy(
  policy: Policy,
  path: string,
  { description, self, reputation }: Scene,
  context: Context,
): string | undefined {
  const { system, observe } = context;
  const runs = policy.runs === undefined ? [] : readRuns(path);
  const now = system.now();
  const book = reputation.book();
  const findings = judgeByPolicy(policy, { description, self, book, now, runs });
  const denied = findings.filter(({ allowed }) => !allowed);
  for (const finding of denied) observe({ kind: "notice", text: findingText(finding) });
  if (denied.length === 0 && policy.runs !== undefined) {
    if (!takeRun({ path, limit: policy.runs, now })) denied.push({ allowed: false, text: "runs" });
  }
  if (denied.length > 0) {
    const error = new AgreementError(
      "Cannot start the session: no consent by this party: its policy does not allow it",
      { hint: `"${path}" refuses: ${denied.map(({ text }) => text).join("; ")}` },
    );
    throw refusal(error, context, "policy_refused");
  }
  const strangers = description.roster.filter(({ party, peer }) => {
    return party !== self && reputation.standing(peer) !== "trusted";
  });
  if (policy.confirm === "always") return "the policy wants a person to confirm";
  if (policy.confirm === "unknown" && strangers.length > 0) {
    const names = strangers.map(({ peer }) => shortPeer(peer)).join(", ");
    return `the policy wants a person to confirm peers that are not trusted: ${names}`;
  }
  return undefined;
}

/** A line of what a policy says. */
export function findingText({ allowed, text }: Finding): string {
  return `${allowed ? "yes" : "no "}: ${text}`;
}

async function decideByPerson(
  { config, context }: Consent,
  scene: Scene,
  { node, signal }: { readonly node: Node; readonly signal: AbortSignal },
  why: string,
): Promise<Decision> {
  const { system } = context;
  const answer = await askConsent(scene, {
    ...{ system, signal },
    trust(peer): void {
      node.reputation.trust(peer, true);
      openPeerStore(config.peersFile, system).update((kept) => kept.trust(peer, true));
    },
  });
  signal.throwIfAborted();
  if (answer !== undefined) return { yes: answer, by: "the user" };
  const { program, outputParties } = scene.description;
  throw refusal(nobodyToAsk(why, digestText(program), outputParties), context);
}

/** The error when consent needs a person, and there is none. */
function nobodyToAsk(why: string, program: string, outputs: readonly number[]): AgreementError {
  return new AgreementError(
    `Cannot start the session: nobody is there to consent to it, and ${why}`,
    {
      hint: `--expect-program=${program} and --output-parties=${outputs.join(",")} consent to ` +
        "these, and --policy=<file> to what it allows",
    },
  );
}

/** Early refusal of a question that nobody can answer later. @throws {UsageError} if standard input is no terminal. */
export function requirePerson({ verify }: ComputeConfig, { system }: Context): void {
  if (!verify || system.answers) return;
  throw new UsageError("Cannot ask for consent: standard input is no terminal", {
    hint: "leave --verify out, or let a person answer",
  });
}
