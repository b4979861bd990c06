/** The multiplexer of connections: yamux, with wider windows among our own nodes. */
import type { StreamMuxerFactory } from "@libp2p/interface";
import { yamux } from "@libp2p/yamux";

/** Name under which our nodes agree on the wider windows, of which both ends must know. */
const WIDE_PROTOCOL = "/p2p-mpc/yamux/1";
/**
 * First window of a stream among our nodes. Why not the usual 256 KiB: a window grows only if it is used up
 * within four round trips, and near hosts measure a round trip of 0 ms.
 */
const FIRST_WINDOW_BYTES = 2 << 20;
/** Largest receive window of a stream: enough for 8 MiB in flight. */
const WINDOW_BYTES = 8 << 20;
/**
 * Most streams that the other end may have open on one connection. Why so few: each may send a whole first window
 * before it says what it is for.
 */
const INBOUND_STREAMS_MAX = 128;
/** Largest time-out that a timer can hold: the streams themselves never time out. */
const NEVER_MS = 2 ** 31 - 1;

const muxerOptions = { maxInboundStreams: INBOUND_STREAMS_MAX };
const streamOptions = {
  maxStreamWindowSize: WINDOW_BYTES,
  // Why: a paused stream stores up to a whole window; less would reset it.
  maxReadBufferLength: 2 * WINDOW_BYTES,
  inactivityTimeout: NEVER_MS,
};

type Make = ReturnType<typeof yamux>;

/** Yamux as all nodes speak it. */
export function plainYamux(): Make {
  return yamux({ ...muxerOptions, streamOptions });
}

/** Yamux with wide first windows, to be offered before the plain one. */
export function wideYamux(): (...components: Parameters<Make>) => StreamMuxerFactory {
  const make = yamux({
    ...muxerOptions,
    streamOptions: { ...streamOptions, initialStreamWindowSize: FIRST_WINDOW_BYTES },
  });
  return (...components) => {
    const factory = make(...components);
    return {
      protocol: WIDE_PROTOCOL,
      createStreamMuxer: (connection) => factory.createStreamMuxer(connection),
    };
  };
}
