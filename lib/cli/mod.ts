/**
 * The command line program as a function.
 *
 * @module
 */
export { main } from "./main.ts";
export { isWorker, runWorker } from "./worker.ts";
export * from "./system.ts";
