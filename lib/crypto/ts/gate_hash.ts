/**
 * The garbling hash of a label for all receivers (definition at `GateRun`): one call of the block
 * function for every four garblers.
 */
import { HASH_ROUNDS, RECEIVERS_PER_CALL, TWEAK_DOMAIN } from "../constants.ts";
import type { GateRun } from "../kernels.ts";
import { chachaInto } from "./chacha.ts";
import { hashState, setIndex, tweakWord } from "./tweaked_hash.ts";

/** Scratch of the hash during one run. The block of the receiver of rank r starts at word 4·r. */
export class GateHash {
  /** Words of the hash of one label. */
  readonly words: number;
  readonly #state: Int32Array;
  readonly #calls: number;

  constructor(run: GateRun) {
    this.#calls = Math.ceil(run.garblers.length / RECEIVERS_PER_CALL);
    this.words = 16 * this.#calls;
    const tweak = { domain: TWEAK_DOMAIN.GARBLING, side: 0, sender: 0, receiver: 0 };
    this.#state = hashState(run.salt, tweak);
  }

  /** Sets the tweak index of the gate whose labels are hashed next. */
  gate(index: number): void {
    setIndex(this.#state, index);
  }

  /**
   * Writes the hash of a label (four words of `labels` from `from` on, XORed with those of `offset`) of
   * garbler `sender` on `side` to the words of `out` from `at` on.
   */
  into(
    out: Int32Array,
    at: number,
    labels: Int32Array,
    from: number,
    offset: Int32Array,
    side: number,
    sender: number,
  ): void {
    const state = this.#state;
    for (let w = 0; w < 4; w++) {
      state[4 + w] = (labels[from + w] as number) ^ (offset[w] as number);
    }
    state[12] = tweakWord({ domain: TWEAK_DOMAIN.GARBLING, side, sender, receiver: 0 });
    for (let call = 0; call < this.#calls; call++) {
      state[13] = call;
      chachaInto(out, at + 16 * call, 1, state, HASH_ROUNDS);
    }
  }

  /** Overwrites the label that was hashed last. Ends the scratch. */
  wipe(): void {
    this.#state.fill(0);
  }
}

/** Blocks of an AND gate's table from one garbler: two of its own, three for each other garbler. */
export function tableBlocks(run: GateRun): number {
  return 3 * run.parties - 4;
}

/**
 * First block, within the table of the garbler of rank `sender`, of the three for the garbler of rank
 * `receiver`.
 */
export function crossBlock(sender: number, receiver: number): number {
  return 2 + 3 * (receiver < sender ? receiver : receiver - 1);
}
