/** What libp2p's errors mean, in words for people. */

import type { DialFailure } from "../observability/mod.ts";

/** What {@linkcode dialReason} says of an address where nobody listens. */
export const REFUSED = "the connection was refused";

/** Stands in an error before the peer id that was found in place of the expected one. */
export const UNEXPECTED_PEER = "UnexpectedPeer";

function messages(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(messages).join(" ");
  // What a WebSocket reports is an event with the error in it.
  if (cause instanceof Object && "error" in cause) return messages(cause.error);
  if (!(cause instanceof Error)) return String(cause);
  return `${cause.name} ${cause.message} ${cause.cause === undefined ? "" : messages(cause.cause)}`;
}

/** A failed dial: its sort, and the state in words. */
interface FailedDial {
  readonly failure: DialFailure;
  readonly reason: string;
}

/** Why nobody could be reached. */
export function failedDial(cause: unknown): FailedDial {
  const text = messages(cause);
  if (/ECONNREFUSED/.test(text)) return { failure: "refused", reason: REFUSED };
  // The first form is that of TLS, the second that of noise.
  const forms = new RegExp(`${UNEXPECTED_PEER} (\\w+)|identity key (\\w+) does not match`);
  const [, tls, noise] = forms.exec(text) ?? [];
  const found = tls ?? noise;
  if (found !== undefined || /UnexpectedPeer|EncryptionFailed/.test(text)) {
    const who = found === undefined ? "" : `, ${found}`;
    const reason = `another peer answered at that address${who}`;
    return { failure: "unexpected_peer", reason };
  }
  if (/Timeout|AbortError|ETIMEDOUT/.test(text)) {
    return { failure: "timeout", reason: "no answer in time" };
  }
  if (/ENETUNREACH|EHOSTUNREACH/.test(text)) {
    return { failure: "no_route", reason: "there is no route to that address" };
  }
  return {
    failure: "other",
    reason: cause instanceof Error ? cause.message : "unknown reason",
  };
}

/** Why nobody could be reached, in words. */
export function dialReason(cause: unknown): string {
  return failedDial(cause).reason;
}

/** Why a node cannot listen. */
export function listenReason(cause: unknown): string {
  const text = messages(cause);
  if (/EADDRINUSE|AddrInUse/.test(text)) return "the port is in use";
  if (/EACCES|PermissionDenied/.test(text)) return "no permission to use that port";
  if (/EADDRNOTAVAIL/.test(text)) return "this machine has no such address";
  return cause instanceof Error ? cause.message : "unknown reason";
}

/** Why a relay is of no use, and what to do about it. */
export interface RelayReason {
  /** The state, in words. */
  readonly reason: string;
  /** What may help. */
  readonly hint: string;
}

/** Why this node, which has the id `self`, cannot listen through a relay. */
export function relayReason(cause: unknown, self: string): RelayReason {
  const text = messages(cause);
  if (/PERMISSION_DENIED/.test(text)) {
    return {
      reason: "it does not serve us",
      hint: `its operator must allow our peer id: --allow-peer=${self}; ` +
        "keep that id with --identity-key-path",
    };
  }
  if (/RESERVATION_REFUSED/.test(text)) {
    return { reason: "it is full", hint: "its operator can raise --max-reservations" };
  }
  if (/UnsupportedProtocol|protocol selection failed/i.test(text)) {
    return { reason: "that peer is no relay", hint: "start one there with `p2p-mpc relay`" };
  }
  return { reason: dialReason(cause), hint: "check its address, and that its port is open to you" };
}
