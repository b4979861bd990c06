/** The first word of every hash and commitment of the protocol: one list, so that no two uses share one. */
export const DOMAIN = {
  /** Commitment to a party's part of a joint coin. */
  COIN: "p2p-mpc coin",
  /** The joint coin from all parts. */
  COIN_SEED: "p2p-mpc coin seed",
  /** Comparison of everything that was broadcast. */
  ECHO: "p2p-mpc echo",
  /** MACs of opened bits. */
  MAC_HASH: "p2p-mpc MAC hash",
  /** The challenge of the reversal, from everything that it tests. */
  REVERSAL: "p2p-mpc reversal",
  /** Column hashes of a batch of correlated OT. */
  COT_CHECK: "p2p-mpc COT check",
  /** Commitments of the comparison of global keys. */
  DELTA: "p2p-mpc delta consistency",
  /** Commitments to the pieces of V. */
  V_CHECK: "p2p-mpc V check",
  /** Labels of the AND gates of a chunk. */
  LABEL_CHECK: "p2p-mpc label check",
  /** Coin of the circuit check from the evaluator's seed. */
  CIRCUIT_CHECK: "p2p-mpc circuit check",
  /** sid of a session that uses a stock. */
  ONLINE: "p2p-mpc online session",
} as const;
