import assert from "node:assert/strict";
import fc from "fast-check";
import { concat } from "../../lib/base/mod.ts";
import { encodeCbor } from "../../lib/session/codec.ts";
import {
  decodeDescription,
  decodeMessage,
  describeDifference,
  type Description,
  encodeDescription,
  encodeMessage,
  type Message,
  reasonText,
  resultText,
  sessionHash,
} from "../../lib/session/mod.ts";
import { SIM_START, simPeer } from "../sim/lobby.ts";
import { trivialFacts } from "./facts.ts";

const bytes = (length: number, fill: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(length).fill(fill);

const DESCRIPTION: Description = {
  ...trivialFacts(2),
  version: 1,
  engine: "0.1.0",
  session: bytes(32, 1),
  creator: simPeer(0),
  program: bytes(32, 2),
  constants: [{ name: "PARTY_0::SIZE", value: "3usize", owner: 0 }],
  roster: [0, 1].map((party) => ({
    party,
    peer: simPeer(party),
    nonce: bytes(16, party),
    addresses: [`/ip4/127.0.0.1/tcp/${9000 + party}`],
  })),
  deadline: SIM_START / 1000,
};

const MESSAGES: readonly Message[] = [
  {
    kind: "hello",
    version: 1,
    engine: "0.1.0",
    party: 1,
    peer: simPeer(1),
    addresses: ["/ip4/127.0.0.1/tcp/9001"],
    nonce: bytes(16, 1),
    program: bytes(32, 2),
    constants: [{ name: "X", value: "1u8", owner: 1 }],
    challenge: bytes(16, 3),
    proofs: [{ challenge: bytes(16, 4), mac: bytes(32, 5) }],
  },
  { kind: "roster", entries: DESCRIPTION.roster },
  { kind: "agree", description: encodeDescription(DESCRIPTION) },
  { kind: "sign", sid: bytes(32, 6), signature: bytes(64, 7) },
  { kind: "refuse", peer: simPeer(1), nonce: bytes(16, 1), exitCode: 5, text: "party 1 is taken" },
  { kind: "abort", nonce: bytes(16, 1), exitCode: 7, reason: "interrupted" },
];

Deno.test("decodeMessage() reads what encodeMessage() writes", () => {
  for (const message of MESSAGES) assert.deepEqual(decodeMessage(encodeMessage(message)), message);
});

Deno.test("decodeMessage() refuses every truncation and extension", () => {
  for (const message of MESSAGES) {
    const whole = encodeMessage(message);
    for (let length = 0; length < whole.length; length++) {
      assert.equal(decodeMessage(whole.subarray(0, length)), undefined);
    }
    assert.equal(decodeMessage(concat(whole, bytes(1, 0))), undefined);
  }
});

Deno.test("decodeMessage() refuses missing, foreign and wrong fields", () => {
  for (const message of MESSAGES) {
    for (const field of Object.keys(message)) {
      const { [field]: _, ...rest } = message as unknown as Record<string, unknown>;
      assert.equal(decodeMessage(encodeCbor(rest)), undefined, `${message.kind} without ${field}`);
      for (const value of [null, -1, "\n", [], {}, bytes(3, 3), 1e300, true]) {
        const changed = decodeMessage(encodeCbor({ ...message, [field]: value }));
        const list = Array.isArray(value) || value instanceof Uint8Array;
        if (!list) assert.equal(changed, undefined, `${message.kind}.${field} = ${value}`);
      }
    }
    assert.equal(decodeMessage(encodeCbor({ ...message, more: 1 })), undefined);
  }
});

Deno.test("decodeMessage() has one encoding for each message", () => {
  // {"kind": "sign", …} with the length of the map in two bytes instead of one.
  const canonical = encodeMessage({ kind: "sign", sid: bytes(32, 6), signature: bytes(64, 7) });
  assert.equal(canonical[0], 0xa3);
  assert.equal(decodeMessage(concat(new Uint8Array([0xb8, 3]), canonical.subarray(1))), undefined);
  // The same entries in another order.
  const entry = (value: object): Uint8Array => encodeCbor(value).subarray(1);
  const parts = [
    entry({ sid: bytes(32, 6) }),
    entry({ kind: "sign" }),
    entry({ signature: bytes(64, 7) }),
  ];
  const map = new Uint8Array([0xa3]);
  assert.deepEqual(concat(map, ...parts), canonical);
  assert.equal(decodeMessage(concat(map, ...parts.reverse())), undefined);
});

Deno.test("decodeMessage() and decodeDescription() never throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
    assert.equal(decodeMessage(random), undefined);
    assert.equal(decodeDescription(random), undefined);
  }));
  const originals = [...MESSAGES.map(encodeMessage), encodeDescription(DESCRIPTION)];
  fc.assert(fc.property(fc.nat(), fc.nat(), fc.nat(255), (which, at, value) => {
    const changed = new Uint8Array(originals[which % originals.length] ?? []);
    changed[at % changed.length] = value;
    decodeMessage(changed);
    decodeDescription(changed);
  }));
  const deep = new Uint8Array(60_000).fill(0x81);
  assert.equal(decodeMessage(deep), undefined);
  assert.equal(decodeMessage(bytes(70_000, 0)), undefined);
});

Deno.test("reasonText() gives what a message may hold", () => {
  const nasty = `a\n\x1b[31m\u202eb${"\u{1f600}".repeat(200)}\ud800`;
  for (const text of [nasty, "", "plain", `x${nasty}`]) {
    const reason = reasonText(text);
    const message: Message = { kind: "abort", nonce: bytes(16, 1), exitCode: 7, reason };
    assert.deepEqual(decodeMessage(encodeMessage(message)), message);
  }
  assert.equal(reasonText("a\n\x1b[1mb"), "a [1mb");
  for (const reason of ["a\nb", "\x1b", "\u202e", "x".repeat(301)]) {
    const message: Message = { kind: "abort", nonce: bytes(16, 1), exitCode: 7, reason };
    assert.equal(decodeMessage(encodeMessage(message)), undefined);
  }
});

Deno.test("encodeDescription() is canonical and sessionHash() depends on every field", () => {
  const encoded = encodeDescription(DESCRIPTION);
  assert.deepEqual(decodeDescription(encoded), DESCRIPTION);
  const reversed = Object.fromEntries(Object.entries(DESCRIPTION).reverse());
  assert.deepEqual(encodeDescription(reversed as unknown as Description), encoded);
  assert.equal(sessionHash(encoded).length, 32);
  assert.notDeepEqual(
    sessionHash(encodeDescription({ ...DESCRIPTION, k: 1 })),
    sessionHash(encoded),
  );
});

Deno.test("describeDifference() says in words what differs and whose", () => {
  const tell = (change: Partial<Description>): string | undefined =>
    describeDifference({ own: DESCRIPTION, other: { ...DESCRIPTION, ...change }, party: 1 });
  assert.equal(tell({}), undefined);
  assert.equal(
    tell({ program: bytes(32, 9) }),
    "party 1 uses another program: 0909090909090909… instead of our 0202020202020202…",
  );
  const changes: [Partial<Description>, RegExp][] = [
    [{ version: 2 }, /another version of the session protocol: 2 instead of our 1/],
    [{ engine: "0.2.0" }, /another version of p2p-mpc: "0.2.0"/],
    [{ session: bytes(32, 9) }, /another session/],
    [{ creator: simPeer(5) }, /another creator/],
    [{ entry: "other" }, /another entry function: "other"/],
    [{ constants: [] }, /other constants: \[\]/],
    [{ compileOptions: { optimize: false } }, /other options/],
    [{ roster: DESCRIPTION.roster.slice(0, 1) }, /another list of parties/],
    [{ inputs: [] }, /other inputs/],
    [{ circuit: { ...DESCRIPTION.circuit, ands: 4 } }, /another circuit/],
    [{ outputType: "u8" }, /another type of result/],
    [{ outputParties: [1] }, /gives the result to other parties: \[1\]/],
    [{ evaluator: 1 }, /another evaluator/],
    [{ k: 4 }, /another size of OT chunks/],
    [{ chunk: 1 }, /another size of preprocessing chunks/],
    [{ limits: {} }, /other limits/],
    [{ channel: "relay" }, /another kind of channel/],
    [{ deadline: 1 }, /another deadline/],
  ];
  for (const [change, words] of changes) assert.match(tell(change) ?? "", words);
  const use = { preprocessing: { kind: "use", sid: bytes(32, 7) } } as const;
  const make = { preprocessing: { kind: "make", ands: 5, inputs: 6 } } as const;
  assert.equal(
    tell(use),
    "party 1 uses another preprocessing: 0707070707070707… instead of our none",
  );
  assert.match(
    describeDifference({ own: { ...DESCRIPTION, ...use }, other: DESCRIPTION, party: 2 }) ?? "",
    /party 2 uses another preprocessing: none instead of our 0707/,
  );
  assert.match(tell(make) ?? "", /another preprocessing: 5 AND gates and 6 input bits instead/);
  for (const change of [use, make]) {
    const own = { ...DESCRIPTION, ...change };
    assert.deepEqual(decodeDescription(encodeDescription(own)), own);
  }
  const covered = new Set(["program", ...changes.flatMap(([change]) => Object.keys(change))]);
  assert.deepEqual([...covered].sort(), Object.keys(DESCRIPTION).sort());
});

Deno.test("resultText() says who learns the result", () => {
  assert.equal(resultText(DESCRIPTION), "result to everyone");
  assert.equal(resultText({ ...DESCRIPTION, outputParties: [1] }), "result to party 1");
});
