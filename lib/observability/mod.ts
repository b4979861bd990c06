/**
 * Events and the sinks that show them.
 *
 * @module
 */
export * from "./event.ts";
