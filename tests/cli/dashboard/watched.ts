/** A dashboard's state with a clock of its own, and events to feed it. */
import type { RunningCommand } from "../../../lib/cli/config.ts";
import { DashboardState, type WatchedNode } from "../../../lib/cli/dashboard/state.ts";
import type { Event, SessionSnapshot, TrafficPhase } from "../../../lib/observability/mod.ts";

/** Time at which the tests begin. */
export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Peer ids of three parties. */
export const PEERS = ["12D3KooWalice000001", "12D3KooWbobby000002", "12D3KooWcarol000003"];

/** A state and its clock. */
export class Watched {
  nowMs = START_MS;
  readonly state: DashboardState;

  constructor(command: RunningCommand) {
    const now = (): number => this.nowMs;
    this.state = new DashboardState({ version: "1.2.3", command, now, memory: () => 100 << 20 });
  }

  /** Events that come `ms` later. */
  after(ms: number, ...events: readonly Event[]): void {
    this.nowMs += ms;
    for (const event of events) this.state.observe(event);
  }
}

/** A session of three parties at some stage; we are party 1. */
export function sessionAt(
  stage: SessionSnapshot["stage"],
  more: Partial<SessionSnapshot> = {},
): Event {
  const roster = PEERS.map((peer, party) => ({ party, peer }));
  const session = {
    ...{ id: "ab".repeat(32), role: "joiner", stage, party: 1, parties: 3 } as const,
    ...{ program: "cd".repeat(32), roster, ...more },
  };
  return { kind: "session", session };
}

/** A message of the protocol. */
export function message(
  direction: "inbound" | "outbound",
  party: number,
  phase: TrafficPhase,
  bytes: number,
): Event {
  return { kind: "traffic", direction, party, phase, bytes, seconds: 0 };
}

function addressOf(peer: string): string {
  return `/ip4/127.0.0.1/tcp/4001/p2p/${peer}`;
}

/** A connection that opens or closes. */
export function connection(
  change: "open" | "close",
  peer: string,
  address = addressOf(peer),
): Event {
  return { kind: "connection", change, direction: "inbound", via: "direct", peer, address };
}

/** What a state asks of a node: two peers listen to every topic, everybody is trusted and 2 ms away. */
export function fakeNode(alias?: string, address = "/ip4/127.0.0.1/tcp/1"): WatchedNode {
  const record = (): { score: number; atMs: number; alias?: string } => ({
    ...{ score: 2.5, atMs: START_MS },
    ...(alias === undefined ? {} : { alias }),
  });
  return {
    addresses: () => [address],
    checkedAddresses: () => [address],
    subscribers: () => PEERS.slice(0, 2),
    peers: () =>
      PEERS.map((peer) => ({ peer, address: addressOf(peer), direction: "inbound", rttMs: 2 })),
    reputation: { record, standing: () => "trusted" } as unknown as WatchedNode["reputation"],
  };
}
