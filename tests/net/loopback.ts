/** libp2p nodes on the loopback interface, for tests. */
import assert from "node:assert/strict";
import { sha256 } from "../../lib/crypto/mod.ts";
import {
  type ChannelLimits,
  directConnect,
  type Gate,
  generateIdentity,
  type KeyIdentity,
  type Node,
  type NodeOptions,
  openGate,
  startNode,
} from "../../lib/net/mod.ts";
import { type Observe, observeNothing } from "../../lib/observability/mod.ts";
import { systemClock } from "../../lib/session/clock.ts";
import type { Clock, Mesh, MeshRequest } from "../../lib/session/ports.ts";

/** A node with its gate. */
export interface TestNode {
  readonly node: Node;
  readonly gate: Gate;
}

/** Starts a node on a free port of 127.0.0.1. */
export async function loopbackNode(
  identity?: KeyIdentity,
  change: Partial<NodeOptions> = {},
): Promise<TestNode> {
  const own = identity ?? await generateIdentity();
  const node = await startNode({ identity: own, listen: ["/ip4/127.0.0.1/tcp/0"], ...change });
  return { node, gate: await openGate(node, systemClock) };
}

/** A mesh of nodes. */
export interface TestMesh {
  readonly nodes: readonly TestNode[];
  readonly meshes: readonly Mesh[];
  /** Notices of links that ended, by party. */
  readonly ended: readonly string[][];
  stop(): Promise<void>;
}

/** Session hash of the test meshes. */
export const TEST_SID = sha256(new Uint8Array([1, 2, 3]));

/** The request of one party of `nodes`. */
export function meshRequest(nodes: readonly TestNode[], self: number): MeshRequest {
  return {
    self,
    sid: TEST_SID,
    peers: nodes.map(({ node }, party) => ({
      party,
      peer: node.peerId,
      addresses: node.addresses(),
    })),
    stepTimeoutMs: 60_000,
    onLink: () => {},
    onReady: () => {},
    onEnd: () => {},
  };
}

/** Starts `parties` nodes and connects each with each. */
export async function loopbackMesh(
  parties: number,
  limits: ChannelLimits = {},
  clock: Clock = systemClock,
  reconnectMs = 500,
): Promise<TestMesh> {
  const nodes = await Promise.all(Array.from({ length: parties }, () => loopbackNode()));
  return await meshOf(nodes, { limits, clock, reconnectMs });
}

/** How the links of a mesh behave. */
export interface MeshOptions {
  readonly limits?: ChannelLimits;
  readonly clock?: Clock;
  readonly reconnectMs?: number;
  readonly observe?: Observe;
}

/** Connects each node with each; `stop` stops them, too. */
export async function meshOf(
  nodes: readonly TestNode[],
  { limits = {}, clock = systemClock, reconnectMs = 500, observe = observeNothing }: MeshOptions,
): Promise<TestMesh> {
  const ended: string[][] = nodes.map(() => []);
  const signal = new AbortController().signal;
  const meshes = await Promise.all(nodes.map(({ node, gate }, self) => {
    const request = meshRequest(nodes, self);
    const onEnd = (text: string): void => void ended[self]?.push(text);
    return directConnect({ node, gate, clock, limits, reconnectMs, observe })
      .open({ ...request, onEnd }, signal);
  }));
  assert.equal(meshes.length, nodes.length);
  return {
    nodes,
    meshes,
    ended,
    async stop(): Promise<void> {
      await Promise.all(meshes.map(({ channel }) => channel.abort("the test is over")));
      for (const { gate } of nodes) gate.close();
      await Promise.all(nodes.map(({ node }) => node.stop()));
    },
  };
}
