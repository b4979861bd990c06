/** Receipts: a session that is over, in a form that others can check without having taken part. */
import { z } from "zod";
import { equal, toBase64, toHex } from "../base/mod.ts";
import {
  decodeDescription,
  type Description,
  encodeDescription,
  sessionHash,
} from "./description.ts";
import type { Identity } from "./ports.ts";
import {
  decodeStatement,
  type SignedStatement,
  signedStatementBytes,
  type Statement,
} from "./statement.ts";
import { signedBytes } from "./step_agree.ts";

/** A session and what its parties have signed. */
export interface Receipt {
  /** What all agreed on. */
  readonly description: Description;
  /** Signatures of {@linkcode signedBytes}, by party: who consented. */
  readonly consents: ReadonlyMap<number, Uint8Array<ArrayBuffer>>;
  /** Statements by party, of those who finished. */
  readonly statements: ReadonlyMap<number, SignedStatement>;
}

/** Longest file, in characters. */
const RECEIPT_LENGTH_MAX = 1 << 20;
const KIND = "p2p-mpc receipt";

const base64 = z.string().max(1 << 17).transform((text, context) => {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    context.addIssue({ code: "custom", message: "it is no base64" });
    return z.NEVER;
  }
});
const party = z.int().min(0).max(63);

const SCHEMA = z.strictObject({
  v: z.literal(1),
  kind: z.literal(KIND),
  session: z.string(),
  summary: z.unknown(),
  description: base64,
  consents: z.array(z.strictObject({ party, signature: base64 })).max(64),
  statements: z.array(z.strictObject({ party, body: base64, signature: base64 })).max(64),
});

/** What people read in a receipt; checked to be that of the description. */
function summaryOf(description: Description): Readonly<Record<string, unknown>> {
  const { program, entry, engine, roster, outputParties, circuit, deadline } = description;
  return {
    program: `sha256:${toHex(program)}`,
    entry,
    engine,
    parties: roster.map(({ party, peer }) => ({ party, peer })),
    outputs: outputParties,
    and_gates: circuit.ands,
    deadline: new Date(deadline * 1000).toISOString(),
  };
}

/** The text of a receipt: JSON. */
export function encodeReceipt({ description, consents, statements }: Receipt): string {
  const bytes = encodeDescription(description);
  const value = {
    v: 1,
    kind: KIND,
    session: toHex(sessionHash(bytes)),
    summary: summaryOf(description),
    description: toBase64(bytes),
    consents: [...consents].map(([party, signature]) => {
      return { party, signature: toBase64(signature) };
    }),
    statements: [...statements].map(([party, { body, signature }]) => {
      return { party, body: toBase64(body), signature: toBase64(signature) };
    }),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A receipt, or what is wrong with the text. */
export type ReceiptReading =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly problem: string };

/** Reads a receipt; what it says for people must be what its bytes say. Signatures are not checked here. */
export function decodeReceipt(text: string): ReceiptReading {
  const refuse = (problem: string): ReceiptReading => ({ ok: false, problem });
  if (text.length > RECEIPT_LENGTH_MAX) return refuse("it is too long");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("it is no JSON");
  }
  const read = SCHEMA.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refuse(`${issue?.path.join(".") || "the file"}: ${issue?.message}`);
  }
  const { session, summary, description: bytes, consents, statements } = read.data;
  const description = decodeDescription(bytes);
  if (description === undefined) return refuse("description: it is none");
  if (session !== toHex(sessionHash(new Uint8Array(bytes)))) {
    return refuse("session: it is not the hash of the description");
  }
  if (JSON.stringify(summary) !== JSON.stringify(summaryOf(description))) {
    return refuse("summary: it is not that of the description");
  }
  return {
    ok: true,
    receipt: {
      description,
      consents: new Map(consents.map(({ party, signature }) => [party, signature])),
      statements: new Map(statements.map(({ party, ...signed }) => [party, signed])),
    },
  };
}

/** One thing that was checked. */
export interface ReceiptFinding {
  /** `missing`: it is not there; `false`: what is there is not right. */
  readonly verdict: "true" | "missing" | "false";
  /** What, in words. */
  readonly text: string;
}

/** Checks every signature of a receipt, and that the two ends of each link say the same. */
export async function checkReceipt(
  receipt: Receipt,
  identity: Pick<Identity, "verify">,
): Promise<ReceiptFinding[]> {
  const { description, consents, statements } = receipt;
  const sid = sessionHash(encodeDescription(description));
  const findings: ReceiptFinding[] = [];
  const stated: Statement[] = [];
  for (const { party, peer } of description.roster) {
    const consent = consents.get(party);
    const consented = consent !== undefined &&
      await identity.verify({ peer, bytes: signedBytes(sid), signature: consent });
    findings.push(finding(consent !== undefined, consented, `party ${party} consented`));
    const signed = statements.get(party);
    const statement = signed && decodeStatement(signed.body, description.roster.length);
    const right = signed !== undefined && statement?.party === party &&
      await identity.verify({
        ...{ peer, bytes: signedStatementBytes(sid, signed.body), signature: signed.signature },
      });
    if (right && statement !== undefined) stated.push(statement);
    const what = right && statement !== undefined ? ` ${outcomeText(statement)}` : "";
    findings.push(finding(signed !== undefined, right, `party ${party} states its end${what}`));
  }
  return [...findings, ...linkFindings(stated)];
}

function finding(present: boolean, right: boolean, text: string): ReceiptFinding {
  return { verdict: right ? "true" : present ? "false" : "missing", text };
}

function outcomeText({ outcome, endedMs }: Statement): string {
  // Why a bound: a party may state any time, and some are none.
  const time = endedMs < 8.64e15 ? new Date(endedMs).toISOString() : "at no time";
  return outcome === 0 ? `(done, ${time})` : `(exit code ${outcome}, ${time})`;
}

/** What each party says it sent must be what the other says it received. */
function linkFindings(stated: readonly Statement[]): ReceiptFinding[] {
  const done = stated.filter(({ outcome }) => outcome === 0);
  return done.flatMap((from) =>
    done.filter(({ party }) => party !== from.party).map((to): ReceiptFinding => {
      const sent = from.links[to.party]?.sent;
      const received = to.links[from.party]?.received;
      const same = sent !== undefined && received !== undefined && equal(sent, received);
      const text = `party ${to.party} received what party ${from.party} sent`;
      return { verdict: same ? "true" : "false", text };
    })
  );
}
