/**
 * The records of a node, in memory: peers and their addresses, and who has which file. Others make most of them, so
 * their sizes and numbers are bounded.
 */
import { MemoryDatastore } from "datastore-core/memory";
import { LimitError } from "../base/mod.ts";

type Key = Parameters<MemoryDatastore["put"]>[0];
type Options = Parameters<MemoryDatastore["put"]>[2];

/** Longest record: enough for the keys, addresses and protocols of a peer. */
const RECORD_BYTES_MAX = 64 * 1024;
/** Most files of one other peer that are known, and of all others. */
const FILES_OF_PEER_MAX = 1024;
const FILES_MAX = 8192;
/** What others may ask to be kept beside files: nothing of it serves this program. */
const VALUES = "/dht/record/";
/** A peer that has a file: this, the file, and the peer. */
const FILES = "/dht/provider/";

/** A datastore that strangers cannot fill. What a peer tells of files gives way to what it tells later. */
export class RecordStore extends MemoryDatastore {
  readonly #self: string;
  /** The file records of each other peer, oldest first. */
  readonly #files = new Map<string, Map<string, Key>>();
  #count = 0;

  /** @param self the own peer id: the own files are bounded by their store. */
  constructor(self: string) {
    super();
    this.#self = self;
  }

  /** @throws {LimitError} if the record is too long, or of no use. */
  override put(key: Key, value: Uint8Array, options?: Options): ReturnType<MemoryDatastore["put"]> {
    const name = key.toString();
    if (name.startsWith(VALUES) || value.length > RECORD_BYTES_MAX) {
      throw new LimitError("Cannot keep the record: it is too long, or of no use");
    }
    if (name.startsWith(FILES)) this.#admit(key);
    return super.put(key, value, options);
  }

  override delete(key: Key, options?: Options): ReturnType<MemoryDatastore["delete"]> {
    const peer = key.name();
    const files = this.#files.get(peer);
    if (files?.delete(key.toString())) this.#count -= 1;
    if (files?.size === 0) this.#files.delete(peer);
    return super.delete(key, options);
  }

  /** Counts a file record of another peer, and makes room for it. */
  #admit(key: Key): void {
    const peer = key.name();
    if (peer === this.#self) return;
    void this.delete(key);
    const files = this.#files.get(peer) ?? new Map<string, Key>();
    if (files.size >= FILES_OF_PEER_MAX) this.#forgetOldest(files);
    // Why of the peer with the most: peers that tell of few files are not driven out by one that tells of many.
    if (this.#count >= FILES_MAX) this.#forgetOldest(this.#most());
    this.#files.set(peer, files.set(key.toString(), key));
    this.#count += 1;
  }

  #most(): Map<string, Key> {
    return [...this.#files.values()].reduce((most, files) => files.size > most.size ? files : most);
  }

  #forgetOldest(files: Map<string, Key>): void {
    for (const key of files.values()) return void this.delete(key);
  }
}
