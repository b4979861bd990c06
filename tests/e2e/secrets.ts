/** Forms in which a secret may stand in bytes, and the search for them. */
import assert from "node:assert/strict";
import { base32 } from "multiformats/bases/base32";
import { base58btc } from "multiformats/bases/base58";

type Bytes = Uint8Array<ArrayBuffer>;

/** Something that must not be seen, in one of its forms. */
export interface Secret {
  /** What it is, in words that give nothing away. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** The base64 of `bytes` as it stands in the base64 of something longer, for each place where it may begin. */
function base64Within(bytes: Uint8Array, alphabet: "base64" | "base64url"): string[] {
  return [0, 1, 2].map((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const text = padded.toBase64({ alphabet, omitPadding: true });
    return text.slice(Math.ceil(before * 4 / 3), Math.floor(padded.length * 4 / 3));
  });
}

/** All texts for `bytes`. */
function textsOf(bytes: Uint8Array): string[] {
  const hex = bytes.toHex();
  const base64 = [...base64Within(bytes, "base64"), ...base64Within(bytes, "base64url")];
  return [
    hex,
    hex.toUpperCase(),
    base58btc.encode(bytes).slice(1),
    base32.encode(bytes).slice(1),
    ...base64,
  ];
}

/** The forms of a number of at most 32 bits that is the input of a program: digits, and 64 bits in either order. */
export function inputForms(value: number): Secret[] {
  const big = new Uint8Array(8);
  new DataView(big.buffer).setBigUint64(0, BigInt(value));
  const little = big.toReversed();
  // Why four: the upper half of a small number is zeros, which stand in many places.
  const raw = [little.slice(0, 4), big.slice(4)];
  const texts = [`${value}`, value.toString(16), value.toString(16).toUpperCase()];
  const all = [
    ...texts,
    ...texts.flatMap((text) => textsOf(encode(text))),
    ...[little, big].flatMap(textsOf),
  ];
  const forms = [...raw, ...new Set(all).values().map(encode)];
  return forms.map((bytes) => ({ name: `a form of an input: ${bytes.toHex()}`, bytes }));
}

/** The forms of the private half in a key file of libp2p. */
export function keyForms(file: Uint8Array): Secret[] {
  assert.equal(file.length, 68);
  const seed = file.slice(4, 36);
  const forms = [seed, ...textsOf(seed).map(encode)];
  return forms.map((bytes) => ({ name: `a form of a key`, bytes }));
}

/** The text of a ticket, or another one that is a secret as it stands. */
export function textForm(name: string, text: string): Secret {
  return { name, bytes: encode(text) };
}

/** Bytes as text, one character each, for searching. */
function characters(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** Whether `part` stands in `bytes`. */
export function includes(bytes: Uint8Array, part: Uint8Array): boolean {
  return characters(bytes).includes(characters(part));
}

/** Asserts that none of the secrets stands in `bytes`, which are called `where`. */
export function assertAbsent(where: string, bytes: Uint8Array, secrets: readonly Secret[]): void {
  const text = characters(bytes);
  for (const secret of secrets) {
    assert.ok(!text.includes(characters(secret.bytes)), `${where} holds ${secret.name}`);
  }
}
