/** What a node does, counted from its events. */
import {
  DIAL_FAILURES,
  DIAL_TRANSPORTS,
  type Direction,
  DROP_REASONS,
  type Observe,
  type RequestProtocol,
  type RequestResult,
} from "./event.ts";
import { LEVELS } from "./levels.ts";
import type { Register } from "./register.ts";

/** Both directions. */
export const DIRECTIONS: readonly Direction[] = ["inbound", "outbound"];
const PROTOCOLS: readonly RequestProtocol[] = [
  "session",
  "blob",
  "gossip",
  "ping",
  "dial",
  "metrics-http",
];
const RESULTS: readonly RequestResult[] = ["ok", "error", "rejected", "timeout"];
/** Upper bounds in seconds. */
const DURATION_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60];
/** Upper bounds in bytes: powers of 4 up to 16 MiB. */
const SIZE_BUCKETS = Array.from({ length: 10 }, (_, i) => 64 * 4 ** i);
/** Kinds of messages: of agreement, of the protocol, of users. */
const MESSAGE_KINDS = ["control", "mpc", "chat"] as const;
/** Topics that have series of their own; the rest share one, so that their number is bounded. */
const TOPICS_MAX = 10;

/** Counts requests and connections: the three metrics that this program has always had. */
function requestMetrics(register: Register): Observe {
  const requests = register.counter({
    name: "p2p_mpc_requests_total",
    help: "Total number of requests, answered and made",
    labels: ["protocol", "direction", "result"],
  });
  const connections = register.gauge({
    name: "p2p_mpc_active_connections",
    help: "Number of active connections to peers",
    labels: ["direction", "kind"],
  });
  const durations = register.histogram({
    name: "p2p_mpc_request_duration_seconds",
    help: "Request duration in seconds",
    labels: ["protocol", "direction"],
    buckets: DURATION_BUCKETS,
  });
  for (const direction of DIRECTIONS) {
    for (const kind of ["direct", "relayed"]) connections.set({ direction, kind }, 0);
    for (const protocol of PROTOCOLS) {
      durations.zero({ protocol, direction });
      for (const result of RESULTS) requests.inc({ protocol, direction, result }, 0);
    }
  }
  return (event) => {
    if (event.kind === "connection") {
      const { direction, via, change } = event;
      connections.inc({ direction, kind: via }, change === "open" ? 1 : -1);
    } else if (event.kind === "request") {
      const { protocol, direction, result, seconds } = event;
      requests.inc({ protocol, direction, result });
      durations.observe({ protocol, direction }, seconds);
    }
  };
}

/** Counts messages; those of topics that the user has named also by topic. */
function messageMetrics(register: Register): Observe {
  const messages = register.counter({
    name: "p2p_mpc_messages_total",
    help: "Messages sent and received: of sessions before they run, of the protocol, of users",
    labels: ["direction", "kind"],
  });
  const sizes = register.histogram({
    name: "p2p_mpc_message_size_bytes",
    help: "Sizes of messages",
    labels: ["direction"],
    buckets: SIZE_BUCKETS,
  });
  const perTopic = { labels: ["topic", "direction"] };
  const topicMessages = register.counter({
    ...{ name: "p2p_mpc_topic_messages_total", help: "Messages of users by topic", ...perTopic },
  });
  const topicBytes = register.counter({
    ...{
      name: "p2p_mpc_topic_bytes_total",
      help: "Bytes of messages of users by topic",
      ...perTopic,
    },
  });
  const topics = new Set<string>();
  const labelOf = (topic: string): string => topics.has(topic) ? topic : "other";
  for (const direction of DIRECTIONS) {
    sizes.zero({ direction });
    for (const kind of MESSAGE_KINDS) messages.inc({ direction, kind }, 0);
  }
  function count(direction: Direction, kind: typeof MESSAGE_KINDS[number], bytes: number): void {
    messages.inc({ direction, kind });
    sizes.observe({ direction }, bytes);
  }
  return (event) => {
    if (event.kind === "topic") {
      if (topics.size < TOPICS_MAX) topics.add(event.topic);
      for (const direction of DIRECTIONS) {
        const labels = { topic: labelOf(event.topic), direction };
        topicMessages.inc(labels, 0);
        topicBytes.inc(labels, 0);
      }
    } else if (event.kind === "message") {
      const { direction, bytes, topic } = event;
      count(direction, topic === undefined ? "control" : "chat", bytes);
      if (topic === undefined) return;
      topicMessages.inc({ topic: labelOf(topic), direction });
      topicBytes.inc({ topic: labelOf(topic), direction }, bytes);
    } else if (event.kind === "traffic") {
      count(event.direction, "mpc", event.bytes);
    }
  };
}

/** Counts what happens on the way to peers, and lines of the log. */
function linkMetrics(register: Register): Observe {
  const rtt = register.histogram({
    name: "p2p_mpc_peer_rtt_seconds",
    help: "Time to peers and back, from pings",
    buckets: DURATION_BUCKETS,
  });
  const links = register.counter({
    name: "p2p_mpc_reconnects_total",
    help: "Links between parties that were lost during a session, and that came back",
    labels: ["change"],
  });
  const lines = register.counter({
    name: "p2p_mpc_log_messages_total",
    help: "Lines of the log, whether it shows them or not",
    labels: ["level"],
  });
  const dropped = register.counter({
    name: "p2p_mpc_messages_dropped_total",
    help: "Gossip messages that were neither handed over nor forwarded, and why",
    labels: ["reason"],
  });
  for (const reason of DROP_REASONS) dropped.inc({ reason }, 0);
  rtt.zero({});
  for (const change of ["lost", "back"]) links.inc({ change }, 0);
  for (const level of LEVELS) lines.inc({ level }, 0);
  return (event) => {
    if (event.kind === "rtt") rtt.observe({}, event.seconds);
    else if (event.kind === "link") links.inc({ change: event.change });
    else if (event.kind === "dropped") dropped.inc({ reason: event.reason });
    else if (event.kind === "log") lines.inc({ level: event.level });
  };
}

/** Counts dials, and what peers did that counts against them. */
function peerMetrics(register: Register, penalties: readonly string[]): Observe {
  const attempts = register.counter({
    name: "p2p_mpc_dial_attempts_total",
    help: "Peers that were dialled, by the first of their addresses",
    labels: ["transport"],
  });
  const failures = register.counter({
    name: "p2p_mpc_dial_failures_total",
    help: "Peers that were dialled and not reached, and why",
    labels: ["transport", "reason"],
  });
  const counted = register.counter({
    name: "p2p_mpc_penalties_total",
    help: "What peers did that counts against them",
    labels: ["reason"],
  });
  for (const transport of DIAL_TRANSPORTS) {
    attempts.inc({ transport }, 0);
    for (const reason of DIAL_FAILURES) failures.inc({ transport, reason }, 0);
  }
  for (const reason of penalties) counted.inc({ reason }, 0);
  return (event) => {
    if (event.kind === "penalty") counted.inc({ reason: event.reason });
    else if (event.kind === "dial") {
      const { transport, failure: reason } = event;
      attempts.inc({ transport });
      if (reason !== undefined) failures.inc({ transport, reason });
    }
  };
}

/**
 * All of them; every series whose labels are known exists with zero from the start. `penalties`: what can count against a
 * peer.
 */
export function nodeMetrics(register: Register, penalties: readonly string[]): readonly Observe[] {
  return [
    requestMetrics(register),
    messageMetrics(register),
    linkMetrics(register),
    peerMetrics(register, penalties),
  ];
}
