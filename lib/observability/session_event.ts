/** What can be told of a session while it goes on: nothing of inputs, results, keys or tickets. */

/** Where a session stands, in order: the parties find each other, agree, consent, connect, and compute. */
export const SESSION_STAGES = ["rendezvous", "agree", "consent", "connect", "running"] as const;

/** Name of a stage of a session. */
export type SessionStage = typeof SESSION_STAGES[number];

/** How a session ends. */
export const SESSION_RESULTS = [
  "ok",
  "aborted",
  "cheat_detected",
  "timeout",
  "disagreement",
  "rejected",
  "network",
  "error",
] as const;

/**
 * One of them. `aborted`: by a signal; `rejected`: this party has not consented; `timeout`: others did not come, or a limit of time was reached; `network`: a party left
 * or was lost; `error`: anything else, such as a program that panicked.
 */
export type SessionResult = typeof SESSION_RESULTS[number];

/** A party and who it is. */
export interface SessionPeer {
  /** Party number. */
  readonly party: number;
  /** Peer id. */
  readonly peer: string;
}

/** What is known of a session at some time. */
export interface SessionSnapshot {
  /** SHA-256 of the session id, hex. */
  readonly id: string;
  /** Whether this party has made the ticket. */
  readonly role: "creator" | "joiner";
  /** Where it stands. */
  readonly stage: SessionStage;
  /** Own party number; undefined until a joiner has one. */
  readonly party: number | undefined;
  /** Number of parties. */
  readonly parties: number;
  /** SHA-256 of the program's source, hex. */
  readonly program: string;
  /** Who takes part, by number, as far as it is known. */
  readonly roster: readonly SessionPeer[];
  /** What is computed, once all have agreed. */
  readonly circuit?: SessionCircuit;
}

/** The agreed circuit. */
export interface SessionCircuit {
  /** Digest, hex. */
  readonly digest: string;
  /** AND gates. */
  readonly ands: number;
  /** Input bits of all parties. */
  readonly inputs: number;
  /** Parties that get the result. */
  readonly outputParties: readonly number[];
}
