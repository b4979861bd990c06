/** The process: arguments in, exit code out. A worker of the process runs this file as well. */
import { denoSystem, isWorker, main, runWorker } from "./lib/cli/mod.ts";

if (isWorker()) await runWorker();
// Why `exit`: the network stack may leave timers behind that would keep the process alive.
else Deno.exit(await main(Deno.args, denoSystem(import.meta.url)));
