/**
 * One party of emp-wasm, the engine that the benchmark compares with: a process of its own, with a TCP
 * connection on loopback to each other party. emp-wasm is used by this file alone.
 */
import { BufferQueue, secureMPC } from "emp-wasm";
import type { EmpCommand, EmpOptions, EmpReport } from "./emp_group.ts";
import { lines, say } from "./talker.ts";
import { cpuMs, now, peakRssMib } from "./usage.ts";

type ChannelName = "a" | "b";

/** A connection with its two queues of what came. */
class Peer {
  readonly queues = { a: new BufferQueue(), b: new BufferQueue() };
  readonly #conn: Deno.TcpConn;
  #tail: Promise<void> = Promise.resolve();
  sent = 0;

  constructor(conn: Deno.TcpConn) {
    conn.setNoDelay(true);
    this.#conn = conn;
    void this.#read();
  }

  /** Frame: channel, length (u32), bytes. */
  send(channel: ChannelName, data: Uint8Array): void {
    const frame = new Uint8Array(5 + data.length);
    frame[0] = channel.charCodeAt(0);
    new DataView(frame.buffer).setUint32(1, data.length);
    frame.set(data, 5);
    this.sent += data.length;
    this.#tail = this.#tail.then(() => writeAll(this.#conn, frame));
  }

  async #read(): Promise<void> {
    const header = new Uint8Array(5);
    while (await readFull(this.#conn, header)) {
      const data = new Uint8Array(new DataView(header.buffer).getUint32(1));
      if (!await readFull(this.#conn, data)) return;
      this.queues[String.fromCharCode(header[0] ?? 0) as ChannelName].push(data);
    }
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

async function readFull(conn: Deno.Conn, out: Uint8Array): Promise<boolean> {
  for (let at = 0; at < out.length;) {
    const count = await conn.read(out.subarray(at));
    if (count === null) return false;
    at += count;
  }
  return true;
}

/** Connects with every other party; who dials says its number in one byte. */
async function connect(
  listener: Deno.TcpListener,
  { party, parties }: EmpOptions,
  ports: readonly number[],
): Promise<Map<number, Peer>> {
  const peers = new Map<number, Peer>();
  const dialled = ports.slice(0, party).map(async (port, other) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await writeAll(conn, new Uint8Array([party]));
    peers.set(other, new Peer(conn));
  });
  for (let count = party + 1; count < parties; count++) {
    const conn = await listener.accept();
    const name = new Uint8Array(1);
    await readFull(conn, name);
    peers.set(name[0] ?? 0, new Peer(conn));
  }
  await Promise.all(dialled);
  return peers;
}

async function compute(
  options: EmpOptions,
  circuit: string,
  peers: ReadonlyMap<number, Peer>,
): Promise<EmpReport> {
  const { party, parties, inputBits, inputBitsPerParty } = options;
  const peer = (other: number): Peer => {
    const found = peers.get(other);
    if (found === undefined) throw new RangeError(`There is no party ${other}`);
    return found;
  };
  const total = (): number => [...peers.values()].reduce((sum, { sent }) => sum + sent, 0);
  const [sentBefore, cpuBefore] = [total(), cpuMs()];
  const computing = secureMPC({
    ...{ party, size: parties, circuit, inputBits: Uint8Array.from(inputBits), inputBitsPerParty },
    io: {
      send: (to: number, channel: ChannelName, data: Uint8Array): void =>
        peer(to).send(channel, data),
      recv: (from: number, channel: ChannelName, min: number, max: number): Promise<Uint8Array> =>
        peer(from).queues[channel].pop(min, max),
    },
  });
  // Why now: the call has parsed the text of the circuit, which is no part of the protocol.
  const startedAt = now();
  const output = await computing;
  return {
    ...{ kind: "computed", startedAt, endedAt: now(), bytesSent: total() - sentBefore },
    ...{
      cpuMs: cpuMs() - cpuBefore,
      peakRssMib: peakRssMib(),
      output: Array.from(output).join(""),
    },
  };
}

async function main(options: EmpOptions): Promise<void> {
  const tell: (report: EmpReport) => void = say;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  tell({ kind: "listening", port: listener.addr.port });
  let circuit = "";
  let peers: ReadonlyMap<number, Peer> = new Map();
  for await (const command of lines<EmpCommand>(Deno.stdin.readable)) {
    if (command.kind === "compute") tell(await compute(options, circuit, peers));
    else {
      peers = await connect(listener, options, command.ports);
      circuit = command.circuit;
      tell({ kind: "connected" });
    }
  }
}

// Why: without workers emp-wasm computes on this thread, as it does under Node.js; that is faster here.
Reflect.deleteProperty(globalThis, "Worker");
await main(JSON.parse(Deno.args[0] ?? "{}") as EmpOptions);
Deno.exit(0);
