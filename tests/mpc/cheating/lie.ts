/** Ways to lie that several rows share. */
import type { Bits, Blocks, Kernels } from "../../../lib/crypto/mod.ts";
import type { Channel } from "../../../lib/mpc/mod.ts";
import type { Delivered, World } from "../../sim/adversary.ts";
import { meant, type Target } from "../../sim/lies.ts";
import type { Tap } from "../../sim/memory_channel.ts";

/** Bytes of a message. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Changes the messages that are meant; the function may work in place or return another message. */
export function change(target: Target, by: (bytes: Bytes, to: number) => Bytes | void): Tap {
  return (from, to, step, bytes) => meant(target, from, to, step) ? by(bytes, to) ?? bytes : bytes;
}

/** Drops the messages that are meant. */
export function drop(target: Target): Tap {
  return (from, to, step, bytes) => meant(target, from, to, step) ? undefined : bytes;
}

/** One tap after the other. */
export function both(...taps: readonly Tap[]): Tap {
  return (from, to, step, bytes) => {
    let now: Bytes | undefined = bytes;
    for (const tap of taps) now = now && tap(from, to, step, now);
    return now;
  };
}

/** Flips bit `index` in place. */
export function flip(bytes: Uint8Array, index: number): void {
  bytes[index >>> 3] = (bytes[index >>> 3] ?? 0) ^ (1 << (index & 7));
}

/** Whether these are the leaf seeds with which `liar` holds MACs under the key of `peer`, after the set-up. */
export function isMacSeeds(world: World, liar: number, peer: number, seeds: Blocks): boolean {
  return world.links[liar]?.peers[peer]?.macs.seeds.seeds === seeds;
}

/** Kernels of a MAC holder that uses x with bit `row` flipped towards `peer` in a batch, the first by default. */
export function otherX(
  world: World,
  honest: Kernels,
  lie: {
    readonly liar: number;
    readonly peer: number;
    readonly row: number;
    readonly batch?: number;
  },
): Partial<Kernels> {
  let batch = 0;
  return {
    cotReceive: (args) => {
      const meant = isMacSeeds(world, lie.liar, lie.peer, args.seeds);
      if (!meant || batch++ !== (lie.batch ?? 0)) return honest.cotReceive(args);
      const x: Bits = args.x.slice();
      flip(x, lie.row);
      return honest.cotReceive({ ...args, x });
    },
  };
}

/** The message of a step; the last one if there are several. */
export function messageOf(
  log: readonly Delivered[],
  step: string,
  from: number,
  to: number,
): Bytes {
  const found = log.findLast((m) => m.step === step && m.from === from && m.to === to);
  if (found === undefined) {
    throw new RangeError(`No message of step "${step}" from ${from} to ${to}`);
  }
  return found.bytes;
}

/**
 * A channel that speaks last: messages of `step` wait until those of all others for the same step are here,
 * and are made from them.
 */
export function rushing(
  channel: Channel,
  step: RegExp,
  make: (
    of: { readonly step: string; readonly own: Bytes; readonly received: readonly Bytes[] },
  ) => Bytes,
): Channel {
  const steps = new Map<
    string,
    { messages: Bytes[]; count: number; all: PromiseWithResolvers<void> }
  >();
  const at = (
    name: string,
  ): { messages: Bytes[]; count: number; all: PromiseWithResolvers<void> } => {
    const messages = Array.from({ length: channel.parties }, () => new Uint8Array(0));
    const entry = steps.get(name) ?? { messages, count: 0, all: Promise.withResolvers<void>() };
    steps.set(name, entry);
    return entry;
  };
  return {
    self: channel.self,
    parties: channel.parties,
    send: async (to, name, bytes) => {
      if (step.test(name)) {
        const entry = at(name);
        await entry.all.promise;
        bytes = make({ step: name, own: bytes, received: entry.messages });
      }
      await channel.send(to, name, bytes);
    },
    recv: async (from, name, length) => {
      const bytes = await channel.recv(from, name, length);
      if (step.test(name)) {
        const entry = at(name);
        entry.messages[from] = bytes.slice();
        if (++entry.count === channel.parties - 1) entry.all.resolve();
      }
      return bytes;
    },
    abort: (reason) => channel.abort(reason),
  };
}
