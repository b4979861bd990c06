/** Being a relay (circuit relay v2): who may use it, and how much of it. */
import { circuitRelayServer, type CircuitRelayService } from "@libp2p/circuit-relay-v2";
import type { Libp2p } from "@libp2p/interface";

/** What a relay grants. */
export interface RelayLimits {
  /** Most peers that can be reached through it at a time. */
  readonly reservations: number;
  /** Most bytes that pass on one connection, both directions together. */
  readonly bytes: number;
  /** Longest life of one connection, in milliseconds. */
  readonly durationMs: number;
  /** Peer ids that may use it, at both ends of a connection; empty: everybody. */
  readonly allow: readonly string[];
}

/** Most connections of one peer through the relay at a time, each way. */
const CIRCUITS_OF_PEER_MAX = 64;

/** The service of a relay. */
export function relayServer(
  { reservations, bytes, durationMs }: RelayLimits,
): ReturnType<typeof circuitRelayServer> {
  return circuitRelayServer({
    maxInboundHopStreams: CIRCUITS_OF_PEER_MAX,
    maxOutboundStopStreams: CIRCUITS_OF_PEER_MAX,
    reservations: {
      maxReservations: reservations,
      defaultDataLimit: BigInt(bytes),
      defaultDurationLimit: durationMs,
    },
  });
}

/** Forgets who has gone: a place is kept for hours otherwise, and a party has a new id on each run. */
export function freePlaces(
  libp2p: Pick<Libp2p, "addEventListener">,
  { reservations }: CircuitRelayService,
): void {
  libp2p.addEventListener("peer:disconnect", ({ detail }) => reservations.delete(detail));
}
