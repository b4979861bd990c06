/**
 * What a session would cost, from the circuit and the public parameters alone.
 * Bytes are those of lib/mpc/cost.ts.
 */
import type { CircuitHeader } from "../circuit/mod.ts";
import {
  batchBits,
  type BatchShape,
  batchShape,
  type CostHeader,
  type Parameters,
  sentBytes,
  sentBytesTo,
  TRAFFIC_PHASES,
  type TrafficPhase,
} from "../mpc/mod.ts";

/** What one party's part costs. */
export interface PartyEstimate {
  /** Bytes of all messages that the party sends; the connection adds a few in a hundred. */
  readonly sentBytes: number;
  /** Most bytes of memory that the process takes, about. */
  readonly memoryBytes: number;
}

/** What the formulas are over. */
interface Site {
  readonly header: CircuitHeader;
  readonly parameters: Parameters;
  readonly self: number;
}

/** Bytes of a process that computes next to nothing. */
const PROCESS_BYTES = 150_000_000;
/**
 * What is kept while a chunk is prepared, over its state at rest: copies on the way, and what is not yet
 * collected. Measured: 2.6 to 3.3 for 2 and 3 parties and 68,000 to 338,000 AND gates.
 */
const COPIES = 3;
/** Walks over the circuit at once: masks, tables and masked values. */
const WALKS = 3;
/** Bytes of a walk for each register: which wires stand where. */
const WALK_BYTES = 40;
/** What frames, acknowledgements, encryption and gossip add to the bytes of a link, and what they add at least. */
const OVERHEAD = 1.05;
const OVERHEAD_BYTES = 65_536;
/** Phases whose work a stock holds. */
const STOCKED: readonly TrafficPhase[] = [
  "set-up",
  "authenticated bits",
  "delta consistency",
  "leaky ANDs",
];

/** The numbers of two parties. */
export interface LinkEnds {
  readonly self: number;
  readonly other: number;
}

/** Two parties, and what they do together. */
export interface LinkUse {
  /** The circuit, or what stands for it. */
  readonly header: CostHeader;
  /** The parameters of the session. */
  readonly parameters: Parameters;
  /** Numbers of the two parties. */
  readonly ends: LinkEnds;
  /** Whether a stock is used for it. */
  readonly stocked: boolean;
}

/** Bytes that pass between two parties in a session, both directions together, about. */
export function linkBytes({ header, parameters, ends, stocked }: LinkUse): number {
  const { self, other } = ends;
  const phases = TRAFFIC_PHASES.filter((phase) => !stocked || !STOCKED.includes(phase));
  const there = sentBytesTo({ header, parameters, self, to: other });
  const back = sentBytesTo({ header, parameters, self: other, to: self });
  const payload = phases.reduce((sum, phase) => sum + there[phase] + back[phase], 0);
  return Math.ceil(payload * OVERHEAD) + OVERHEAD_BYTES;
}

/** The estimate for each party of a session. */
export function estimate(header: CircuitHeader, parameters: Parameters): PartyEstimate[] {
  return Array.from({ length: parameters.parties }, (_, self) => {
    const site = { header, parameters, self };
    const sent = Object.values(sentBytes(site)).reduce((sum, bytes) => sum + bytes, 0);
    return { sentBytes: sent, memoryBytes: memoryBytes(site) };
  });
}

/** The walks over the circuit, the state of its registers, and the widest chunk. */
function memoryBytes({ header, parameters, self }: Site): number {
  const { parties, evaluator, chunk } = parameters;
  const others = parties - 1;
  const register = 32 * others + 2 + (self === evaluator ? 16 * others : 16);
  const ands = Math.min(header.ands, chunk);
  const shape: BatchShape | undefined = ands === 0 ? undefined : batchShape(ands);
  const widest = shape === undefined ? 0 : batchBits(shape) * 32 * others;
  const walks = WALKS * WALK_BYTES * header.registers;
  return PROCESS_BYTES + walks + COPIES * (header.registers * register + widest);
}
