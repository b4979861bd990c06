/**
 * What processes hold that have one node and one channel and nothing else: idle, and while 1 GiB passes. Run as a
 * script it is one of the two.
 */
import { lines, say, Talker } from "../session/talker.ts";
import { peakRssMib } from "../session/usage.ts";
import { channelLink, place, serveChannel } from "./channel.ts";

const TRANSFER_BYTES = 1 << 30;
const MIB = 1 << 20;

/** Resident memory in MiB. */
export interface Memory {
  /** Of a node that listens, and is not connected. */
  readonly idle: number;
  /** Largest of the process that sends, and of the one that receives. */
  readonly writer: number;
  readonly reader: number;
}

type Told = { readonly address: string; readonly idle: number } | { readonly peak: number };

async function main(self: number): Promise<void> {
  const { address, open } = await place(self, "direct");
  say({ address, idle: Deno.memoryUsage().rss / MIB });
  const told = lines<string>(Deno.stdin.readable);
  const mesh = await open((await told.next()).value ?? "");
  if (self === 0) await channelLink(mesh).bulk(TRANSFER_BYTES);
  else void serveChannel(mesh).catch(() => {});
  if (self === 1) await told.next();
  say({ peak: peakRssMib() });
}

/** Starts both, and has one send 1 GiB to the other. */
export async function transferMemory(): Promise<Memory> {
  await using writer = new Talker<string, Told>("../net/memory.ts", 0);
  await using reader = new Talker<string, Told>("../net/memory.ts", 1);
  const [first, second] = await Promise.all([writer.hear(), reader.hear()]);
  if (!("idle" in first && "idle" in second)) throw new TypeError("A process said too much");
  await writer.tell(second.address);
  await reader.tell(first.address);
  const sent = await writer.hear();
  await reader.tell("done");
  const received = await reader.hear();
  if (!("peak" in sent && "peak" in received)) throw new TypeError("A process said too little");
  return { idle: first.idle, writer: sent.peak, reader: received.peak };
}

if (import.meta.main) {
  await main(Number(Deno.args[0]));
  Deno.exit(0);
}
