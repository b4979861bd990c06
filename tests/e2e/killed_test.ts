import assert from "node:assert/strict";
import { assertEnded, party, type Process, processTest, programFile, ticketOf } from "./process.ts";

/** More than a million AND gates: each product of two u64 takes more than 2,000. */
const MILLION = `pub fn main(x: u64, y: u64, z: u64) -> u64 {
    let mut sum = z;
    for i in 0..600 {
        sum = sum ^ (x * (y ^ sum));
    }
    sum
}
`;

async function threeAtWork(program: string): Promise<Process[]> {
  const flags = (
    self: number,
  ): string[] => [`--program=${program}`, `--party=${self}`, "--input=1", "--reconnect-timeout=2"];
  const creator = party([...flags(0), "new"]);
  const ticket = await ticketOf(creator);
  return [creator, ...[1, 2].map((self) => party([...flags(self), "join", ticket]))];
}

for (
  const { victim, signal, reason } of [
    { victim: 2, signal: "SIGKILL", reason: /party 2/ },
    { victim: 0, signal: "SIGINT", reason: /party 0.*[Ii]nterrupt/ },
  ] as const
) {
  processTest(
    `party ${victim} ends by ${signal} amid a million AND gates: the others end in exit 7 and name it`,
    async () => {
      await using program = await programFile(MILLION);
      const parties = await threeAtWork(program.path);
      const line = await parties[victim]?.sees(
        /(?:bits|ANDs|buckets|garbling|evaluation): (\d+) of (\d+) AND gates/,
      );
      assert.ok(Number(line?.[2]) >= 1_000_000, "the program has fewer than a million AND gates");
      assert.ok(Number(line?.[1]) < Number(line?.[2]), "it was over already");
      parties[victim]?.kill(signal);
      for (const [self, process] of parties.entries()) {
        const end = await process.ended;
        if (self !== victim) assertEnded(end, 7, reason);
        else assert.equal(end.code, signal === "SIGKILL" ? 137 : 130);
      }
    },
  );
}
