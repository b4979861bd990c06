/**
 * The MPC protocol: authenticated garbling with a dishonest majority. See docs/PROTOCOL.md.
 *
 * @module
 */
export type { Channel } from "./channel.ts";
