/** Numbers, times and names as the dashboard shows them. */

const COUNT_UNITS = ["", " k", " M", " G"];

/** A number of things: 12.3 k. */
export function countText(count: number): string {
  let power = 0;
  while (count >= 999.5 && power < COUNT_UNITS.length - 1) {
    count /= 1000;
    power++;
  }
  return `${count.toFixed(power === 0 || count >= 99.95 ? 0 : 1)}${COUNT_UNITS[power]}`;
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

/** The beginning of a digest. */
export function shortDigest(hex: string): string {
  return hex.length <= 12 ? hex : `${hex.slice(0, 12)}…`;
}

/** Time of day, UTC. @param ms milliseconds since 1970. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
