/** Transcripts, statements and receipts. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { utf8 } from "../../lib/base/mod.ts";
import type { Channel } from "../../lib/mpc/channel.ts";
import { generateIdentity, type KeyIdentity, verifySignature } from "../../lib/net/mod.ts";
import {
  checkReceipt,
  decodeReceipt,
  decodeStatement,
  type Description,
  encodeDescription,
  encodeReceipt,
  encodeStatement,
  type Receipt,
  type ReceiptFinding,
  sessionHash,
  signedBytes,
  type SignedStatement,
  signedStatementBytes,
  Transcript,
} from "../../lib/session/mod.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { trivialFacts } from "./facts.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => utf8(text);

function transcripts(parties: number): Transcript[] {
  return memoryNetwork(parties).map((channel: Channel) => new Transcript(channel));
}

Deno.test("what one party sent is what the other received, in whatever order it was awaited", async () => {
  const [a, b, c] = transcripts(3);
  assert.ok(a && b && c);
  await a.send(1, "one", bytes("first"));
  await a.send(1, "two", bytes("second"));
  await b.recv(0, "two", 6);
  await b.recv(0, "one", 5);
  assert.deepEqual(a.digests()[1]?.sent, b.digests()[0]?.received);
  assert.deepEqual(a.digests()[1]?.received, b.digests()[0]?.sent);
  assert.equal(a.bytes, 11);
  assert.equal(b.bytes, 11);
  assert.deepEqual(a.digests()[2], c.digests()[0]);
});

Deno.test("other bytes, another step, another split or a message more give other digests", async () => {
  const sent = async (messages: readonly (readonly [string, string])[]): Promise<string> => {
    const [a] = transcripts(2);
    for (const [step, text] of messages) await a?.send(1, step, bytes(text));
    return a?.digests()[1]?.sent.toHex() ?? "";
  };
  const digests = await Promise.all([
    sent([]),
    sent([["s", "xy"]]),
    sent([["s", "xz"]]),
    sent([["t", "xy"]]),
    sent([["s", "x"], ["t", "y"]]),
    sent([["s", "xy"], ["t", ""]]),
    sent([["sx", "y"]]),
  ]);
  assert.equal(new Set(digests).size, digests.length);
});

Deno.test("a statement comes back as it was, and other bytes are none or another one", () => {
  fc.assert(
    fc.property(fc.nat(2), fc.nat(255), fc.nat(2 ** 50), (party, outcome, startedMs) => {
      const hash = (byte: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(byte);
      const links = [0, 1, 2].map((i) => ({ sent: hash(i), received: hash(i + 9) }));
      const statement = { party, outcome, startedMs, endedMs: startedMs + 1, links };
      assert.deepEqual(decodeStatement(encodeStatement(statement), 3), statement);
    }),
    { verbose: true },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      const statement = decodeStatement(noise, 3);
      if (statement !== undefined) assert.deepEqual([...encodeStatement(statement)], [...noise]);
    }),
    { verbose: true },
  );
});

interface Scene {
  readonly identities: readonly KeyIdentity[];
  readonly description: Description;
  readonly sid: Uint8Array<ArrayBuffer>;
  readonly receipt: Receipt;
}

/** A session of two that both finished. */
async function scene(): Promise<Scene> {
  const identities = [await generateIdentity(), await generateIdentity()];
  const description: Description = {
    ...trivialFacts(2),
    ...{ version: 1, engine: "0.1.0", session: new Uint8Array(32), deadline: 2_000_000_000 },
    ...{ creator: identities[0]?.peerId ?? "", program: new Uint8Array(32), constants: [] },
    roster: identities.map(({ peerId: peer }, party) => {
      return { party, peer, nonce: new Uint8Array(16), addresses: [] };
    }),
  };
  const sid = sessionHash(encodeDescription(description));
  const channels = transcripts(2);
  await channels[0]?.send(1, "s", bytes("hello"));
  await channels[1]?.recv(0, "s", 5);
  const consents = new Map<number, Uint8Array<ArrayBuffer>>();
  const statements = new Map<number, SignedStatement>();
  for (const [party, identity] of identities.entries()) {
    consents.set(party, await identity.sign(signedBytes(sid)));
    const links = channels[party]?.digests() ?? [];
    statements.set(party, await signed(identity, sid, { party, outcome: 0, links }));
  }
  return { identities, description, sid, receipt: { description, consents, statements } };
}

async function signed(
  identity: KeyIdentity,
  sid: Uint8Array,
  about: Pick<Parameters<typeof encodeStatement>[0], "party" | "outcome" | "links">,
): Promise<SignedStatement> {
  const body = encodeStatement({ ...about, startedMs: 1, endedMs: 2 });
  return { body, signature: await identity.sign(signedStatementBytes(sid, body)) };
}

async function wrong(receipt: Receipt): Promise<string[]> {
  const findings: ReceiptFinding[] = await checkReceipt(receipt, { verify: verifySignature });
  return findings.filter(({ verdict }) => verdict !== "true")
    .map(({ verdict, text }) => `${verdict}: ${text}`);
}

Deno.test("a receipt proves consent, statements and links; as text it is the same receipt", async () => {
  const { receipt } = await scene();
  const reading = decodeReceipt(encodeReceipt(receipt));
  assert.ok(reading.ok);
  assert.deepEqual(reading.receipt, receipt);
  const findings = await checkReceipt(reading.receipt, { verify: verifySignature });
  assert.equal(findings.length, 6);
  assert.deepEqual(new Set(findings.map(({ verdict }) => verdict)), new Set(["true"]));
});

Deno.test("what is missing is said to be missing, and a lie is found by name", async () => {
  const { receipt, identities, sid } = await scene();
  const without = new Map(receipt.statements);
  without.delete(1);
  assert.deepEqual(await wrong({ ...receipt, statements: without }), [
    "missing: party 1 states its end",
  ]);

  const swapped = new Map(receipt.consents).set(1, receipt.consents.get(0) ?? new Uint8Array(64));
  assert.deepEqual(await wrong({ ...receipt, consents: swapped }), ["false: party 1 consented"]);

  const [first] = identities;
  assert.ok(first !== undefined);
  const links = transcripts(2)[0]?.digests() ?? [];
  const lie = await signed(first, sid, { party: 0, outcome: 0, links });
  const lying = new Map(receipt.statements).set(0, lie);
  assert.deepEqual(await wrong({ ...receipt, statements: lying }), [
    "false: party 1 received what party 0 sent",
  ]);

  const foreign = await signed(first, new Uint8Array(32), { party: 0, outcome: 0, links });
  const replayed = new Map(receipt.statements).set(0, foreign);
  assert.deepEqual(await wrong({ ...receipt, statements: replayed }), [
    "false: party 0 states its end",
  ]);
  const other = await signed(first, sid, { party: 1, outcome: 0, links });
  const posing = new Map(receipt.statements).set(0, other);
  assert.deepEqual(await wrong({ ...receipt, statements: posing }), [
    "false: party 0 states its end",
  ]);
});

// feature: B88
Deno.test("a receipt whose text was changed is refused with the place", async () => {
  const { receipt } = await scene();
  const text = encodeReceipt(receipt);
  const cases = [
    { text: text.replace('"and_gates": 3', '"and_gates": 4'), words: /^summary: / },
    { text: text.replace(/"session": "./, '"session": "x'), words: /^session: / },
    { text: text.replace('"v": 1', '"v": 2'), words: /^v: / },
    { text: text.replace(/"description": "..../, '"description": "AAAA'), words: /^description: / },
    { text: text.slice(0, -5), words: /no JSON/ },
    { text: text.replace('"kind"', '"kin"'), words: /: / },
    { text: " ".repeat(1 << 21), words: /too long/ },
  ];
  for (const { text: changed, words } of cases) {
    const reading = decodeReceipt(changed);
    assert.ok(!reading.ok, `${words}`);
    assert.match(reading.problem, words);
  }
  fc.assert(
    fc.property(fc.string(), fc.nat(text.length), (noise, at) => {
      decodeReceipt(noise);
      decodeReceipt(text.slice(0, at) + noise + text.slice(at));
    }),
    { verbose: true },
  );
});
