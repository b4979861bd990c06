/** The process: arguments in, exit code out. */
import { denoSystem, main } from "./lib/cli/mod.ts";

// Why `exit`: the network stack may leave timers behind that would keep the process alive.
Deno.exit(await main(Deno.args, denoSystem()));
