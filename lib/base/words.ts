/** Peers, paths to them, and sizes in texts for people. */

/** A peer id short enough for a line. */
export function shortPeer(peer: string): string {
  return `${peer.slice(0, 8)}…${peer.slice(-6)}`;
}

/** How a peer is connected: through the relay with this peer id, or, without one, directly. */
export function pathText(relay: string | undefined): string {
  return relay === undefined ? "direct" : `via relay ${shortPeer(relay)}`;
}

/** A number of bytes for people: 3 digits and a unit. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)} ${units[unit]}`;
}
