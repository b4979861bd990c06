/**
 * Circuit check: the evaluator tests that the masked value of every AND gate of a chunk is right.
 *
 * Source: KRRW18 (eprint 2018/578), section 5, and YWZ20 (eprint 2019/1104), figure 8 (checking the circuit by
 * authenticated shares), batched by a random linear hash.
 * Assumes: the label check, so that z is the same at all honest parties.
 * In, each party: ⟨λ_α⟩, ⟨λ_β⟩, ⟨c⟩ and z. Out: nothing.
 * Rounds: 1. Bytes: 16 from each garbler to the evaluator.
 * Aborts: "circuit check" at the evaluator; it does not tell whom to blame.
 *
 * With a, b the masked values of the operands, t = c ⊕ a·λ_β ⊕ b·λ_α must equal the public z_γ ⊕ a·b. Garbler k
 * sends Σ_m χ_m·M_e[t_m^k]; the evaluator compares the sum of all with
 * Σ_m χ_m·(⊕_{k≠e} K_e[t_m^k] ⊕ (t_m^e ⊕ z_γ ⊕ a·b)·Δ_e).
 * Deviation: garblers do not test it; what they rely on is the label check. The evaluator never sends its own
 * t; when a chunk fails, it stops at once, and its notice names the step. Whether it fails depends on what was sent to
 * it and on masked values alone, so that this is all it tells a garbler.
 */
import { bitBytes, equal, getBit, setBit, xorInto } from "../base/mod.ts";
import { OP } from "../circuit/mod.ts";
import { type Bits, BLOCK_BYTES, type Blocks, transcriptHash } from "../crypto/mod.ts";
import type { Run } from "./chunks.ts";
import { DOMAIN } from "./domains.ts";
import type { Claimed } from "./label_check.ts";
import type { Material } from "./material.ts";
import { garblers, type Party } from "./party.ts";

/** Masked values of the operands of a chunk's AND gates, in gate order, packed. */
export interface OperandValues {
  /** Of the first operands. */
  readonly a: Bits;
  /** Of the second operands. */
  readonly b: Bits;
}

/**
 * Walks the masked values through a chunk: XOR adds, NOT flips, the m-th AND gate gives bit m of `z`.
 *
 * @param values by register, one byte each; changed in place.
 */
export function walkValues(
  values: Uint8Array,
  runs: Iterable<Run>,
  z: Bits,
  ands: number,
): OperandValues {
  const operands = { a: new Uint8Array(bitBytes(ands)), b: new Uint8Array(bitBytes(ands)) };
  let m = 0;
  for (const run of runs) {
    const { op, a, b, out } = run.segment;
    for (let gate = run.from; gate < run.to; gate++) {
      const x = values[a[gate] as number] as number;
      const y = values[b[gate] as number] as number;
      const to = out[gate] as number;
      if (op[gate] === OP.XOR) values[to] = x ^ y;
      else if (op[gate] === OP.NOT) values[to] = x ^ 1;
      else {
        setBit(operands.a, m, x);
        setBit(operands.b, m, y);
        values[to] = getBit(z, m++);
      }
    }
  }
  return operands;
}

/** What the check of a chunk works on. */
export interface CircuitCheck {
  /** Number of the chunk. */
  readonly chunk: number;
  /** Shares that belong to its AND gates. */
  readonly material: Material;
  /** z_γ and the seed, as the label check proved them. */
  readonly claimed: Claimed;
  /** What {@linkcode walkValues} gave for z_γ. */
  readonly operands: OperandValues;
}

/** The coin χ of a chunk from the evaluator's seed, 32 bytes. */
function coin(party: Party, check: CircuitCheck): Uint8Array {
  return transcriptHash(DOMAIN.CIRCUIT_CHECK, party.sid, `c${check.chunk}/t`, check.claimed.seed);
}

/** Adds the blocks of t to `out`, from those of λ_α, λ_β and c. */
function addCombination(
  party: Party,
  out: Blocks,
  check: CircuitCheck,
  pick: (of: Material[keyof Material]) => Blocks,
): void {
  const { material, operands } = check;
  const count = material.c.count;
  party.kernels.xorBlocksInto(out, pick(material.c), count);
  party.kernels.xorBlocksInto(out, pick(material.beta), count, undefined, operands.a);
  party.kernels.xorBlocksInto(out, pick(material.alpha), count, undefined, operands.b);
}

/** A garbler's side: sends Σ_m χ_m·M_e[t_m]. */
export async function sendCombination(party: Party, check: CircuitCheck): Promise<void> {
  const { kernels, order, parameters } = party;
  const { evaluator } = parameters;
  const count = check.material.c.count;
  const t = party.secrets.take(BLOCK_BYTES * count).fill(0);
  addCombination(party, t, check, (shares) => shares.macs[evaluator] as Blocks);
  order.sending("t combination", check.chunk);
  const sum = kernels.macSum(coin(party, check), t, count);
  party.secrets.give(t);
  await party.channel.send(evaluator, `c${check.chunk}/t`, sum);
}

/**
 * The evaluator's side.
 *
 * @throws {CheatingError} "circuit check".
 */
export async function checkCircuit(party: Party, check: CircuitCheck): Promise<void> {
  const { kernels, delta } = party;
  const step = `c${check.chunk}/t`;
  const count = check.material.c.count;
  const t = party.secrets.take(BLOCK_BYTES * count).fill(0);
  const sum = new Uint8Array(BLOCK_BYTES);
  const received = await Promise.all(
    garblers(party.parameters).map((from) => party.channel.recv(from, step, BLOCK_BYTES)),
  );
  for (const part of received) xorInto(sum, part);
  for (const from of garblers(party.parameters)) {
    addCombination(party, t, check, (shares) => shares.keys[from] as Blocks);
  }
  const bits = differences(party, check);
  kernels.xorDeltaInto(t, bits, delta, count);
  const ok = equal(sum, kernels.macSum(coin(party, check), t, count));
  party.secrets.give(t);
  bits.fill(0);
  party.checks.require("circuit check", ok, { step });
}

/** t^e ⊕ z_γ ⊕ a·b of the evaluator, packed. */
function differences(party: Party, check: CircuitCheck): Bits {
  const { kernels } = party;
  const { a, b } = check.operands;
  const { alpha, beta, c } = check.material;
  const bits = check.claimed.z.slice();
  kernels.xorBitsInto(bits, a, c.count, undefined, b);
  kernels.xorBitsInto(bits, c.bits, c.count);
  kernels.xorBitsInto(bits, beta.bits, c.count, undefined, a);
  kernels.xorBitsInto(bits, alpha.bits, c.count, undefined, b);
  return bits;
}
