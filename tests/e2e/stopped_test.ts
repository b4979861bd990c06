import assert from "node:assert/strict";
import { assertEnded, lastLine, party, processTest, programFile, ticketOf } from "./process.ts";

/** About 40,000 AND gates: enough to be stopped amid. */
const PROGRAM = `pub fn main(x: u64, y: u64) -> u64 {
    let mut sum = y;
    for i in 0..20 {
        sum = sum ^ (x * (y ^ sum));
    }
    sum
}
`;
/** Longer than libp2p waits for the answer to a ping, which it then takes for the end. */
const STOPPED_MS = 25_000;

if (Deno.env.get("P2P_MPC_SLOW") === "1") {
  processTest("a party that stands still for 25 s is not cut off, and all finish", async () => {
    await using program = await programFile(PROGRAM);
    const flags = [`--program=${program.path}`, "--input=3", "--reconnect-timeout=5"];
    const creator = party([...flags, "--party=0", "new"]);
    const ticket = await ticketOf(creator);
    const joiner = party([...flags, "--party=1", "join", ticket]);
    await joiner.sees(/authenticated bits: /);
    joiner.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
    joiner.kill("SIGCONT");
    const ends = await Promise.all([creator.ended, joiner.ended]);
    for (const end of ends) {
      assertEnded(end, 0);
      assert.doesNotMatch(end.stderr, /lost the connection/);
    }
    assert.equal(lastLine(ends[0].stdout), lastLine(ends[1].stdout));
  });
}
