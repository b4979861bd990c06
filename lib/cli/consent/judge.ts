/** Holds a session against a policy, point by point. */
import { shortPeer, sizeText } from "../../base/mod.ts";
import { sentBytes } from "../../mpc/mod.ts";
import type { PeerBook } from "../../net/mod.ts";
import { type Description } from "../../session/mod.ts";
import { digestText } from "../digest_text.ts";
import { type AgreedConstant, agreedParameters, constantsOf } from "../../party/mod.ts";
import { peerOf } from "./decide.ts";
import type { Policy } from "./policy_file.ts";

/** What a policy says of one property of a session. */
export interface Finding {
  /** Whether it is allowed. */
  readonly allowed: boolean;
  /** Why, in words. */
  readonly text: string;
}

/** What is held against a policy. */
export interface PolicyCase {
  /** The session. */
  readonly description: Description;
  /** Own party number; undefined: not known, and nobody is taken for this party. */
  readonly self: number | undefined;
  /** Names that the user gave to peers. */
  readonly book: PeerBook;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** When sessions ran under this policy, in milliseconds since 1970. */
  readonly runs: readonly number[];
}

const HOUR_MS = 3_600_000;

/** What `policy` says of each property of a session. It allows the session if it allows all. */
export function judgeByPolicy(policy: Policy, about: PolicyCase): Finding[] {
  const { description, self } = about;
  const { roster, circuit, limits } = description;
  const program = digestText(description.program);
  const of = (what: string, value: string, bound: number | undefined, real: number): Finding[] =>
    bound === undefined ? [] : [{
      allowed: real <= bound,
      text: `${what}: ${value}, at most ${bound.toLocaleString("en-US")} allowed`,
    }];
  const sent = self === undefined ? 0 : sentBy(description, self);
  const total = limits.totalTimeoutMs ?? Infinity;
  return [
    { allowed: policy.programs.includes(program), text: `program ${program}` },
    ...peerFindings(policy, about),
    {
      allowed: roster.length >= policy.parties_min,
      text: `${roster.length} parties, at least ${policy.parties_min} wanted`,
    },
    ...(policy.party === undefined
      ? []
      : [{ allowed: self === policy.party, text: `own number ${self}, ${policy.party} wanted` }]),
    outputsFinding(policy, about),
    ...constantsOf(description).map((constant) => constantFinding(policy, constant)),
    ...of("AND gates", String(circuit.ands), policy.max_and_gates, circuit.ands),
    ...of("bytes to send", sizeText(sent), policy.max_bytes, sent),
    ...of("seconds", `total time-out ${total / 1000}`, policy.max_seconds, total / 1000),
    ...timeFindings(policy, about),
  ];
}

/** Bytes that a party sends in a session, from what was agreed on. */
function sentBy(description: Description, self: number): number {
  const { circuit, inputs } = description;
  const header = {
    inputs: inputs.map(({ bits }) => bits),
    outputs: Uint32Array.from({ length: circuit.outputs }, (_, i) => i + 2),
    ...{ ands: circuit.ands, gates: circuit.gates, registers: 0, digest: circuit.digest },
  };
  const bytes = sentBytes({ header, parameters: agreedParameters(description), self });
  return Object.values(bytes).reduce((sum, part) => sum + part, 0);
}

function peerFindings({ peers }: Policy, { description, self, book }: PolicyCase): Finding[] {
  const allowed = new Set(peers.map((word) => peerOf(word, book, "the policy")));
  return description.roster.filter(({ party }) => party !== self).map(({ party, peer }) => {
    return { allowed: allowed.has(peer), text: `peer ${shortPeer(peer)} as party ${party}` };
  });
}

function outputsFinding({ outputs }: Policy, { description, self }: PolicyCase): Finding {
  const { outputParties } = description;
  const may = (party: number): boolean =>
    outputs === "everybody" || (outputs === "me" ? party === self : outputs.includes(party));
  const rule = Array.isArray(outputs) ? `parties ${outputs.join(", ") || "none"}` : outputs;
  return {
    allowed: outputParties.every(may),
    text: `result to parties ${outputParties.join(", ")}, allowed: ${rule}`,
  };
}

function constantFinding({ constants }: Policy, { name, value }: AgreedConstant): Finding {
  const rule = Object.hasOwn(constants, name) ? constants[name] : undefined;
  if (rule === undefined) return { allowed: false, text: `constant ${name} is not named` };
  if (typeof rule !== "object") {
    return { allowed: value === String(rule), text: `constant ${name} = ${value}, ${rule} wanted` };
  }
  const digits = /^(-?\d+)([iu]\d+|usize)?$/.exec(value.replaceAll("_", ""))?.[1];
  const number = digits === undefined ? NaN : Number(digits);
  const { min = -Infinity, max = Infinity } = rule;
  return {
    allowed: number >= min && number <= max,
    text: `constant ${name} = ${value}, from ${min} to ${max} allowed`,
  };
}

function timeFindings({ hours, runs }: Policy, { now, runs: past }: PolicyCase): Finding[] {
  const findings: Finding[] = [];
  if (hours !== undefined) {
    const time = new Date(now).toISOString().slice(11, 16);
    const within = hours.some((range) => isWithin(time, range));
    findings.push({ allowed: within, text: `time ${time} UTC, allowed: ${hours.join(", ")}` });
  }
  if (runs !== undefined) {
    const recent = past.filter((at) => now - at < runs.hours * HOUR_MS).length;
    const text = `${recent} sessions in the last ${runs.hours} hours, at most ${runs.most} allowed`;
    findings.push({ allowed: recent < runs.most, text });
  }
  return findings;
}

/** Whether a time of day is in a range such as `22:00-06:00`; the end is not part of it. */
function isWithin(time: string, range: string): boolean {
  const [from = "", to = ""] = range.split("-");
  return from <= to ? time >= from && time < to : time >= from || time < to;
}

/** The peers of a policy. @throws {UsageError} if a name is nobody's: better told now than by a refusal. */
export function checkNames({ peers }: Policy, book: PeerBook): void {
  for (const word of peers) peerOf(word, book, "the policy");
}
