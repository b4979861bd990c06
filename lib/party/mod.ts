/**
 * A party of a computation, apart from the command line: what it proposes, and how it runs over links that
 * somebody else has made, or in a whole session over libp2p.
 *
 * @module
 */
export * from "./chunk_bits.ts";
export { meetOn, type MeetOptions } from "./meet.ts";
export * from "./proposal.ts";
export * from "./run_party.ts";
export * from "./take_part.ts";
