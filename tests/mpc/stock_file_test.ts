import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, toHex, utf8 } from "../../lib/base/mod.ts";
import { seededRng, sha256 } from "../../lib/crypto/mod.ts";
import {
  copyShares,
  decodeBeginning,
  decodeStockHeader,
  decodeStockPrefix,
  decodeTriples,
  encodeBeginning,
  encodeStockHead,
  encodeTriples,
  segmentSizes,
  STATE_AT,
  STOCK_PREFIX_BYTES,
  STOCK_STATE,
  type StockHeader,
  StockSeal,
  type Triples,
} from "../../lib/mpc/mod.ts";
import { assertShares, idealShares } from "../sim/shares.ts";
import { testParties } from "../sim/parties.ts";

const KEY = sha256(utf8("key"));
/** Two batches of 130 and 20 gates, 9 input bits. */
const HEADER: StockHeader = {
  ...{ sid: sha256(utf8("sid")), keySalt: sha256(utf8("salt")), self: 1, parties: 3 },
  ...{ evaluator: 2, k: 2, chunk: 130, ands: 150, inputs: 9, engine: "1.2.3" },
  roster: ["12D3KooWa", "12D3KooWb", "12D3KooWc"],
};

function headerOf(header: StockHeader): Uint8Array<ArrayBuffer> {
  return encodeStockHead(header).slice(STOCK_PREFIX_BYTES);
}

Deno.test("a header is read as it was written", () => {
  const head = encodeStockHead(HEADER);
  const prefix = decodeStockPrefix(head.slice(0, STOCK_PREFIX_BYTES));
  const headerBytes = head.length - STOCK_PREFIX_BYTES;
  assert.deepEqual(prefix, { state: STOCK_STATE.PARTIAL, headerBytes });
  assert.deepEqual(decodeStockHeader(headerOf(HEADER)), HEADER);
  assert.equal(toHex(head.slice(0, STATE_AT + 1)), toHex(utf8("p2p-mpc stock 1\np")));
});

Deno.test("no other bytes are a header or a prefix", () => {
  const bytes = headerOf(HEADER);
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(decodeStockHeader(bytes.slice(0, length)), undefined);
  }
  assert.equal(decodeStockHeader(concat(bytes, Uint8Array.of(0))), undefined);
  const wrong: Partial<StockHeader>[] = [
    ...[{ self: 3 }, { parties: 1 }, { parties: 65 }, { evaluator: 3 }, { k: 3 }, { chunk: 0 }],
    ...[{ ands: 0, inputs: 0 }, { engine: "x".repeat(257) }, { ands: 2 ** 32 - 1 }],
  ];
  for (const change of wrong) {
    assert.equal(decodeStockHeader(headerOf({ ...HEADER, ...change })), undefined);
  }
  const prefix = encodeStockHead(HEADER).slice(0, STOCK_PREFIX_BYTES);
  for (const at of [0, 15, STATE_AT, STOCK_PREFIX_BYTES - 1]) {
    const other = prefix.slice();
    other[at] = 0xff;
    assert.equal(decodeStockPrefix(other), undefined, `byte ${at}`);
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
    decodeStockHeader(new Uint8Array(random));
    assert.equal(decodeStockPrefix(random), undefined);
  }));
  fc.assert(fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
    const other = bytes.slice();
    other[at] = value;
    const header = decodeStockHeader(other);
    // Whatever is read is what was written.
    if (header !== undefined) assert.deepEqual(headerOf(header), other);
  }));
});

Deno.test("shares are read as they were written, aligned, and have the announced sizes", () => {
  const parties = testParties(3);
  const ideal = (count: number, name: string): ReturnType<typeof copyShares>[] =>
    idealShares(parties, count, name);
  const inputs = ideal(9, "inputs");
  const own = ["gamma", "x", "y", "z"].map((name) => ideal(20, name));
  const read = parties.map(({ self, delta }) => {
    const header = { ...HEADER, self };
    const [gamma, x, y, z] = own.map((all) => all[self]);
    const masks = inputs[self];
    assert.ok(gamma && x && y && z && masks);
    const beginning = encodeBeginning({ delta, salt: new Uint8Array(16).fill(7), inputs: masks });
    const batch = encodeTriples({ gamma, x, y, z });
    const [first, , second] = segmentSizes(header);
    assert.deepEqual([first, second], [beginning.length + 40, batch.length + 40]);
    assert.throws(() => decodeTriples(header, 0, batch), RangeError);
    const decoded = decodeBeginning(header, beginning);
    assert.deepEqual([decoded.delta, decoded.salt], [delta, new Uint8Array(16).fill(7)]);
    return { inputs: decoded.inputs, triples: decodeTriples(header, 1, batch) };
  });
  assertShares(parties, read.map((each) => each.inputs), 9);
  for (const name of ["gamma", "x", "y", "z"] as const) {
    assertShares(parties, read.map(({ triples }) => triples[name]), 20);
  }
  for (const { triples } of read) {
    for (const { macs } of Object.values(triples as Triples & Record<string, Triples["x"]>)) {
      assert.ok(macs.every(({ byteOffset }) => byteOffset % 16 === 0));
    }
  }
});

Deno.test("a segment opens in its place, in its file and with its key alone", () => {
  const seal = new StockSeal(HEADER, KEY);
  const plain = new Uint8Array(100).fill(5);
  const given = plain.slice();
  const rng = seededRng(utf8("nonces"));
  const segment = seal.seal(1, given, rng);
  assert.ok(given.every((byte) => byte === 0));
  assert.deepEqual(new StockSeal(HEADER, KEY.slice()).open(1, segment), plain);
  assert.equal(seal.open(0, segment), undefined);
  assert.equal(new StockSeal({ ...HEADER, ands: 151 }, KEY).open(1, segment), undefined);
  assert.equal(new StockSeal(HEADER, sha256(utf8("other"))).open(1, segment), undefined);
  assert.throws(() => new StockSeal(HEADER, KEY.slice(1)), RangeError);
  for (let at = 0; at < segment.length; at++) {
    const other = segment.slice();
    other[at] = (other[at] ?? 0) ^ 1;
    assert.equal(seal.open(1, other), undefined, `byte ${at}`);
    assert.equal(seal.open(1, segment.slice(0, at)), undefined, `length ${at}`);
  }
  const again = seal.seal(1, plain.slice(), rng);
  assert.notDeepEqual(again, segment);
});
