/** Numbers, times and names as the dashboard shows them. */

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const COUNT_UNITS = ["", " k", " M", " G"];

/** Three digits and the unit: 999, 12.3 k, 1.2 M. */
function scaled(value: number, base: number, units: readonly string[]): string {
  let power = 0;
  while (value >= base && power < units.length - 1) {
    value /= base;
    power++;
  }
  const digits = power === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)}${units[power]}`;
}

/** A number of bytes: 12.3 MiB. */
export function bytesText(bytes: number): string {
  return scaled(bytes, 1024, BYTE_UNITS.map((unit) => ` ${unit}`));
}

/** A number of things: 12.3 k. */
export function countText(count: number): string {
  return scaled(count, 1000, COUNT_UNITS);
}

/** A duration: 850 ms, 12.3 s, 4 min 5 s, 2 h 7 min. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** The beginning and the end of a long name: 12D3…7XkQ9a. */
export function shortName(name: string): string {
  return name.length <= 14 ? name : `${name.slice(0, 4)}…${name.slice(-6)}`;
}

/** The beginning of a digest. */
export function shortDigest(hex: string): string {
  return hex.length <= 12 ? hex : `${hex.slice(0, 12)}…`;
}

/** Time of day, UTC. @param ms milliseconds since 1970. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
