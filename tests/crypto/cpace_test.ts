/** CPace with confirmation. The test vectors of its draft do not apply: the map to the group is another one. */
import assert from "node:assert/strict";
import { ristretto255, ristretto255_hasher, x25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { ProtocolError, utf8 } from "../../lib/base/mod.ts";
import {
  CPACE_BYTES,
  type CpaceContext,
  cpaceStart,
  type CpaceState,
  type CpaceTags,
  cpaceTags,
  type Curve,
  seededRng,
  transcriptHash,
  typescriptKernels,
  u32,
  wasmKernels,
} from "../../lib/crypto/mod.ts";
import { randomExponent } from "../../lib/crypto/curve.ts";

const plain = typescriptKernels.curve;
const { curve } = wasmKernels();
const PASSWORD = utf8("a password of one bit");

/** One party of a comparison. */
interface Side {
  readonly message: Uint8Array<ArrayBuffer>;
  readonly state: CpaceState;
}

/** Party 4 or 1, which compares with the other one. */
function side(
  self: 1 | 4,
  options: { context?: Partial<CpaceContext>; password?: Uint8Array; group?: Curve } = {},
): Side {
  const { context, password = PASSWORD, group = curve } = options;
  const sid = new Uint8Array(32).fill(3);
  const site = { sid, step: "c0/V", self, peer: 5 - self, ...context };
  return cpaceStart(group, site, password, seededRng(utf8(`party ${self}`)));
}

/** Tags of both. */
function tags(one: Side, other: Side): readonly CpaceTags[] {
  return [cpaceTags(one.state, other.message), cpaceTags(other.state, one.message)];
}

/** Whether each gets what it expects. */
function agree(one: Side, other: Side): readonly boolean[] {
  const [a, b] = tags(one, other);
  assert.ok(a !== undefined && b !== undefined);
  const same = (x: Uint8Array, y: Uint8Array): boolean => x.toString() === y.toString();
  return [same(b.own, a.expected), same(a.own, b.expected)];
}

Deno.test("both sides of a CPace agree on the same password, whatever groups they compute with", () => {
  for (const [own, other] of [[curve, curve], [curve, plain], [plain, curve]] as const) {
    const [one, two] = [side(1, { group: own }), side(4, { group: other })];
    assert.equal(one.message.length, CPACE_BYTES);
    assert.deepEqual(agree(one, two), [true, true]);
    const [a] = tags(one, two);
    assert.notDeepEqual(a?.own, a?.expected);
    // The channel takes the buffer over; the state does not depend on it.
    const sent = one.message.slice();
    one.message.fill(0);
    assert.deepEqual(agree({ ...one, message: sent }, two), [true, true]);
  }
});

Deno.test("a CPace does not agree on different passwords, sessions, steps and parties", () => {
  for (const password of ["a password of one biu", "", "a password of one bit\0"].map(utf8)) {
    assert.deepEqual(agree(side(1, { password }), side(4)), [false, false]);
  }
  const others: Partial<CpaceContext>[] = [
    { sid: new Uint8Array(32) },
    { step: "c1/V" },
    { self: 2 },
    { peer: 5 },
  ];
  for (const context of others) {
    assert.deepEqual(agree(side(1, { context }), side(4)), [false, false]);
  }
});

Deno.test("E and tag are those of the formulas, by another library", () => {
  const [one, two] = [side(1), side(4)];
  const { sid, step } = one.state.context;
  const seed = transcriptHash("p2p-mpc CPace element", sid, step, u32(1), u32(4), PASSWORD);
  const { y } = ristretto255_hasher.hashToCurve(seed, { DST: "p2p-mpc CPace element" }).toAffine();
  const { Fp } = ristretto255.Point;
  const point = Fp.toBytes(Fp.div(Fp.add(Fp.ONE, y), Fp.sub(Fp.ONE, y)));
  const exponents = [1, 4].map((self) => randomExponent(seededRng(utf8(`party ${self}`))));
  const [a, b] = exponents.map((exponent) => exponent.slice(0, 32));
  assert.ok(a !== undefined && b !== undefined);
  const elements = [x25519.scalarMult(a, point), x25519.scalarMult(b, point)];
  assert.deepEqual([one.message, two.message], elements);
  const secret = x25519.scalarMult(a, two.message);
  const [own, expected] = [1, 4].map((self) =>
    transcriptHash("p2p-mpc CPace tag", sid, step, u32(self), ...elements, secret)
  );
  assert.deepEqual(cpaceTags(one.state, two.message), { own, expected });
});

Deno.test("messages of a CPace that are sent back do not pass", () => {
  const one = side(1);
  const { own, expected } = cpaceTags(one.state, one.message);
  assert.notDeepEqual(own, expected);
  const [first] = tags(one, side(4));
  assert.notDeepEqual(first?.own, first?.expected);
});

Deno.test("a CPace refuses elements of small order and other lengths", () => {
  const { state } = side(1);
  // Coordinates of small order on the curve and on its twist (RFC 7748, section 6.1), and the same plus p or 2^255.
  const P = 2n ** 255n - 19n;
  const eight = [
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  ].map((hex) => littleEndian(Uint8Array.fromHex(hex)));
  const small = [0n, 1n, P - 1n, P, P + 1n, ...eight];
  for (const u of small.flatMap((value) => [value, value + 2n ** 255n])) {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => Number(u >> BigInt(8 * i) & 255n));
    assert.throws(() => cpaceTags(state, bytes), ProtocolError);
  }
  for (const length of [0, 31, 33]) {
    assert.throws(() => cpaceTags(state, new Uint8Array(length).fill(9)), ProtocolError);
  }
});

Deno.test("any message ends in tags or in an error of ours", () => {
  const { state } = side(4);
  fc.assert(fc.property(fc.uint8Array({ minLength: 30, maxLength: 34 }), (bytes) => {
    try {
      cpaceTags(state, bytes);
      assert.equal(bytes.length, CPACE_BYTES);
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error));
    }
  }));
});

Deno.test("nothing of the password, its point and the exponent is left in memory", () => {
  const seen: Uint8Array[] = [];
  const note = <T>(bytes: T): T => {
    if (bytes instanceof Uint8Array) seen.push(bytes);
    return bytes;
  };
  const watched: Curve = {
    ...curve,
    hashed: (uniform, count) => note(curve.hashed(note(uniform), count)),
    coordinates: (elements, count) => note(curve.coordinates(elements, count)),
  };
  const rng = seededRng(utf8("watched"));
  const sid = new Uint8Array(32);
  cpaceStart(watched, { sid, step: "c0/V", self: 0, peer: 1 }, PASSWORD, {
    ...rng,
    fill: (out) => note(rng.fill(out)),
  });
  assert.equal(seen.length, 4);
  for (const bytes of seen) assert.ok(bytes.every((byte) => byte === 0));
});

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
