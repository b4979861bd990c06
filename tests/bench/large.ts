/**
 * Memory and speed of a circuit of any size, by hand: two processes on loopback, which generate the circuit while
 * they walk it. Prints one line of JSON: time, AND gates a second, peak resident memory and bytes of each party.
 *
 * usage: deno run -A tests/bench/large.ts [ANDS] [LIVE] [K] [CHUNK]      (Linux: reads /proc/self/status)
 */
import { concat, utf8 } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import { systemRng, wasmKernels } from "../../lib/crypto/mod.ts";
import { type Channel, compute } from "../../lib/mpc/mod.ts";
import { randomInputs } from "../sim/circuits.ts";
import { generatedCircuit } from "../sim/generated.ts";
import { Meter } from "../sim/meter.ts";

const [ANDS = 2_000_000, LIVE = 20_000, K = 2, CHUNK = 393_216] = Deno.args.filter((arg) => {
  return !arg.startsWith("--");
}).map(Number);

/** Bytes that may wait for their reader before the other side has to. */
const STORED_MAX = 16 << 20;

type Bytes = Uint8Array<ArrayBuffer>;

/** A channel of two parties over one connection: u32 of the step's length, u32 of the payload's, step, payload. */
class TcpChannel implements Channel {
  readonly parties = 2;
  readonly #conn: Deno.Conn;
  readonly #stored = new Map<string, Bytes>();
  readonly #waiting = new Map<string, (bytes: Bytes) => void>();
  #bytes = 0;
  #room: (() => void) | undefined;
  #writing = Promise.resolve();

  constructor(readonly self: number, conn: Deno.Conn) {
    this.#conn = conn;
    this.#read().catch(() => {});
  }

  async send(_to: number, step: string, bytes: Bytes): Promise<void> {
    const name = utf8(step);
    const head = new Uint8Array(new Uint32Array([name.length, bytes.length]).buffer);
    this.#writing = this.#writing.then(async () => {
      const all = bytes.length < 1 << 16
        ? [concat(head, name, bytes)]
        : [concat(head, name), bytes];
      for (const part of all) {
        for (let at = 0; at < part.length;) at += await this.#conn.write(part.subarray(at));
      }
    });
    await this.#writing;
  }

  recv(_from: number, step: string, _length: number): Promise<Bytes> {
    const stored = this.#stored.get(step);
    if (stored === undefined) {
      const { promise, resolve } = Promise.withResolvers<Bytes>();
      this.#waiting.set(step, resolve);
      this.#room?.();
      return promise;
    }
    this.#stored.delete(step);
    this.#bytes -= stored.length;
    if (this.#bytes < STORED_MAX) this.#room?.();
    return Promise.resolve(stored);
  }

  abort(reason: string): Promise<void> {
    return Promise.reject(new Error(reason));
  }

  async #read(): Promise<void> {
    for (;;) {
      const head = new Uint32Array((await this.#take(8)).buffer);
      const step = new TextDecoder().decode(await this.#take(head[0] ?? 0));
      const bytes = await this.#take(head[1] ?? 0);
      const waiting = this.#waiting.get(step);
      this.#waiting.delete(step);
      if (waiting !== undefined) {
        waiting(bytes);
        continue;
      }
      this.#stored.set(step, bytes);
      this.#bytes += bytes.length;
      while (this.#bytes >= STORED_MAX && this.#waiting.size === 0) {
        await new Promise<void>((resolve) => this.#room = resolve);
      }
    }
  }

  async #take(length: number): Promise<Bytes> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const count = await this.#conn.read(bytes.subarray(at));
      if (count === null) throw new Error("The other party is gone");
      at += count;
    }
    return bytes;
  }
}

/** Peak resident memory of this process, in MiB. */
async function peakMib(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** One party; the other one is at the other end of `conn`. Prints its figures. */
async function party(self: number, conn: Deno.Conn): Promise<void> {
  const circuit = generatedCircuit({ ands: ANDS, live: LIVE, parties: 2 });
  const link = new TcpChannel(self, conn);
  const channel = new Meter(link);
  const inputs = randomInputs(1, circuit.header.inputs);
  const parameters = { parties: 2, evaluator: 0, outputParties: [0, 1], k: K, chunk: CHUNK };
  const start = performance.now();
  const options = { channel, rng: systemRng(), sid: new Uint8Array(32), parameters };
  const input = Uint8Array.from(inputs[self] ?? []);
  const output = await compute({ ...options, kernels: wasmKernels() }, circuit, input);
  const seconds = (performance.now() - start) / 1000;
  const peak_rss_mib = await peakMib();
  const { bytes } = channel.total({ direction: "sent" });
  const right = evaluate(circuit, inputs).join() === output?.join();
  const figures = { self, right, seconds, ands_per_second: Math.round(ANDS / seconds) };
  const text = JSON.stringify({ ...figures, bytes_per_and: bytes / ANDS, peak_rss_mib });
  await Deno.stdout.write(utf8(`${text}\n`));
  // Why: the other party may still read.
  await link.send(1 - self, "end", new Uint8Array(1));
  await link.recv(1 - self, "end", 1);
  conn.close();
}

const role = Deno.args.find((arg) => arg.startsWith("--join="));
if (role === undefined) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const args = [ANDS, LIVE, K, CHUNK].map(String);
  const other = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.filename ?? "", ...args, `--join=${port}`],
  }).spawn();
  const conn = await listener.accept();
  await party(0, conn);
  await other.status;
} else {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(role.slice(7)) });
  await party(1, conn);
}
