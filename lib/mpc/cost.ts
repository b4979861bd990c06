/**
 * What a session costs on the wire, from the circuit and the public parameters alone: bytes by phase, and rounds.
 *
 * Source: the tables of docs/PROTOCOL.md, sections "Set-up" and "Rounds and bytes". Tests compare every number with
 * what the parties send.
 */
import { bitBytes } from "../base/mod.ts";
import type { CircuitHeader } from "../circuit/mod.ts";
import {
  baseOtReceiverBytes,
  baseOtSenderBytes,
  BLOCK_BYTES,
  COIN_BYTES,
  ggmMessageBytes,
  HALF_BYTES,
  HASH_BYTES,
  KAPPA,
  NONCE_BYTES,
  RHO,
  SACRIFICED_ROWS,
} from "../crypto/mod.ts";
import { batchShape } from "./bucket.ts";
import { type Chunk, chunksOf, RUN_ANDS } from "./chunks.ts";
import { tablesBytes } from "./garbling.ts";
import { inputCount } from "./inputs.ts";
import { SEED_BYTES } from "./label_check.ts";
import { batchBits } from "./material.ts";
import { TRAFFIC_PHASES, type TrafficPhase } from "./meter.ts";
import { reversalBytes } from "./ot/reversal.ts";
import { correctionBytes } from "./ot/correlated.ts";
import { outputRegisters } from "./output.ts";
import type { Parameters } from "./party.ts";
import { V_PIECE_BYTES, V_PIECES } from "./v_check.ts";

/** A session as one party sees it. */
export interface CostSite {
  /** The circuit. */
  readonly header: CircuitHeader;
  /** The parameters of the session. */
  readonly parameters: Parameters;
  /** Number of the party. */
  readonly self: number;
  /**
   * AND gates of each message of tables; without it all messages are full but the last one of a chunk, which is off by
   * a few bytes where segments of the circuit end.
   */
  readonly runs?: Iterable<number>;
}

/** Bytes that a party sends in each phase, payload alone. */
export type PhaseBytes = Readonly<Record<TrafficPhase, number>>;

/** Bytes that party `self` sends in a session, by phase. */
export function sentBytes(site: CostSite): PhaseBytes {
  const bytes = Object.fromEntries(TRAFFIC_PHASES.map((phase) => [phase, 0])) as {
    -readonly [Phase in TrafficPhase]: number;
  };
  const { header, parameters, self } = site;
  const { parties, evaluator, chunk } = parameters;
  bytes["set-up"] = setUpBytes(parameters, self);
  for (const part of chunksOf(header, chunk)) addMaterial(bytes, site, part);
  bytes.inputs = inputBytes(site);
  if (self !== evaluator) {
    for (const ands of site.runs ?? fullRuns(header, chunk)) {
      bytes.tables += ands === 0 ? 0 : tablesBytes(parameters, self, ands);
    }
  }
  const wires = outputRegisters(header).length;
  const receivers = parameters.outputParties.filter((party) => party !== self).length;
  bytes.output = (self === evaluator ? parties - 1 : 0) +
    (parties > 2 ? HASH_BYTES * (parties - 1) : 0) +
    (wires === 0 ? 0 : receivers * (bitBytes(wires) + HASH_BYTES));
  return bytes;
}

/** Rounds of a session from the first message to the output, for a circuit with inputs, AND gates and outputs. */
export function sessionRounds(header: CircuitHeader, parameters: Parameters): number {
  const two = parameters.parties === 2;
  const chunks = Math.max(1, Math.ceil(header.ands / parameters.chunk));
  // U; e; openings; V.
  const products = 3 + (two ? 2 : 1 + V_PIECES);
  // Set-up, of which the third round has the corrections; coin; x̃; Δ.
  const begin = 3 + 2 + (two ? 0 : 1);
  // Tables, label check, circuit check, "passed", output.
  const end = 5;
  return begin + products + (chunks - 1) * (3 + products) + end;
}

function fullRuns(header: CircuitHeader, chunk: number): number[] {
  return [...chunksOf(header, chunk)].flatMap(({ ands }) => {
    const runs = Array.from({ length: Math.floor(ands / RUN_ANDS) }, () => RUN_ANDS);
    return ands % RUN_ANDS === 0 ? runs : [...runs, ands % RUN_ANDS];
  });
}

/** A joint coin towards one other party. */
function coinBytes(parties: number): number {
  return HASH_BYTES + COIN_BYTES + NONCE_BYTES + (parties > 2 ? HASH_BYTES : 0);
}

/** Base OTs, trees, reversal and the salt's coin, with every other party. */
function setUpBytes({ parties, k }: Parameters, self: number): number {
  const higher = parties - 1 - self;
  return higher * baseOtReceiverBytes(KAPPA) +
    self * (baseOtSenderBytes(KAPPA) + reversalBytes(k)) +
    (parties - 1) * (ggmMessageBytes(k) + coinBytes(parties));
}

/** Opening of `counts` bits in parts, towards one party. */
function openingBytes(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + bitBytes(count), HASH_BYTES);
}

/** Everything of one chunk but its tables. */
function addMaterial(
  bytes: { [Phase in TrafficPhase]: number },
  { header, parameters, self }: CostSite,
  { ands, number }: Chunk,
): void {
  const { parties, k, evaluator } = parameters;
  const others = parties - 1;
  const many = parties > 2;
  const shape = ands === 0 ? undefined : batchShape(ands);
  const count = (shape === undefined ? 0 : batchBits(shape)) +
    (number === 0 ? inputCount(header) : 0);
  if (count > 0) {
    const delta = many && number === 0;
    const rows = Math.ceil((count + (delta ? RHO : 0)) / KAPPA) * KAPPA + SACRIFICED_ROWS;
    bytes["authenticated bits"] += others *
      (correctionBytes(rows, k) + BLOCK_BYTES + HASH_BYTES + coinBytes(parties) +
        (delta ? HASH_BYTES : 0));
    if (delta) bytes["delta consistency"] += others * deltaBytes(parties);
  }
  if (shape === undefined) return;
  const products = shape.size * shape.buckets;
  bytes["leaky ANDs"] += others * (HALF_BYTES * products + bitBytes(products) + coinBytes(parties));
  const opened = Array.from({ length: shape.size }, () => ands);
  bytes.buckets += others * (openingBytes(opened) + coinBytes(parties));
  const piece = HASH_BYTES + V_PIECE_BYTES + NONCE_BYTES;
  bytes["V check"] += others *
    (many ? 2 * HASH_BYTES + V_PIECES * piece : 2 * HASH_BYTES + NONCE_BYTES);
  bytes.checks += self === evaluator
    ? others * (bitBytes(ands) + SEED_BYTES + HASH_BYTES)
    : BLOCK_BYTES;
}

/** Δ consistency towards one party: commitments, their comparison, bits with MACs, values. */
function deltaBytes(parties: number): number {
  return HASH_BYTES * (1 + 2 * RHO) + HASH_BYTES +
    (RHO / 8 + BLOCK_BYTES * RHO * (parties - 1) + NONCE_BYTES) +
    (BLOCK_BYTES + NONCE_BYTES) * RHO;
}

function inputBytes({ header, parameters, self }: CostSite): number {
  const { parties, evaluator } = parameters;
  const others = parties - 1;
  const masks = header.inputs.reduce((sum, bits, owner) => {
    return sum + (owner === self || bits === 0 ? 0 : openingBytes([bits]));
  }, 0);
  return masks + others * bitBytes(header.inputs[self] ?? 0) +
    (parties > 2 ? HASH_BYTES * others : 0) +
    (self === evaluator ? 0 : BLOCK_BYTES * inputCount(header));
}
