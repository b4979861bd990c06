import assert from "node:assert/strict";
import { base32 } from "multiformats/bases/base32";
import fc from "fast-check";
import { concat, CredentialError } from "../../lib/base/mod.ts";
import { seededRng, sha256 } from "../../lib/crypto/mod.ts";
import { encodeCbor } from "../../lib/session/codec.ts";
import {
  createTicket,
  decodeTicket,
  encodeTicket,
  joinProof,
  lobbyTopic,
  type Ticket,
  TICKET_LIFETIME_S,
  TICKET_PREFIX,
} from "../../lib/session/mod.ts";

const NOW = 1_800_000_000_000;
const CREATOR = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

/** Made with an independent encoder: CBOR, SHA-256 and base32 of Python. */
const VECTOR = "p2pmpc1reavqiabaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaf4dimjsiqzuw33pk" +
  "5bhizztmfqvetlkpb3wkzdihazwcr3jkvvxou3yir3vkwtlpj2uuy3gmfyvk3lpg5jdg4drqf3s62lqg" +
  "qxtcmrxfyyc4mbogexxiy3qf44tambqqabfqiacaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqca" +
  "ibaeaqcajmcaaydambqgaydambqgaydambqgaydambqgaydambqgaydambqgayddjvutuqazxji26i";

function sample(seed = 1): Ticket {
  const rng = seededRng(new Uint8Array([seed]));
  return createTicket({
    creator: CREATOR,
    addresses: ["/ip4/127.0.0.1/tcp/9000", "/ip6/::1/tcp/9000"],
    parties: 3,
    program: sha256(new Uint8Array([1])),
    now: NOW,
    random: (length) => rng.fill(new Uint8Array(length)),
  });
}

/** A ticket text around any body, with a right checksum. */
function wrap(body: Uint8Array): string {
  return TICKET_PREFIX + base32.baseEncode(concat(body, sha256(body).subarray(0, 4)));
}

function refusal(text: string, now = NOW): CredentialError {
  try {
    decodeTicket(text, now);
  } catch (error) {
    assert.ok(error instanceof CredentialError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `accepted ${text}` });
}

Deno.test("encodeTicket() gives one lower-case word that decodeTicket() reads", () => {
  const ticket = sample();
  const text = encodeTicket(ticket);
  assert.match(text, /^p2pmpc1[a-z2-7]+$/);
  assert.deepEqual(decodeTicket(text, NOW), ticket);
  assert.deepEqual(decodeTicket(`  ${text}\n`, NOW), ticket);
  assert.equal(ticket.expiry, NOW / 1000 + TICKET_LIFETIME_S);
});

Deno.test("encodeTicket() keeps to its test vector", () => {
  const ticket: Ticket = {
    session: new Uint8Array(32).fill(1),
    creator: CREATOR,
    addresses: ["/ip4/127.0.0.1/tcp/9000"],
    parties: 2,
    program: new Uint8Array(32).fill(2),
    secret: new Uint8Array(32).fill(3),
    expiry: 1_800_000_000,
  };
  const text = encodeTicket(ticket);
  assert.equal(text, VECTOR);
});

Deno.test("decodeTicket() tells what is wrong, each with its own text and a hint", () => {
  const text = encodeTicket(sample());
  const cases: [string, RegExp, number?][] = [
    ["hello", /this is no ticket/],
    ["", /this is no ticket/],
    [CREATOR, /this is no ticket/],
    [text.toUpperCase(), /this is no ticket/],
    [text.slice(0, -1), /it is damaged/],
    [text.slice(0, 20), /it is damaged/],
    [TICKET_PREFIX, /it is damaged/],
    [`${text}a`, /it is damaged/],
    [text.slice(0, 30) + (text[30] === "a" ? "b" : "a") + text.slice(31), /it is damaged/],
    [`${TICKET_PREFIX}${"a".repeat(100_000)}`, /it is damaged/],
    [`p2pmpc2${text.slice(7)}`, /a newer version/],
    [wrap(encodeCbor([2, "something else"])), /a newer version/],
    [wrap(encodeCbor([1, "something else"])), /it is damaged/],
    [wrap(encodeCbor({ version: 1 })), /it is damaged/],
    [text, /it has expired at 2027-01-16 08:00 UTC/, NOW + TICKET_LIFETIME_S * 1000],
  ];
  for (const [word, message, now] of cases) {
    const error = refusal(word, now);
    assert.match(error.message, message, word.slice(0, 40));
    assert.ok(error.hint, word.slice(0, 40));
  }
});

Deno.test("decodeTicket() notices every change of one character", () => {
  const text = encodeTicket(sample());
  const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  for (let at = TICKET_PREFIX.length; at < text.length; at++) {
    const other = alphabet[(alphabet.indexOf(text[at] ?? "") + 1 + at % 31) % 32] ?? "";
    if (other !== text[at]) refusal(text.slice(0, at) + other + text.slice(at + 1));
  }
});

Deno.test("decodeTicket() refuses fields outside their bounds although the checksum is right", () => {
  const { session, creator, addresses, parties, program, secret, expiry } = sample();
  const good = [1, session, creator, addresses, [], parties, program, secret, expiry];
  decodeTicket(wrap(encodeCbor(good)), NOW);
  const bad: [number, unknown][] = [
    [1, new Uint8Array(31)],
    [2, "not a peer id!"],
    [3, ["no slash"]],
    [3, Array(17).fill("/ip4/1.2.3.4/tcp/1")],
    [4, "text"],
    [5, 1],
    [5, 65],
    [5, 2.5],
    [6, "text"],
    [7, new Uint8Array(33)],
    [8, -1],
    [8, null],
  ];
  for (const [index, value] of bad) {
    const fields: unknown[] = [...good];
    fields[index] = value;
    assert.match(refusal(wrap(encodeCbor(fields))).message, /damaged/, `field ${index}`);
  }
  refusal(wrap(encodeCbor([...good, 1])));
  refusal(wrap(concat(encodeCbor(good), new Uint8Array(1))));
});

Deno.test("decodeTicket() bears any bytes and any text", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
    refusal(wrap(body));
  }));
  fc.assert(fc.property(fc.string(), (text) => {
    refusal(TICKET_PREFIX + text);
  }));
});

// feature: D8
Deno.test("lobbyTopic() depends on secret and session and does not show them", () => {
  const [a, b] = [sample(1), sample(2)];
  const topic = lobbyTopic(a);
  assert.match(topic, /^\/p2p-mpc\/lobby\/1\/[0-9a-f]{64}$/);
  assert.notEqual(topic, lobbyTopic({ ...a, secret: b.secret }));
  assert.notEqual(topic, lobbyTopic({ ...a, session: b.session }));
});

Deno.test("joinProof() binds secret, session, prover and challenge", () => {
  const ticket = sample(1);
  const other = sample(2);
  const challenge = new Uint8Array(16);
  const proof = joinProof(ticket, { peer: CREATOR, challenge });
  assert.equal(proof.length, 32);
  const different = [
    joinProof({ ...ticket, secret: other.secret }, { peer: CREATOR, challenge }),
    joinProof({ ...ticket, session: other.session }, { peer: CREATOR, challenge }),
    joinProof(ticket, { peer: `${CREATOR}x`, challenge }),
    joinProof(ticket, { peer: CREATOR, challenge: new Uint8Array(16).fill(1) }),
  ];
  for (const mac of different) assert.notDeepEqual(mac, proof);
});
