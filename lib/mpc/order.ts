/**
 * What must have passed before what is sent: the order table of the protocol as data.
 *
 * Source: docs/PROTOCOL.md, section "Order". A party records each fact when its check has passed and
 * asks before it sends; a message that would be too early is a bug of ours and never leaves.
 */

/** A check, or the end of a round, that later messages rely on. */
export type Fact =
  | "reversal check"
  | "tree check"
  | "delta consistency"
  | "COT check"
  | "permutation coin"
  | "bucket MAC hashes"
  | "e echo"
  | "V check"
  | "operand MAC hashes"
  | "input MAC hashes"
  | "input echo"
  | "own checks"
  | "label check"
  | "final echo"
  | "evaluator passed";

/** A kind of message that reveals something if an earlier check was skipped. */
export type Sending =
  | "reversed trees"
  | "U"
  | "bucket openings"
  | "operand openings"
  | "V commitments"
  | "input z"
  | "input labels"
  | "tables"
  | "t combination"
  | "output shares";

/** Facts that hold for the whole session; "reversal check" belongs to a peer, all others to a chunk. */
const SESSION_FACTS: ReadonlySet<Fact> = new Set([
  "tree check",
  "delta consistency",
  "input MAC hashes",
  "input echo",
  "final echo",
  "evaluator passed",
]);

/**
 * The table. "bucket MAC hashes" are those of all d_k, and the V check, which needs them, stands for them later on;
 * "operand MAC hashes" are those of d, of triples d and f. "own checks" of a chunk are all that this party verifies in
 * it (label check at a garbler, circuit check at the evaluator); `tables` also need those of every earlier chunk, and
 * `output shares` those of all chunks.
 */
export const REQUIRED: Readonly<Record<Sending, readonly Fact[]>> = {
  "reversed trees": ["reversal check"],
  "U": ["COT check", "tree check", "delta consistency"],
  "bucket openings": ["permutation coin"],
  "V commitments": ["bucket MAC hashes", "e echo"],
  "input z": ["COT check", "tree check", "delta consistency", "input MAC hashes"],
  "input labels": ["input echo"],
  "operand openings": ["V check"],
  "tables": ["V check", "operand MAC hashes"],
  "t combination": ["label check"],
  "output shares": ["final echo", "evaluator passed"],
};

/** Records the facts of one session and refuses messages that come too early. */
export class Order {
  readonly #facts = new Set<string>();

  /** Records that `fact` holds, for `chunk` (0-based; or peer) where it belongs to one. */
  passed(fact: Fact, chunk = 0): void {
    this.#facts.add(key(fact, chunk));
  }

  /**
   * Asserts that a message of this kind may leave now.
   *
   * @throws {Error} if a required fact is missing: a bug of ours, never the peer's doing.
   */
  sending(kind: Sending, chunk = 0): void {
    for (const fact of REQUIRED[kind]) this.#demand(kind, fact, chunk);
    const earlier = kind === "tables" ? chunk : kind === "output shares" ? chunk + 1 : 0;
    for (let c = 0; c < earlier; c++) this.#demand(kind, "own checks", c);
  }

  #demand(kind: Sending, fact: Fact, chunk: number): void {
    if (!this.#facts.has(key(fact, chunk))) {
      throw new Error(`Cannot send ${kind} of chunk ${chunk}: ${fact} has not passed`);
    }
  }
}

function key(fact: Fact, chunk: number): string {
  return SESSION_FACTS.has(fact) ? fact : `${fact} ${chunk}`;
}
