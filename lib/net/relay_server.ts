/** Being a relay (circuit relay v2): who may use it, and how much of it. */
import { circuitRelayServer, type CircuitRelayService } from "@libp2p/circuit-relay-v2";
import type { Connection, Libp2p } from "@libp2p/interface";
import { PING_PROTOCOL } from "@libp2p/ping";

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
/** Longest time for a connection to show that it is alive. */
const PROBE_MS = 3000;

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

/**
 * Gives connections up that do not answer any more once their peer has opened another one. Why: the server
 * reaches a peer over its oldest connection, and a NAT that lost its state lets nobody know that it is dead.
 */
export function dropDead(
  libp2p: Pick<Libp2p, "addEventListener" | "getConnections">,
): void {
  libp2p.addEventListener("connection:open", ({ detail }) => {
    for (const older of libp2p.getConnections(detail.remotePeer)) {
      if (older.id !== detail.id) void probe(older);
    }
  });
}

async function probe(connection: Connection): Promise<void> {
  try {
    const signal = AbortSignal.timeout(PROBE_MS);
    const stream = await connection.newStream(PING_PROTOCOL, {
      signal,
      runOnLimitedConnection: true,
    });
    await stream.close({ signal });
  } catch (error) {
    connection.abort(error instanceof Error ? error : new Error("no answer"));
  }
}
