/** Many seeded runs of random traffic over every {@linkcode Channel}: no hang, no wrong byte. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Channel } from "../../lib/mpc/channel.ts";
import { seededRandom } from "../sim/random.ts";
import type { ChannelSubject, TestNetwork } from "./channel.ts";

/** Runs of the slow tier, and of the others. */
const RUNS = Deno.env.get("P2P_MPC_SLOW") === "1" ? 1000 : 25;
/** Most messages of one pair in a run. */
const MESSAGES_MAX = 12;

/** How an implementation takes part. */
export interface RunsSubject extends ChannelSubject {
  /** Runs over the same network, where opening one takes long. Default: 1. */
  readonly runsOfNetwork?: number;
}

interface Message {
  readonly from: number;
  readonly to: number;
  readonly step: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Random = (bound: number) => number;

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const out: T[] = [];
  for (const value of values) {
    const at = random(out.length + 1);
    out.push(value);
    const other = out[at];
    if (other === undefined) continue;
    out[at] = value;
    out[out.length - 1] = other;
  }
  return out;
}

/** Mostly short messages, some empty, few of several packets or frames. */
function lengthOf(random: Random): number {
  const sort = random(40);
  if (sort === 0) return 0;
  if (sort === 1) return (1 << 20) + random(1000);
  return sort < 5 ? random(300_000) : random(2000);
}

function traffic(parties: number, seed: number, random: Random): Message[] {
  const out: Message[] = [];
  for (let from = 0; from < parties; from++) {
    for (let to = 0; to < parties; to++) {
      for (let i = from === to ? 0 : random(MESSAGES_MAX); i > 0; i--) {
        const bytes = new Uint8Array(lengthOf(random));
        for (let j = 0; j < bytes.length; j++) bytes[j] = (j * 31 + (j >>> 8) + i + from * 7) & 255;
        out.push({ from, to, step: `${seed}/${i}`, bytes });
      }
    }
  }
  return out;
}

async function party(
  channel: Channel,
  messages: readonly Message[],
  random: Random,
): Promise<void> {
  const sends = shuffled(messages.filter(({ from }) => from === channel.self), random);
  const receives = shuffled(messages.filter(({ to }) => to === channel.self), random);
  const inOrder = random(2) === 0;
  async function send(): Promise<void> {
    const all: Promise<void>[] = [];
    for (const { to, step, bytes } of sends) {
      const sent = channel.send(to, step, bytes.slice());
      if (inOrder) await sent;
      all.push(sent);
    }
    await Promise.all(all);
  }
  await Promise.all([
    send(),
    ...receives.map(async ({ from, step, bytes }) => {
      const got = await channel.recv(from, step, bytes.length);
      assert.ok(Buffer.from(got).equals(bytes), `step ${step} of party ${from}: a wrong byte`);
    }),
  ]);
}

async function run({ channels }: TestNetwork, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const messages = traffic(channels.length, seed, random);
  await Promise.all(channels.map((channel) => party(channel, messages, random)));
}

/** Random traffic between 2 to 4 parties, {@linkcode RUNS} times. */
export function channelRuns(subject: RunsSubject): void {
  const { name, runsOfNetwork = 1 } = subject;
  Deno.test(`${name} carries random traffic of ${RUNS} seeds without a hang or a wrong byte`, async () => {
    for (let first = 1; first <= RUNS; first += runsOfNetwork) {
      const network = await subject.open(2 + first % 3, first);
      try {
        for (let seed = first; seed < first + runsOfNetwork && seed <= RUNS; seed++) {
          try {
            await run(network, seed);
          } catch (cause) {
            throw new Error(`${name}: seed ${seed} failed`, { cause });
          }
        }
      } finally {
        await network.close();
      }
    }
  });
}
