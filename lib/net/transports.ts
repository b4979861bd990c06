/** How connections are made: TCP and WebSocket, to addresses and to names, and through relays. */
import { circuitRelayTransport } from "@libp2p/circuit-relay-v2";
import type { Transport } from "@libp2p/interface";
import { tcp } from "@libp2p/tcp";
import { webSockets } from "@libp2p/websockets";
import { WebSocket } from "ws";

/** Largest time-out that a timer can hold: keep-alive notices a dead connection, not idleness. */
const NEVER_MS = 2 ** 31 - 1;

type TcpComponents = Parameters<ReturnType<typeof tcp>>[0];
type WebSocketComponents = Parameters<ReturnType<typeof webSockets>>[0];
type RelayComponents = Parameters<ReturnType<typeof circuitRelayTransport>>[0];
/** Makes a transport for the node with these components. */
export type MakeTransport = (
  components: TcpComponents & WebSocketComponents & RelayComponents,
) => Transport;

/** Most connections through relays that one relay may hand over at a time. */
const FROM_RELAY_MAX = 300;

/** The transports of a node. `behindRelays`: others may reach it through relays. */
export function transports(behindRelays: boolean): MakeTransport[] {
  // Why: Deno's own WebSocket waits 40 ms to send small messages together, and cannot be told not to.
  Object.defineProperty(globalThis, "WebSocket", { value: WebSocket, configurable: true });
  const sockets = tcp({
    inboundSocketInactivityTimeout: NEVER_MS,
    outboundSocketInactivityTimeout: NEVER_MS,
  });
  // Security: whoever is connected could say that it is our relay, and hand connections over.
  const relays = circuitRelayTransport({
    maxInboundStopStreams: behindRelays ? FROM_RELAY_MAX : 0,
    maxOutboundStopStreams: FROM_RELAY_MAX,
  });
  return [sockets, webSockets(), relays];
}
