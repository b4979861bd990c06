/**
 * What a session costs on the wire, from the circuit and the public parameters alone: bytes by phase and by link, and
 * rounds.
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
  CPACE_BYTES,
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

/** What of a circuit its cost follows from. */
export type CostHeader = Pick<CircuitHeader, "ands" | "inputs" | "outputs">;

/** A session as one party sees it. */
export interface CostSite {
  /** The circuit. */
  readonly header: CostHeader;
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

/** One direction of a link. */
export interface LinkSite extends CostSite {
  /** Number of the party that receives. */
  readonly to: number;
}

/** Bytes that a party sends in each phase, payload alone. */
export type PhaseBytes = Readonly<Record<TrafficPhase, number>>;
type Counts = { -readonly [Phase in TrafficPhase]: number };

function noBytes(): Counts {
  return Object.fromEntries(TRAFFIC_PHASES.map((phase) => [phase, 0])) as Counts;
}

/** Bytes that party `self` sends in a session, by phase. */
export function sentBytes(site: CostSite): PhaseBytes {
  const bytes = noBytes();
  for (let to = 0; to < site.parameters.parties; to++) {
    if (to === site.self) continue;
    const part = sentBytesTo({ ...site, to });
    for (const phase of TRAFFIC_PHASES) bytes[phase] += part[phase];
  }
  return bytes;
}

/** Bytes that party `self` sends to party `to` in a session, by phase. */
export function sentBytesTo(site: LinkSite): PhaseBytes {
  const bytes = noBytes();
  const { header, parameters, self, to } = site;
  const { parties, evaluator, outputParties, chunk } = parameters;
  bytes["set-up"] = setUpBytes(site);
  for (const part of chunksOf(header, chunk)) addMaterial(bytes, site, part);
  bytes.inputs = inputBytes(site);
  if (to === evaluator) {
    for (const ands of site.runs ?? fullRuns(header, chunk)) {
      bytes.tables += ands === 0 ? 0 : tablesBytes(parameters, self, ands);
    }
  }
  const wires = outputRegisters(header).length;
  bytes.output = (self === evaluator ? 1 : 0) + (parties > 2 ? HASH_BYTES : 0) +
    (wires === 0 || !outputParties.includes(to) ? 0 : bitBytes(wires) + HASH_BYTES);
  return bytes;
}

/** Rounds of a session from the first message to the output, for a circuit with inputs, AND gates and outputs. */
export function sessionRounds(header: CostHeader, parameters: Parameters): number {
  const two = parameters.parties === 2;
  const chunks = Math.max(1, Math.ceil(header.ands / parameters.chunk));
  // U; e; d_k; V; d.
  const products = 3 + (two ? 2 : 1 + V_PIECES) + 1;
  // Set-up, of which the third round has the corrections; coin; x̃; Δ.
  const begin = 3 + 2 + (two ? 0 : 1);
  // Tables, label check, circuit check, "passed", output.
  const end = 5;
  return begin + products + (chunks - 1) * (3 + products) + end;
}

function fullRuns(header: CostHeader, chunk: number): number[] {
  return [...chunksOf(header, chunk)].flatMap(({ ands }) => {
    const runs = Array.from({ length: Math.floor(ands / RUN_ANDS) }, () => RUN_ANDS);
    return ands % RUN_ANDS === 0 ? runs : [...runs, ands % RUN_ANDS];
  });
}

/** A joint coin towards one other party. */
function coinBytes(parties: number): number {
  return HASH_BYTES + COIN_BYTES + NONCE_BYTES + (parties > 2 ? HASH_BYTES : 0);
}

/** Base OTs, trees, reversal and the salt's coin. */
function setUpBytes({ parameters: { parties, k }, self, to }: LinkSite): number {
  const base = to > self ? baseOtReceiverBytes(KAPPA) : baseOtSenderBytes(KAPPA) + reversalBytes(k);
  return base + ggmMessageBytes(k) + coinBytes(parties);
}

/** Opening of `counts` bits in parts, towards one party. */
function openingBytes(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + bitBytes(count), HASH_BYTES);
}

/** Everything of one chunk but its tables. */
function addMaterial(
  bytes: Counts,
  { header, parameters, self, to }: LinkSite,
  { ands, number }: Chunk,
): void {
  const { parties, k, evaluator } = parameters;
  const many = parties > 2;
  const shape = ands === 0 ? undefined : batchShape(ands);
  const count = (shape === undefined ? 0 : batchBits(shape)) +
    (number === 0 ? inputCount(header) : 0);
  if (count > 0) {
    const delta = many && number === 0;
    const rows = Math.ceil((count + (delta ? RHO : 0)) / KAPPA) * KAPPA + SACRIFICED_ROWS;
    bytes["authenticated bits"] += correctionBytes(rows, k) + BLOCK_BYTES + HASH_BYTES +
      coinBytes(parties) + (delta ? HASH_BYTES : 0);
    if (delta) bytes["delta consistency"] += deltaBytes(parties);
  }
  if (shape === undefined) return;
  const products = shape.size * shape.buckets;
  bytes["leaky ANDs"] += HALF_BYTES * products + bitBytes(products) + coinBytes(parties);
  const opened = Array.from({ length: shape.size - 1 }, () => ands);
  bytes.buckets += openingBytes(opened) + coinBytes(parties) + openingBytes([ands]);
  const piece = HASH_BYTES + V_PIECE_BYTES + NONCE_BYTES;
  bytes["V check"] += many ? 2 * HASH_BYTES + V_PIECES * piece : CPACE_BYTES + HASH_BYTES;
  if (self === evaluator) bytes.checks += bitBytes(ands) + SEED_BYTES + HASH_BYTES;
  else if (to === evaluator) bytes.checks += BLOCK_BYTES;
}

/** Δ consistency towards one party: commitments, their comparison, bits with MACs, values. */
function deltaBytes(parties: number): number {
  return HASH_BYTES * (1 + 2 * RHO) + HASH_BYTES +
    (RHO / 8 + BLOCK_BYTES * RHO * (parties - 1) + NONCE_BYTES) +
    (BLOCK_BYTES + NONCE_BYTES) * RHO;
}

function inputBytes({ header, parameters, self, to }: LinkSite): number {
  const { parties, evaluator } = parameters;
  const others = header.inputs[to] ?? 0;
  return (others === 0 ? 0 : openingBytes([others])) +
    bitBytes(header.inputs[self] ?? 0) +
    (parties > 2 ? HASH_BYTES : 0) +
    (to === evaluator ? BLOCK_BYTES * inputCount(header) : 0);
}
