/** The faults that are tried, who commits them, and what must come of a session. */
import type { SpanName } from "../../lib/observability/mod.ts";
import { type Deed, DEEDS } from "./sabotage.ts";
import { type Nuisance, NUISANCES } from "./stranger.ts";

/** Faults of a whole process. */
export const PROCESS_FAULTS = ["SIGKILL", "SIGSTOP for good", "SIGSTOP and SIGCONT"] as const;
/** Faults of the network between the parties. */
export const WIRE_FAULTS = [
  "sockets cut",
  "sockets half cut",
  "sockets cut many times",
  "party cut off for good",
  "flipped bit",
  "network stalls",
] as const;

export type ProcessFault = typeof PROCESS_FAULTS[number];
export type WireFault = typeof WIRE_FAULTS[number];
/** A fault of any sort. */
export type Kind = ProcessFault | WireFault | Deed | Nuisance;

/** All kinds. */
export const KINDS: readonly Kind[] = [...PROCESS_FAULTS, ...WIRE_FAULTS, ...DEEDS, ...NUISANCES];

/** Where a fault may hit: spans of a session, in order. Which of two the victim has depends on its role. */
export type Phase = SpanName & (`mpc phase ${string}` | "join rendezvous" | "agree session");

const PROTOCOL: readonly Phase[] = [
  "mpc phase setup",
  "mpc phase authenticated bits",
  "mpc phase leaky ANDs",
  "mpc phase buckets",
  "mpc phase inputs",
];

/** The evaluator of all sessions. */
export const EVALUATOR = 0;

export function isDeed(kind: Kind): kind is Deed {
  return (DEEDS as readonly Kind[]).includes(kind);
}

export function isNuisance(kind: Kind): kind is Nuisance {
  return (NUISANCES as readonly Kind[]).includes(kind);
}

/** Faults after which the session must still end with the right result for everybody. */
export function mustFinish(kind: Kind): boolean {
  return isNuisance(kind) || kind === "SIGSTOP and SIGCONT" || kind === "sockets cut" ||
    kind === "sockets half cut" || kind === "sockets cut many times" || kind === "flipped bit" ||
    kind === "network stalls";
}

/** Whether the fault is one of connections, of which only those of the protocol come back. */
function breaksConnections(kind: Kind): boolean {
  return mustFinish(kind) && !isNuisance(kind) && kind !== "SIGSTOP and SIGCONT" &&
    kind !== "network stalls";
}

/** The phases in which a fault may hit party `victim`. */
export function phasesFor(kind: Kind, victim: number): readonly Phase[] {
  const protocol: Phase[] = [
    ...PROTOCOL,
    victim === EVALUATOR ? "mpc phase evaluation" : "mpc phase garbling",
    "mpc phase output",
  ];
  if (breaksConnections(kind)) return protocol;
  return isDeed(kind)
    ? ["agree session", ...protocol]
    : ["join rendezvous", "agree session", ...protocol];
}
