/**
 * Masked inputs: everybody learns z = x ⊕ λ of each input wire, and nothing else.
 *
 * Source: WRK17 (eprint 2017/189), figure 4, step 5 (input processing). Assumes: ⟨λ⟩ fresh, COT check, Δ
 * consistency. In, each party: its input bits. Out: z of all input wires, the same for all honest parties.
 * Rounds: 2 and an echo for n ≥ 3. Bytes, each party: ⌈I_j/8⌉ + 32 to each other owner j, then
 * (n − 1)·⌈I_i/8⌉, where I_i are party i's input bits.
 * Aborts: masks => "MAC hash" at the owner; different z => "echo".
 * Why λ of all parties and not a mask of the owner's own: an output party that gets the shares of in_1 ⊕ in_2
 * one by one would separate the two inputs.
 * Why the echo before any label: an owner who tells two garblers different z would get labels of different
 * values, and all later checks would pass for both.
 */
import { bitBytes, copyBitsInto, sliceBits, xorInto } from "../base/mod.ts";
import type { CircuitHeader } from "../circuit/mod.ts";
import type { Bits } from "../crypto/mod.ts";
import { broadcast, echo } from "./broadcast.ts";
import { open } from "./opening.ts";
import type { Party } from "./party.ts";
import { type Shares, sliceShares } from "./shares.ts";

/** The input bits of one party, among those of all. */
export interface InputRange {
  /** Number of the first bit. */
  readonly first: number;
  /** Number of bits, 0 for a party without input. */
  readonly count: number;
}

/** The input bits of each of `parties` parties; those beyond the header's list have none. */
export function inputRanges(header: CircuitHeader, parties: number): InputRange[] {
  let first = 0;
  return Array.from({ length: parties }, (_, i) => {
    const count = header.inputs[i] ?? 0;
    first += count;
    return { first: first - count, count };
  });
}

/** Number of input bits of all parties. */
export function inputCount(header: Pick<CircuitHeader, "inputs">): number {
  return header.inputs.reduce((sum, count) => sum + count, 0);
}

/**
 * Opens each mask to its owner alone.
 *
 * @returns λ of the own input bits.
 * @throws {CheatingError} "MAC hash", naming the sender.
 */
export async function openInputMasks(
  party: Party,
  ranges: readonly InputRange[],
  masks: Shares,
): Promise<Bits> {
  const opened = await Promise.all(ranges.map(async ({ first, count }, owner) => {
    if (count === 0) return undefined;
    const own = sliceShares(masks, first, count);
    party.secrets.keep(own.bits);
    return await open(party, `input/mask/${owner}`, [own], { receivers: [owner] });
  }));
  party.order.passed("input MAC hashes");
  return opened[party.self]?.[0] ?? new Uint8Array(0);
}

/**
 * Broadcasts z of the own input bits and compares what was received.
 *
 * @param input own input bits, packed.
 * @param masks ⟨λ⟩ of all input wires.
 * @returns z of all input wires in order, packed.
 * @throws {CheatingError} "MAC hash" or "echo".
 */
export async function maskInputs(
  party: Party,
  ranges: readonly InputRange[],
  input: Bits,
  masks: Shares,
): Promise<Bits> {
  const own = ranges[party.self]?.count ?? 0;
  const lambda = await openInputMasks(party, ranges, masks);
  const masked = sliceBits(input, 0, own);
  xorInto(masked, lambda);
  // Security: with the public z it would tell the input.
  lambda.fill(0);
  if (own > 0) party.order.sending("input z");
  const length = (from: number): number => bitBytes(ranges[from]?.count ?? 0);
  const received = await broadcast(party, "input/z", masked, length, "input");
  await echo(party, "input/echo", "input");
  party.order.passed("input echo");
  const z = new Uint8Array(bitBytes(masks.count));
  for (const [from, { first, count }] of ranges.entries()) {
    copyBitsInto(z, first, received[from] as Bits, count);
  }
  return z;
}
