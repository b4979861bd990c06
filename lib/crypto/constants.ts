/**
 * Every number of the symmetric primitives, named once, with its reason.
 *
 * All values are part of the wire format: two parties with different values fail each other's checks.
 */

/** Computational security parameter κ: labels, MACs, keys and seeds have this many bits. */
export const KAPPA = 128;
/** Statistical security parameter ρ: a cheat survives with probability about 2^-ρ. */
export const RHO = 40;
/** Bytes of a block (κ bits). */
export const BLOCK_BYTES = 16;
/** Bytes of the low half ⌊x⌋ of a block: 64 bits are enough where ρ = 40 has to be reached. */
export const HALF_BYTES = 8;

/** Bytes of a SHA-256 digest, and so of a commitment, a session id and a joint coin. */
export const HASH_BYTES = 32;
/** Bytes of a session id (sid): SHA-256 of the agreed session description. */
export const SID_BYTES = 32;
/** Bytes of a joint coin. It keys the PRG as a whole: 256 bits, so that it has no structure to grind. */
export const COIN_BYTES = 32;
/** Bytes of a commitment's nonce: 2κ bits hide a value of any entropy, also against collisions. */
export const NONCE_BYTES = 32;

/**
 * ChaCha rounds of the PRG for seeds and batches. The best known attack reaches 7 rounds at a cost far
 * above 2^128 for our 128-bit seeds; 8 rounds run at 3.1 GB/s where 20 run at 1.35 (WASM SIMD).
 */
export const PRG_ROUNDS = 8;
/**
 * ChaCha rounds of the tweakable hash. It is modelled as a circular correlation robust hash (keys K and
 * K ⊕ Δ are related), a stronger demand than on the PRG: hence four rounds more.
 */
export const HASH_ROUNDS = 12;
/** ChaCha rounds of the seeded generator: RFC 8439. */
export const RNG_ROUNDS = 20;

/** Bytes of one step of a PRG stream: four interleaved ChaCha blocks, one for each SIMD lane. */
export const PRG_GROUP_BYTES = 256;

/** Bytes that a node of a tree is stretched to: two children, or the value of the tree check. */
export const EXPANDED_BYTES = 32;

/**
 * Domains of the PRG: the first word of its nonce. One seed may be used in several domains, never
 * twice in one.
 */
export const PRG_DOMAIN = {
  /** Streams r_{c,y} of correlated OT. */
  COT: 1,
  /** Children of a node of a GGM tree. */
  TREE: 2,
  /** PRG' of the tree check: v_y. */
  TREE_CHECK: 3,
  /** Bucket numbers of the linear hash, from a coin. */
  BUCKETS: 4,
  /** The point r of the polynomial hash, from a coin. */
  POLYNOMIAL: 5,
  /** Permutation of the layers of a batch, from a coin. */
  PERMUTATION: 6,
} as const;

/** Domains of the tweakable hash: byte 0 of the tweak. */
export const TWEAK_DOMAIN = {
  /** Reversal of the direction of correlated OT into base OTs. */
  REVERSAL: 1,
  /** Leaky ANDs. */
  LEAKY_AND: 2,
  /** Garbling. */
  GARBLING: 3,
} as const;

/** Side of a gate's operand in the garbling tweak: byte 1. */
export const TWEAK_SIDE = { ALPHA: 0, BETA: 1 } as const;
/** Receivers that one call of the garbling hash serves: 64 bytes of output, 16 for each. */
export const RECEIVERS_PER_CALL = 4;

/** Bytes of the session salt: the other half of the hash's key, so that no table serves two sessions. */
export const SALT_BYTES = 16;
/** The session salt is the first {@linkcode SALT_BYTES} of SHA-256(this word ‖ first joint coin). */
export const SALT_WORD = "salt";

/** Rows that a batch of correlated OT adds and its check uses up: they hide x in the opened hash. */
export const SACRIFICED_ROWS = 128;
/**
 * Bucket arrays of the linear hash. A fixed non-zero vector vanishes in one array with probability
 * ≤ 2^-8, in all eight with ≤ 2^-64, well below 2^-ρ also after a union bound over 128 columns.
 */
export const BUCKET_ARRAYS = 8;
/** Buckets of one array: a bucket number is one byte of the PRG. */
export const BUCKETS = 256;

/** Bytes of a ristretto255 element (RFC 9496) on the wire. */
export const ELEMENT_BYTES = 32;
/** Bytes of the value v_y of a leaf in the tree check: 2κ bits, so that equal sums mean equal leaves. */
export const TREE_CHECK_BYTES = 32;
