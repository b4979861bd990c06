/**
 * Punctured seeds from base OTs: one GGM tree of depth k for each chunk of k bits of Δ, as pure functions
 * without a channel.
 *
 * Source: SoftSpoken OT (Roy, eprint 2022/192), figure 13 (punctured PRF from k OTs, correction sums of
 * each level but the first) and figure 14 (its consistency check).
 *
 * The MAC holder grows the trees; the key holder gets all leaves of chunk c but leaf δ_c, the bits
 * c·k … c·k + k − 1 of Δ. Level l < k decides bit k − 1 − l of the leaf number and uses OT number
 * c·k + k − 1 − l, in which the key holder chose this bit of Δ. Child y of a node has number
 * 2·node + (0 or 1); both children are the first two blocks of PRG(node, `PRG_DOMAIN.TREE`).
 *
 * OT strings m_0, m_1 are used crosswise: string m_{1−s} opens side s, so that a chooser of bit β gets the
 * side that its path leaves, 1 − β.
 *
 *     level 0: the two nodes are m_1 and m_0 themselves
 *     level l: the MAC holder sends, for s = 0, 1: m_{1−s} ⊕ (the sum of all nodes of this level on side s)
 *
 * Message: 2·(k − 1) blocks for each chunk (level 1 first, side 0 first), then for k ≥ 2 the check: for
 * each chunk ⊕_y v_y with v_y = PRG'(s_{c,y}) (32 bytes, `PRG_DOMAIN.TREE_CHECK`), and one SHA-256 of all v
 * in order. For k = 1 the message is empty: nothing could be wrong.
 *
 * Claim: a MAC holder that sends wrong sums passes only if it guesses the bits of Δ that they touch, and
 * is caught otherwise (protocol, "wrong GGM sums").
 */
import { equal, ProtocolError } from "../base/mod.ts";
import { BLOCK_BYTES, HASH_BYTES, KAPPA, PRG_DOMAIN, TREE_CHECK_BYTES } from "./constants.ts";
import { transcriptHash, u32 } from "./hash.ts";
import type { Blocks, Kernels } from "./kernels.ts";
import { bitMask, blockWords, words } from "./ts/words.ts";

const CHECK_DOMAIN = "p2p-mpc tree check";
const STEP = "trees";
const CHECK_WORDS = TREE_CHECK_BYTES / 4;

/** What the trees between two parties are bound to. */
export interface GgmContext {
  /** Session id, 32 bytes. */
  readonly sid: Uint8Array;
  /** Bits a chunk: 1, 2, 4 or 8. */
  readonly k: number;
  /** The party that holds Δ and lacks one leaf of each chunk. */
  readonly keyHolder: number;
  /** The party that grows the trees. */
  readonly macHolder: number;
}

/** Bytes of the MAC holder's message. */
export function ggmMessageBytes(k: number): number {
  if (k === 1) return 0;
  const chunks = KAPPA / k;
  return chunks * (2 * (k - 1) * BLOCK_BYTES + TREE_CHECK_BYTES) + HASH_BYTES;
}

/**
 * MAC holder: leaf seeds of all chunks (leaf y of chunk c is block c·2^k + y), and the message. `pairs`
 * are the strings of 128 base OTs: string j of OT t is block 2·t + j.
 */
export function ggmSender(
  kernels: Kernels,
  context: GgmContext,
  pairs: Blocks,
): { readonly seeds: Blocks; readonly message: Uint8Array<ArrayBuffer> } {
  const { k } = context;
  const chunks = KAPPA / k;
  const strings = blockWords(pairs, 2 * KAPPA);
  const leaves = new Int32Array((4 * chunks) << k);
  const message = new Uint8Array(ggmMessageBytes(k));
  const out = words(message, message.length / 4);
  const sums = new Int32Array(8);
  for (let c = 0; c < chunks; c++) {
    let nodes = new Int32Array(4);
    for (let level = 0; level < k; level++) {
      const ot = 8 * (c * k + k - 1 - level);
      if (level === 0) {
        nodes = new Int32Array(8);
        for (let w = 0; w < 8; w++) nodes[w] = strings[ot + (w ^ 4)] as number;
        continue;
      }
      nodes = children(kernels, nodes);
      sumSides(sums, nodes);
      const at = 8 * (c * (k - 1) + level - 1);
      for (let w = 0; w < 8; w++) {
        out[at + w] = (sums[w] as number) ^ (strings[ot + (w ^ 4)] as number);
      }
    }
    leaves.set(nodes, (4 * c) << k);
    nodes.fill(0);
  }
  if (k > 1) {
    const v = checkValues(kernels, leaves);
    const at = 8 * chunks * (k - 1);
    for (let c = 0; c < chunks; c++) sumChunk(out, at + CHECK_WORDS * c, v, c, k);
    message.set(hashValues(context, v), message.length - HASH_BYTES);
    v.fill(0);
  }
  return { seeds: new Uint8Array(leaves.buffer), message };
}

/** What the key holder has: the leaf seeds, the missing ones zero, and the verdict of the tree check. */
export interface GgmReceived {
  /** Leaf y of chunk c is block c·2^k + y. */
  readonly seeds: Blocks;
  /** Whether the message is consistent. If it is not, abort with the check's name and send nothing. */
  readonly consistent: boolean;
}

/**
 * Key holder: leaf seeds from the 128 chosen strings (block t is that of OT t, chosen by bit t of
 * `delta`) and the MAC holder's message.
 *
 * @throws {ProtocolError} if the message has a wrong length.
 */
export function ggmReceiver(
  kernels: Kernels,
  context: GgmContext,
  delta: Blocks,
  chosen: Blocks,
  message: Uint8Array,
): GgmReceived {
  const { k } = context;
  const length = ggmMessageBytes(k);
  if (message.length !== length) {
    throw new ProtocolError(
      `Cannot read the seeds of party ${context.macHolder}: its message has ${message.length} bytes, not ${length}`,
    );
  }
  const chunks = KAPPA / k;
  const received = words(message.slice(), length / 4);
  const strings = blockWords(chosen, KAPPA);
  const leaves = new Int32Array((4 * chunks) << k);
  for (let c = 0; c < chunks; c++) {
    let nodes: Int32Array<ArrayBuffer> = new Int32Array(4);
    for (let level = 0; level < k; level++) {
      const ot = c * k + k - 1 - level;
      const corrections = 8 * (c * (k - 1) + level - 1);
      nodes = level === 0 ? new Int32Array(8) : children(kernels, nodes);
      recoverLevel(nodes, {
        // The path so far: the bits of δ_c above this level's.
        path: pathMask(delta, c * k + k - level, level),
        turn: bitMask(delta, ot),
        string: strings.subarray(4 * ot, 4 * ot + 4),
        corrections: level === 0 ? NO_CORRECTIONS : received.subarray(corrections, corrections + 8),
      });
    }
    leaves.set(nodes, (4 * c) << k);
    nodes.fill(0);
  }
  const seeds = new Uint8Array(leaves.buffer);
  if (k === 1) return { seeds, consistent: true };
  const v = checkValues(kernels, leaves);
  const sums = received.subarray(8 * chunks * (k - 1));
  for (let c = 0; c < chunks; c++) recoverValue(v, c, k, pathMask(delta, c * k, k), sums);
  const hash = message.subarray(length - HASH_BYTES);
  const consistent = equal(hashValues(context, v), hash);
  v.fill(0);
  return { seeds, consistent };
}

const NO_CORRECTIONS = new Int32Array(8);

/** Node number → all ones if it lies on the path, else 0. Made of secret bits without branches. */
type PathMask = (node: number) => number;

/** Nodes of a level lie on the path if their number is the `bits` bits of Δ from bit `from` on. */
function pathMask(delta: Blocks, from: number, bits: number): PathMask {
  let value = 0;
  for (let b = 0; b < bits; b++) value |= (bitMask(delta, from + b) & 1) << b;
  return (node) => {
    const difference = node ^ value;
    return ~((difference | -difference) >> 31);
  };
}

/** One level of the key holder's tree, the path's own children still to be set right. */
interface Level {
  /** Path among the parents. */
  readonly path: PathMask;
  /** Side by which the path goes on: 0, or all ones for side 1. */
  readonly turn: number;
  /** The chosen OT string: it opens the other side. */
  readonly string: Int32Array;
  /** What was received for both sides. */
  readonly corrections: Int32Array;
}

/**
 * Sets the two children of the path's parent in `nodes`: that on the path to 0, the other to what the
 * level's sum gives. Security: touches every node in the same way.
 */
function recoverLevel(nodes: Int32Array, { path, turn, string, corrections }: Level): void {
  const parents = nodes.length / 8;
  for (let parent = 0; parent < parents; parent++) {
    const keep = ~path(parent);
    for (let w = 0; w < 8; w++) nodes[8 * parent + w] = (nodes[8 * parent + w] as number) & keep;
  }
  const sums = new Int32Array(8);
  sumSides(sums, nodes);
  const missing = new Int32Array(8);
  for (let w = 0; w < 8; w++) {
    const value = (sums[w] as number) ^ (corrections[w] as number) ^ (string[w & 3] as number);
    missing[w] = value & (w < 4 ? turn : ~turn);
  }
  for (let parent = 0; parent < parents; parent++) {
    const here = path(parent);
    for (let w = 0; w < 8; w++) {
      nodes[8 * parent + w] = (nodes[8 * parent + w] as number) | ((missing[w] as number) & here);
    }
  }
}

/** PRG of every block of `nodes` in `domain`: eight words each. */
function expanded(kernels: Kernels, nodes: Int32Array<ArrayBuffer>, domain: number): Words {
  const seeds = new Uint8Array(nodes.buffer, nodes.byteOffset, nodes.byteLength);
  return new Int32Array(kernels.expand(seeds, nodes.length / 4, domain).buffer);
}

type Words = Int32Array<ArrayBuffer>;

/** The nodes of the next level. Wipes `nodes`. */
function children(kernels: Kernels, nodes: Words): Words {
  const next = expanded(kernels, nodes, PRG_DOMAIN.TREE);
  nodes.fill(0);
  return next;
}

/** Sums of the nodes on side 0 (words 0 … 3) and on side 1. */
function sumSides(sums: Int32Array, nodes: Int32Array): void {
  sums.fill(0);
  for (let i = 0; i < nodes.length; i++) {
    sums[i & 7] = (sums[i & 7] as number) ^ (nodes[i] as number);
  }
}

/** v of every leaf: 8 words each. */
function checkValues(kernels: Kernels, leaves: Words): Words {
  return expanded(kernels, leaves, PRG_DOMAIN.TREE_CHECK);
}

/** out[at …] ^= ⊕_y v_y of chunk c. */
function sumChunk(out: Int32Array, at: number, v: Int32Array, c: number, k: number): void {
  for (let i = 0; i < CHECK_WORDS << k; i++) {
    const to = at + i % CHECK_WORDS;
    out[to] = (out[to] as number) ^ (v[((CHECK_WORDS * c) << k) + i] as number);
  }
}

/** Replaces v of chunk c's missing leaf by what the received sum gives. */
function recoverValue(
  v: Int32Array,
  c: number,
  k: number,
  path: PathMask,
  sums: Int32Array,
): void {
  const first = (CHECK_WORDS * c) << k;
  for (let y = 0; y < 1 << k; y++) {
    const keep = ~path(y);
    for (let w = 0; w < CHECK_WORDS; w++) {
      const at = first + CHECK_WORDS * y + w;
      v[at] = (v[at] as number) & keep;
    }
  }
  const missing = sums.slice(CHECK_WORDS * c, CHECK_WORDS * (c + 1));
  sumChunk(missing, 0, v, c, k);
  for (let y = 0; y < 1 << k; y++) {
    const here = path(y);
    for (let w = 0; w < CHECK_WORDS; w++) {
      const at = first + CHECK_WORDS * y + w;
      v[at] = (v[at] as number) | ((missing[w] as number) & here);
    }
  }
}

function hashValues(context: GgmContext, v: Int32Array<ArrayBuffer>): Uint8Array {
  const parties = [u32(context.keyHolder), u32(context.macHolder)];
  return transcriptHash(CHECK_DOMAIN, context.sid, STEP, ...parties, new Uint8Array(v.buffer));
}
