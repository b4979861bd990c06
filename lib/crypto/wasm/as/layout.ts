/**
 * Fixed places in the memory. All else stands where the caller puts it, from `HEAP` on. Every place is
 * 16-byte aligned. What is here may be secret; the caller wipes it with `wipe`.
 */

/** ChaCha state: vector w holds word w of four blocks ("vertical" order). */
export const STATE: usize = 1024;
/** ChaCha output, vertical, too. */
export const OUT: usize = 1280;
/** Half-transposed bit matrix of 128 × 128. */
export const TILE: usize = 1536;
/** First byte for the caller. */
export const HEAP: usize = 3584;
