/** What happens when time is over: who ends, with which code, and in which words. */
import assert from "node:assert/strict";
import { assertEnded, party, processTest, programFile, sumOf, ticketOf } from "./process.ts";

/** Much work: each product of two u64 takes more than 2,000 AND gates. */
const LONG = `pub fn main(x: u64, y: u64) -> u64 {
    let mut sum = 1u64;
    for i in 0..1000 {
        sum = sum ^ (x * (y ^ sum));
    }
    sum
}
`;

processTest("a party that stops amid the computation is named when its time is over", async () => {
  await using program = await programFile(LONG);
  const flags = [`--program=${program.path}`, "--input=1", "--step-timeout=6"];
  const creator = party([...flags, "new"]);
  const joiner = party([...flags, "join", await ticketOf(creator)]);
  await joiner.sees(/(bits|ANDs|buckets): [1-9]\d* of \d+ AND gates/);
  joiner.kill("SIGSTOP");
  assertEnded(await creator.ended, 7, /party 1 (sent|took) nothing for 6 s/);
});

processTest("the total time ends a computation for all, and names the limit", async () => {
  await using program = await programFile(LONG);
  const flags = [`--program=${program.path}`, "--input=1", "--total-timeout=2"];
  const creator = party([...flags, "new"]);
  const joiner = party([...flags, "join", await ticketOf(creator)]);
  const ends = await Promise.all([creator.ended, joiner.ended]);
  assert.ok(ends.some(({ code }) => code === 9));
  for (const end of ends) {
    assertEnded(end, end.code === 9 ? 9 : 7, /more than 2 s \(limit "total-timeout"\)/);
  }
});

processTest("other time-outs are told before anything of an input is used", async () => {
  await using program = await programFile(sumOf(2));
  const flags = [`--program=${program.path}`, "--input=1"];
  const creator = party([...flags, "--step-timeout=30", "new"]);
  const joiner = party([...flags, "join", await ticketOf(creator)]);
  for (const process of [creator, joiner]) {
    assertEnded(await process.ended, 5, /party [01] has other limits: .*"stepTimeoutMs":\d+/);
  }
});
