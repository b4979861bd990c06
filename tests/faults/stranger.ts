/** A node without a seat that has found the parties' addresses, and what it does to them. */
import { generateIdentity, type Node, startNode } from "../../lib/net/mod.ts";
import { MANY_STREAMS } from "./sabotage.ts";

/** The deeds of a node that has no seat. */
export const NUISANCES = [
  "1000 silent streams of a stranger",
  "giant frames of a stranger",
  "half-closed streams of a stranger",
  "slow stream of a stranger",
  "4 MiB without a frame of a stranger",
  "silent sockets of a stranger",
] as const;
/** One of {@linkcode NUISANCES}. */
export type Nuisance = typeof NUISANCES[number];

const REPEATS = 100;
const SLOW_MS = 20;

/** A frame header of kind `hello` that announces `length` bytes. */
function header(length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(20);
  out.set([1, 3]);
  new DataView(out.buffer).setUint32(16, length);
  return out;
}

/** A nuisance under way. */
export class Stranger implements AsyncDisposable {
  readonly #node: Node;
  readonly #stop = new AbortController();
  readonly #sockets: Deno.Conn[] = [];

  constructor(node: Node) {
    this.#node = node;
  }

  /** A node of its own with a new key. */
  static async start(): Promise<Stranger> {
    const identity = await generateIdentity();
    return new Stranger(await startNode({ identity, listen: ["/ip4/127.0.0.1/tcp/0"] }));
  }

  /** Does it to whoever listens at `address`. Never rejects. */
  async disturb(nuisance: Nuisance, address: string): Promise<void> {
    try {
      await this.#disturb(nuisance, address);
    } catch {
      // They do not want us.
    }
  }

  async #disturb(nuisance: Nuisance, address: string): Promise<void> {
    if (nuisance === "silent sockets of a stranger") {
      const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1]);
      for (let i = 0; i < REPEATS; i++) {
        this.#sockets.push(await Deno.connect({ hostname: "127.0.0.1", port }));
      }
      return;
    }
    const { signal } = this.#stop;
    const peer = await this.#node.dial({ addresses: [address] }, signal);
    const many = nuisance === "1000 silent streams of a stranger" ? MANY_STREAMS : REPEATS;
    await Promise.allSettled(Array.from({ length: many }, async () => {
      const stream = await this.#node.openStream(peer, signal);
      switch (nuisance) {
        case "1000 silent streams of a stranger":
          return;
        case "giant frames of a stranger":
          return void stream.send(header(0xffff_ffff));
        case "half-closed streams of a stranger":
          stream.send(header(80));
          return await stream.close();
        case "4 MiB without a frame of a stranger":
          for (let i = 0; i < 64; i++) stream.send(new Uint8Array(1 << 16).fill(1));
          return;
        case "slow stream of a stranger":
          for (const byte of header(80)) {
            stream.send(new Uint8Array([byte]));
            await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
          }
      }
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("The stranger leaves"));
    for (const socket of this.#sockets) socket.close();
    await this.#node.stop();
  }
}
