/** What a party remembers of all broadcasts until it compares them with the others (broadcast.ts). */
import { utf8 } from "../base/mod.ts";
import { sha256, transcriptHasher, u32 } from "../crypto/mod.ts";
import { DOMAIN } from "./domains.ts";

interface Entry {
  readonly step: string;
  readonly from: number;
  readonly digest: Uint8Array;
}

/** What was broadcast since the last comparison, as hashes. */
export class Echo {
  readonly #entries: Entry[] = [];
  readonly #parties: number;

  /** Nothing is recorded for two parties: there is nobody to compare with. */
  constructor(parties: number) {
    this.#parties = parties;
  }

  /** Records that `from` broadcast `bytes` in `step`. */
  record(step: string, from: number, bytes: Uint8Array): void {
    if (this.#parties > 2) this.#entries.push({ step, from, digest: sha256(bytes) });
  }

  /** The hash of all entries, sorted by step and party, for the comparison `step`. Starts anew. */
  take(sid: Uint8Array, step: string): Uint8Array<ArrayBuffer> {
    const entries = this.#entries.splice(0);
    entries.sort((a, b) => a.step === b.step ? a.from - b.from : a.step < b.step ? -1 : 1);
    const hasher = transcriptHasher(DOMAIN.ECHO, sid, step);
    for (const { step: name, from, digest } of entries) {
      const text = utf8(name);
      hasher.update(u32(text.length), text, u32(from), digest);
    }
    return hasher.digest();
  }
}
