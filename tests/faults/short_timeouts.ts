/**
 * Makes every time-out signal short: libp2p gives many of its calls one, and each holds what the call was about until
 * its time is over, also after the call has ended.
 */
import "../../lib/net/mod.ts";

/** Longest time-out of a signal. */
export const LONGEST_MS = 3000;
const { timeout } = AbortSignal;
AbortSignal.timeout = (ms) => timeout(Math.min(ms, LONGEST_MS));
