/** What a party remembers of all broadcasts until it compares them with the others (broadcast.ts). */
import { utf8 } from "../base/mod.ts";
import { sha256, transcriptHasher, u32 } from "../crypto/mod.ts";
import { DOMAIN } from "./domains.ts";

interface Entry {
  readonly step: string;
  readonly from: number;
  readonly digest: Uint8Array;
}

/**
 * What was broadcast and not yet compared, as hashes, by scope: parts of the protocol that run side by side
 * compare each their own, since a party may be ahead of another one in one of them.
 */
export class Echo {
  readonly #open = new Map<string, Entry[]>();
  readonly #compared: Entry[] = [];
  readonly #parties: number;

  /** Nothing is recorded for two parties: there is nobody to compare with. */
  constructor(parties: number) {
    this.#parties = parties;
  }

  /** Records that `from` broadcast `bytes` in `step`, to be compared with the rest of `scope`. */
  record(scope: string, step: string, from: number, bytes: Uint8Array): void {
    if (this.#parties === 2) return;
    const entries = this.#open.get(scope) ?? [];
    this.#open.set(scope, entries);
    entries.push({ step, from, digest: sha256(bytes) });
  }

  /**
   * The hash of all entries of `scope`, sorted by step and party, for the comparison `step`; later ones start
   * anew. Without a scope: of all that was not compared, and of all comparisons so far.
   */
  take(sid: Uint8Array, step: string, scope?: string): Uint8Array<ArrayBuffer> {
    const entries = scope === undefined
      ? [...this.#open.values(), this.#compared].flat()
      : this.#open.get(scope) ?? [];
    if (scope === undefined) this.#open.clear();
    else this.#open.delete(scope);
    entries.sort((a, b) => a.step === b.step ? a.from - b.from : a.step < b.step ? -1 : 1);
    const hasher = transcriptHasher(DOMAIN.ECHO, sid, step);
    for (const { step: name, from, digest } of entries) {
      const text = utf8(name);
      hasher.update(u32(text.length), text, u32(from), digest);
    }
    const digest = hasher.digest();
    this.#compared.push({ step, from: 0, digest });
    return digest.slice();
  }
}
