/** Links of ours: the channel of a computation of two parties, over direct streams, through a relay, or over gossip. */
import { sha256, systemRng } from "../../../lib/crypto/mod.ts";
import { directConnect, gossipConnect, nodeGossip } from "../../../lib/net/mod.ts";
import type { Mesh } from "../../../lib/session/ports.ts";
import { systemClock } from "../../../lib/session/mod.ts";
import { nodeBehind } from "../../net/relays.ts";
import { loopbackSeat } from "../../sim/meeting.ts";
import { type Link, request, TRIP_BYTES } from "./link.ts";

const MESSAGE_BYTES = 1 << 20;

/** How the packets of a channel travel. */
export type Way = "direct" | "relayed" | "gossip";

/** The node of one of two parties. */
export interface Place {
  /** With the peer id. */
  readonly address: string;
  /** The channel to the other party, whose node has this address. */
  open(other: string): Promise<Mesh>;
}

/** The place of party `self`; `relay` is the address of a relay, which `relayed` needs. */
export async function place(self: number, way: Way, relay = ""): Promise<Place> {
  const { node, gate } = way === "relayed"
    ? await nodeBehind({ addresses: () => [relay] })
    : await loopbackSeat();
  const [address = ""] = node.addresses();
  const clock = systemClock;
  const connect = way !== "gossip" ? directConnect({ node, gate, clock }) : gossipConnect({
    ...{ gossip: nodeGossip(node), identity: node.identity, clock },
    random: (length) => systemRng().fill(new Uint8Array(length)),
  });
  return {
    address,
    async open(other: string): Promise<Mesh> {
      const peers = (self === 0 ? [address, other] : [other, address]).map((text, party) => ({
        ...{ party, peer: text.replace(/.*\/p2p\//, ""), addresses: [text] },
      }));
      if (way === "gossip" && self === 0) await node.dial({ addresses: [other] });
      const silent = { onLink: () => {}, onReady: () => {}, onEnd: () => {} };
      const sid = sha256(new TextEncoder().encode(way));
      const request = { self, sid, peers, stepTimeoutMs: 60_000, ...silent };
      return await connect.open(request, new AbortController().signal);
    },
  };
}

/** Does what the other party asks for, in the steps that both count alike. */
export async function serveChannel({ channel }: Mesh): Promise<void> {
  for (let round = 0;; round++) {
    const head = await channel.recv(0, `ask ${round}`, 8);
    const view = new DataView(head.buffer);
    const bytes = view.getUint32(0);
    if (bytes === 0) {
      for (let i = 0; i < view.getUint32(4); i++) {
        await channel.send(
          0,
          `pong ${round} ${i}`,
          await channel.recv(0, `ping ${round} ${i}`, TRIP_BYTES),
        );
      }
      continue;
    }
    for (let i = 0; i * MESSAGE_BYTES < bytes; i++) {
      await channel.recv(0, `bulk ${round} ${i}`, MESSAGE_BYTES);
    }
    await channel.send(0, `end ${round}`, new Uint8Array(1));
  }
}

/** Asks the other party, whose end is served. */
export function channelLink({ channel }: Mesh): Link {
  let round = 0;
  return {
    async bulk(bytes: number): Promise<void> {
      await channel.send(1, `ask ${round}`, request(bytes, 0));
      for (let i = 0; i * MESSAGE_BYTES < bytes; i++) {
        await channel.send(1, `bulk ${round} ${i}`, new Uint8Array(MESSAGE_BYTES));
      }
      await channel.recv(1, `end ${round++}`, 1);
    },
    async trips(count: number): Promise<void> {
      await channel.send(1, `ask ${round}`, request(0, count));
      for (let i = 0; i < count; i++) {
        await channel.send(1, `ping ${round} ${i}`, new Uint8Array(TRIP_BYTES));
        await channel.recv(1, `pong ${round} ${i}`, TRIP_BYTES);
      }
      round += 1;
    },
  };
}
