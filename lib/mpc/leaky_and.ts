/**
 * Leaky ANDs: from ⟨x⟩, ⟨y⟩ and a random ⟨r⟩ the product ⟨z⟩ = ⟨x·y⟩, of which a cheater may have
 * guessed bits of x.
 *
 * Source: KRRW18 (eprint 2018/578), figure 5 (half-authenticated AND) in the n-party form of YWZ20
 * (eprint 2019/1104), section 4. Realises: F_LaAND, once the V check (v_check.ts) has passed.
 * In, each party: its shares of x, y, r. Out: its share of z, and T with ⊕_i T_i = 0.
 * Rounds: 2 (U, e). Bytes, each party: (n − 1)·(8 + 1/8)·count.
 * Aborts: none here; T is what the V check tests, and e is compared by echo.
 *
 * | here  | docs/PROTOCOL.md                     |
 * |-------|--------------------------------------|
 * | phi   | ⌊Φ_i⌋, shares of y·⌊Δ⌋               |
 * | s     | S_i, shares of x·y·⌊Δ⌋               |
 * | z     | z^i = lsb(S_i)                       |
 * | e     | z ⊕ r, broadcast                     |
 * | t     | T_i                                  |
 *
 * Deviations: only low halves of 64 bits are computed and sent (the paper: κ bits). Enough to prove T for ρ = 40, but
 * not to hide behind: who sees V may search for x or the low half of Δ. So the V check tells one wrong guess of V
 * (n = 2) or 16 bits of one Δ (n ≥ 3), and x is of no use to a cheater who was caught, since x ⊕ λ is opened
 * only when the check has passed (v_check.ts, material.ts). All layers of a batch are one array, so that each step is
 * one message.
 * Why never λ_α as x: only x leaks, and a guess of it is right half the time.
 */
import { bitBytes, concat, setBit, xorInto } from "../base/mod.ts";
import { type Bits, type Halves, TWEAK_DOMAIN, type TweakDomain } from "../crypto/mod.ts";
import { exchange, type Message } from "./exchange.ts";
import { others, type Party } from "./party.ts";
import type { Shares } from "./shares.ts";

/** The factors of a batch of leaky ANDs. */
export interface LeakyInputs {
  /** ⟨x⟩ of all products. */
  readonly x: Shares;
  /** ⟨y⟩, in parts whose counts add up to that of x. */
  readonly y: readonly Shares[];
  /** Random ⟨r⟩; used up: its arrays become those of ⟨z⟩. */
  readonly r: Shares;
}

/** Where a batch belongs. */
export interface LeakySite {
  /** Number of the chunk, for the order table. */
  readonly chunk: number;
  /** Step that U is sent in. */
  readonly step: string;
  /** Session salt. */
  readonly salt: Uint8Array;
  /** Tweak index of the first product; unique in the session. */
  readonly index: number;
}

/** S_i of a batch, before e is known. */
export interface LeakyProducts {
  /** ⌊S_i⌋, 8 bytes a product. */
  readonly s: Halves;
  /** z^i = lsb(S_i), packed. */
  readonly z: Bits;
  /** z ⊕ r, to be broadcast. */
  readonly e: Bits;
}

/** ⟨z⟩ of a batch, and what the V check tests. */
export interface LeakyOutputs {
  /** Authenticated, once the V check has passed. */
  readonly z: Shares;
  /** T_i, 8 bytes a product. */
  readonly t: Halves;
}

function tweak(sender: number, receiver: number): TweakDomain {
  return { domain: TWEAK_DOMAIN.LEAKY_AND, side: 0, sender, receiver };
}

/** ⌊Φ_i⌋ of all products, 8 bytes each. */
export function crossShares(party: Party, y: readonly Shares[]): Halves {
  const { kernels, delta } = party;
  const parts = y.map((part) => kernels.crossShare(part, delta, part.count));
  const all = concat(...parts);
  for (const part of parts) part.fill(0);
  return all;
}

/** x^i·⌊Φ_i⌋: the own term of S_i. Selects by masks, since x is secret. */
export function ownProducts(x: Bits, phi: Halves): Halves {
  const out = new Uint8Array(phi.length);
  const from = new Int32Array(phi.buffer, phi.byteOffset, phi.length >>> 2);
  const to = new Int32Array(out.buffer);
  for (let m = 0; 2 * m < to.length; m++) {
    const mask = -(((x[m >>> 3] as number) >>> (m & 7)) & 1);
    to[2 * m] = (from[2 * m] as number) & mask;
    to[2 * m + 1] = (from[2 * m + 1] as number) & mask;
  }
  return out;
}

/** The lowest bits of `count` halves, packed. */
export function lowBits(halves: Halves, count: number): Bits {
  const bits = new Uint8Array(bitBytes(count));
  for (let m = 0; m < count; m++) setBit(bits, m, halves[8 * m] as number);
  return bits;
}

/** Exchanges U and computes S_i, z^i and e^i. 1 round, 8·count bytes to each party. */
export async function leakyProducts(
  party: Party,
  inputs: LeakyInputs,
  site: LeakySite,
): Promise<LeakyProducts> {
  const { kernels, delta, self } = party;
  const { salt, index, step } = site;
  const { x, r } = inputs;
  const count = x.count;
  const phi = crossShares(party, inputs.y);
  if (phi.length !== 8 * count || r.count !== count) {
    throw new RangeError("Cannot multiply: x, y and r have different lengths");
  }
  const s = ownProducts(x.bits, phi);
  party.secrets.keep(phi, s);
  party.order.sending("U", site.chunk);
  const keySide = (to: number): Message => {
    const keys = x.keys[to] as Uint8Array<ArrayBuffer>;
    return kernels.leakyKeySide({
      ...{ count, salt, tweak: tweak(self, to), index, delta, keys, phi, s },
    });
  };
  const received = await exchange(party, step, keySide, 8 * count);
  for (const from of others(party)) {
    const macs = x.macs[from] as Uint8Array<ArrayBuffer>;
    const u = received[from] as Message;
    const sender = tweak(from, self);
    kernels.leakyMacSide({ count, salt, tweak: sender, index, macs, x: x.bits, u, s });
  }
  phi.fill(0);
  const z = lowBits(s, count);
  party.secrets.keep(z);
  const e = r.bits.slice(0, bitBytes(count));
  xorInto(e, z);
  return { s, z, e };
}

/**
 * Turns ⟨r⟩ into ⟨z⟩ with everybody's e, and computes T_i. No message.
 *
 * @param e by party, the own one included; packed bits.
 */
export function authenticateProducts(
  party: Party,
  r: Shares,
  products: LeakyProducts,
  e: readonly Bits[],
): LeakyOutputs {
  const { kernels, delta } = party;
  const { count, macs, keys } = r;
  for (const from of others(party)) {
    const own = keys[from] as Uint8Array<ArrayBuffer>;
    kernels.xorDeltaInto(own, e[from] as Bits, delta, count);
  }
  const z: Shares = { count, bits: products.z, macs, keys };
  const t = products.s;
  const cross = kernels.crossShare(z, delta, count);
  xorInto(t, cross);
  cross.fill(0);
  return { z, t };
}
