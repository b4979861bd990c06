/** What a process has used. */
import process from "node:process";

/** Processor time of this process so far, all threads, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Largest memory of this process so far, in MiB. */
export function peakRssMib(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** Milliseconds since 1970, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
