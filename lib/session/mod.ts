/**
 * Sessions: tickets, the lobby in which parties meet, the description they agree on and sign, and
 * the start. Gets the network passed in as ports.
 *
 * @module
 */
export * from "./clock.ts";
export {
  type CompiledFacts,
  type Constant,
  decodeDescription,
  type Description,
  DESCRIPTION_BYTES_MAX,
  encodeDescription,
  type InputFact,
  type Preprocessing,
  type ProposedFacts,
  type RosterEntry,
  SESSION_VERSION,
  sessionHash,
} from "./description.ts";
export * from "./difference.ts";
export { type Ending, stateEnding } from "./ending.ts";
export * from "./messages.ts";
export type * from "./ports.ts";
export * from "./receipt.ts";
export * from "./runtime.ts";
export type * from "./session_options.ts";
export {
  type Dials,
  initialState,
  type Loss,
  type Member,
  ownHello,
  type Repetition,
  type SessionConfig,
  type SessionEffect,
  type SessionEvent,
  type SessionPhase,
  type SessionState,
  shortHash,
  type Step,
} from "./state.ts";
export * from "./statement.ts";
export * from "./step.ts";
export { resultText, signedBytes } from "./step_agree.ts";
export * from "./ticket.ts";
export * from "./transcript.ts";
