/**
 * Words that people compare over the phone: equal words mean that they agreed on the same session.
 *
 * Six words of a list of 2048 are 66 bits. They are stretched, so that whoever sits between two sessions with
 * parties of his own would need about 2^50 hashes to make their words equal, in the time in which people decide.
 */
import { wordlist } from "@scure/bip39/wordlists/english";
import { toHex, utf8 } from "../../base/mod.ts";

/** Number of words. */
const WORDS = 6;
/** Bits of a word: the list has 2^11. */
const WORD_BITS = 11;
/** Rounds of PBKDF2-HMAC-SHA-256: a fraction of a second. */
const ROUNDS = 200_000;
const SALT = "p2p-mpc verify words v1";

/** The verify words of the session with this hash (32 bytes). */
export async function verifyWords(sid: Uint8Array<ArrayBuffer>): Promise<readonly string[]> {
  const key = await crypto.subtle.importKey("raw", sid, "PBKDF2", false, ["deriveBits"]);
  const stretch = { name: "PBKDF2", hash: "SHA-256", salt: utf8(SALT), iterations: ROUNDS };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(stretch, key, 128));
  let number = BigInt(`0x${toHex(bits)}`);
  return Array.from({ length: WORDS }, () => {
    const word = wordlist[Number(BigInt.asUintN(WORD_BITS, number))];
    number >>= BigInt(WORD_BITS);
    if (word === undefined) throw new TypeError("The list of words is too short");
    return word;
  });
}
