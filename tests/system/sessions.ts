/** Sessions between hosts, for the tests of bad networks. */
import assert from "node:assert/strict";
import { assertEnded, lastLine, Process, programFile, ticketOf } from "../e2e/process.ts";

/** Where the processes of two parties run, and what is asked of them beside the program. */
export interface Seats {
  /** Namespaces of party 0, which creates, and party 1. */
  readonly hosts: readonly [string, string];
  /** Flags of both. */
  readonly flags?: readonly string[];
  /** Flags of each. */
  readonly own?: readonly [readonly string[], readonly string[]];
  /** What happens to the ticket on its way. */
  readonly deliver?: (ticket: string) => string;
  /** Steps of the program: 300 take a second or two and some ten megabytes. Default: 10. */
  readonly steps?: number;
}

/** A program of so many steps. */
function programOf(steps: number): string {
  return `pub fn main(a: u32, b: u32) -> u32 {
    let mut x = a;
    for i in 0..${steps} {
        x = (x & 65535u32) * b + a;
    }
    x
}
`;
}

/** Its result for the inputs 3 and 4. */
function resultOf(steps: number): number {
  let x = 3;
  for (let i = 0; i < steps; i++) x = (x & 65535) * 4 + 3;
  return x;
}

/** A session on its way. */
export interface Running extends AsyncDisposable {
  readonly creator: Process;
  readonly joiner: Process;
  /** Asserts that both finish with the right result. */
  finish(): Promise<void>;
}

/** Starts a session of two. */
export async function startSession(
  { hosts, flags = [], own = [[], []], deliver = (ticket) => ticket, steps = 10 }: Seats,
): Promise<Running> {
  const program = await programFile(programOf(steps));
  const common = [`--program=${program.path}`, ...flags];
  const first = [...common, ...own[0], "--party=0", "--input=3", "new"];
  const creator = new Process(first, hosts[0]);
  const ticket = deliver(await ticketOf(creator));
  const second = [...common, ...own[1], "--party=1", "--input=4", "join", ticket];
  const joiner = new Process(second, hosts[1]);
  return {
    creator,
    joiner,
    async finish(): Promise<void> {
      for (const process of [creator, joiner]) {
        const end = await process.ended;
        assertEnded(end, 0);
        assert.equal(lastLine(end.stdout), `The result is ${resultOf(steps)}`);
      }
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** Starts a relay in a namespace and returns its public address. */
export async function relayIn(host: string, ...flags: string[]): Promise<string> {
  const relay = new Process(["relay", "--network-port=4001", ...flags], host);
  return (await relay.sees(/^(\/ip4\/9\S+\/p2p\/\w+)$/m))[1] ?? "";
}
