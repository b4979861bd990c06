/** What the benchmark and the process of a party say to each other: one JSON object on each line. */
import type { CheckName, TrafficPhase } from "../../../lib/mpc/mod.ts";
import type { Phase } from "../../../lib/observability/mod.ts";

/** How the parties compute. */
export interface PartyOptions {
  readonly circuit: string;
  readonly party: number;
  readonly parties: number;
  /** Bits of a chunk of Δ in the OT extension. */
  readonly k: number;
  /** Most AND gates of a chunk. */
  readonly chunk: number;
  /** 0: the party computes on its main thread. */
  readonly workers: number;
  /** The parties come at once, so that nobody has time to rehearse. */
  readonly atOnce?: boolean;
}

/** To a party. */
export type Command =
  /** The address that the others are told. */
  | { readonly kind: "address"; readonly address: string }
  /** Meet and compute; party 0 makes the ticket. */
  | { readonly kind: "session"; readonly ticket?: string };

/** From a party. */
export type Report =
  | { readonly kind: "listening"; readonly address: string }
  | { readonly kind: "ticket"; readonly ticket: string }
  | { readonly kind: "computed"; readonly figures: PartyFigures };

/** What one party measured of one computation. */
export interface PartyFigures {
  /** When all had joined and when the result was decoded, in milliseconds since 1970. */
  readonly joinedAt: number;
  readonly decodedAt: number;
  /** Set-up of the protocol, in milliseconds. */
  readonly setupMs: number;
  /** Time that ended with each phase, in milliseconds. */
  readonly phaseMs: Readonly<Partial<Record<Phase, number>>>;
  /** Processor time of the whole process, in milliseconds. */
  readonly cpuMs: number;
  /** Payload bytes sent, by phase. */
  readonly bytesSent: Readonly<Record<TrafficPhase, number>>;
  /** Messages sent. */
  readonly messages: number;
  /** Largest memory of the process so far, in MiB. */
  readonly peakRssMib: number;
  readonly checks: Readonly<Record<CheckName, number>>;
  /** Output bits in hexadecimal, to be compared. */
  readonly output: string;
}
