/** How connections are made: TCP and WebSocket, to addresses and to names. */
import type { Transport } from "@libp2p/interface";
import { tcp } from "@libp2p/tcp";
import { webSockets } from "@libp2p/websockets";
import { WebSocket } from "ws";

/** Largest time-out that a timer can hold: keep-alive notices a dead connection, not idleness. */
const NEVER_MS = 2 ** 31 - 1;

type TcpComponents = Parameters<ReturnType<typeof tcp>>[0];
type WebSocketComponents = Parameters<ReturnType<typeof webSockets>>[0];
/** Makes a transport for the node with these components. */
export type MakeTransport = (components: TcpComponents & WebSocketComponents) => Transport;

/** The transports of a node. */
export function transports(): MakeTransport[] {
  // Why: Deno's own WebSocket waits 40 ms to send small messages together, and cannot be told not to.
  Object.defineProperty(globalThis, "WebSocket", { value: WebSocket, configurable: true });
  const sockets = tcp({
    inboundSocketInactivityTimeout: NEVER_MS,
    outboundSocketInactivityTimeout: NEVER_MS,
  });
  return [sockets, webSockets()];
}
