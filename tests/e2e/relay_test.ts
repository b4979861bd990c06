import assert from "node:assert/strict";
import { decodeTicket } from "../../lib/session/mod.ts";
import {
  assertEnded,
  lastLine,
  Process,
  processTest,
  programFile,
  sumOf,
  ticketOf,
} from "./process.ts";

/** A relay on loopback with the address that it prints first. */
async function relayWith(...flags: string[]): Promise<{ process: Process; address: string }> {
  const listen = "--listen=/ip4/127.0.0.1/tcp/0";
  const process = new Process(["relay", listen, "--metrics-port=0", ...flags]);
  const [, address = ""] = await process.sees(/^(\/ip4\/127\S+\/p2p\/\w+)$/m);
  return { process, address };
}

// feature: B85
processTest("two parties that only a relay can reach compute, and say so", async () => {
  await using program = await programFile(sumOf(2));
  const { process: relay, address } = await relayWith();
  const flags = [`--program=${program.path}`, "--listen=none", `--relay=${address}`];
  const creator = new Process([...flags, "--party=0", "--input=40", "new"]);
  const ticket = await ticketOf(creator);
  const { addresses } = decodeTicket(ticket, Date.now());
  assert.deepEqual(addresses.map((text) => text.includes("/p2p-circuit/")), [true]);
  await creator.sees(new RegExp(`--relay=${address} join p2pmpc1`));
  const joiner = new Process([...flags, "--party=1", "--input=2", "join", ticket]);
  for (const process of [creator, joiner]) {
    const end = await process.ended;
    assertEnded(end, 0, / joined \(12D3KooW…\w+, via relay 12D3KooW…\w+\)/);
    assert.equal(lastLine(end.stdout), "The result is 42");
  }
  const [, metrics = ""] = await relay.sees(/(http:\S+\/metrics)/);
  const page = await (await fetch(metrics)).text();
  assert.match(page, /^p2p_mpc_active_connections\{/m);
  relay.kill("SIGTERM");
  assert.equal((await relay.ended).code, 143);
});

processTest(
  "what is too large for a relay is refused before it starts, with numbers that hold",
  async () => {
    await using program = await programFile(sumOf(2));
    const run = async (bytes: number): Promise<Process[]> => {
      const { address } = await relayWith(`--max-bytes=${bytes}`);
      const flags = [`--program=${program.path}`, "--listen=none", `--relay=${address}`];
      const creator = new Process([...flags, "--party=0", "--input=40", "new"]);
      const ticket = await ticketOf(creator);
      return [creator, new Process([...flags, "--party=1", "--input=2", "join", ticket])];
    };
    let enough = 0;
    for (const process of await run(131_072)) {
      const end = await process.ended;
      assertEnded(
        end,
        9,
        /passes about [\d.]+ [kM]B between us and party \d, and relay \S+ lets [\d.]+ kB pass, both/,
      );
      assert.doesNotMatch(end.stderr, /starting the computation/);
      enough = Number(/--max-bytes=(\d+) or more/.exec(end.stderr)?.[1] ?? enough);
    }
    // What the parties have said before they are linked counts as well.
    for (const process of await run(enough + 65_536)) {
      const end = await process.ended;
      assertEnded(end, 0);
      assert.doesNotMatch(end.stderr, /lost the connection/);
    }
  },
);

processTest("a relay that does not serve a party says so before there is a ticket", async () => {
  await using program = await programFile(sumOf(2));
  const { address } = await relayWith(`--allow-peer=12D3KooW${"A".repeat(44)}`);
  const flags = [`--program=${program.path}`, `--relay=${address}`, "--party=0", "--input=1"];
  const end = await new Process([...flags, "new"]).ended;
  assertEnded(end, 4, /Cannot listen through relay ".*": it does not serve us\n/);
  assert.match(end.stderr, /^hint: .*--allow-peer=12D3KooW/m);
  assert.equal(end.stdout, "");
});
