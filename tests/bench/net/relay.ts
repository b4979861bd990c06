/** A relay in a process of its own; says its address, and ends with its standard input. */
import { loopbackRelay, relayAddress } from "../../net/relays.ts";
import { lines, say } from "../session/talker.ts";

/** What the process says. */
export interface RelayTold {
  readonly address: string;
}

if (import.meta.main) {
  const told: RelayTold = { address: relayAddress(await loopbackRelay()) };
  say(told);
  for await (const _ of lines(Deno.stdin.readable));
  Deno.exit(0);
}
