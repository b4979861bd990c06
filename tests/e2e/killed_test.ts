/** Parties that end all of a sudden, in each phase of a session, and those that are told to. */
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

/** About 40,000 AND gates: every phase can be seen. */
const SOME = MILLION.replace("600", "20");
const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

async function threeAtWork(program: string, more: readonly string[] = []): Promise<Process[]> {
  const flags = (self: number): string[] => [
    ...[`--program=${program}`, `--party=${self}`, "--input=1", "--reconnect-timeout=2"],
    ...more,
  ];
  const creator = party([...flags(0), "new"]);
  const ticket = await ticketOf(creator);
  return [creator, ...[1, 2].map((self) => party([...flags(self), "join", ticket]))];
}

/** What a party says when it is in a phase, and how the others end when it is killed there. */
const PHASES = [
  { phase: "rendezvous", says: /connected, other peers|party \d joined/, codes: [4, 7] },
  { phase: "agreement", says: /all agree: /, codes: [7] },
  { phase: "set-up", says: /starting the computation/, codes: [7] },
  { phase: "preprocessing", says: /(bits|ANDs|buckets): \d+ of \d+ AND gates/, codes: [7] },
  { phase: "tables", says: /buckets: (\d+) of \1 AND gates/, codes: [7] },
  { phase: "output", says: /(garbling|evaluation): (\d+) of \2 AND gates/, codes: [0, 7] },
];

for (const [i, { phase, says, codes }] of PHASES.entries()) {
  for (const victim of SLOW ? [0, 1, 2] : [i % 3]) {
    processTest(
      `party ${victim} is killed during ${phase}: the others end and name it`,
      async () => {
        await using program = await programFile(SOME);
        // Why --join-timeout: a joiner may not have met the creator yet when that is killed.
        const waits = ["--wait-time=8", "--join-timeout=8", "--step-timeout=20"];
        const parties = await threeAtWork(program.path, waits);
        await parties[victim]?.sees(says);
        parties[victim]?.kill("SIGKILL");
        for (const [self, process] of parties.entries()) {
          const end = await process.ended;
          if (self === victim) continue;
          assert.ok(
            codes.includes(end.code),
            `exit code ${end.code}\n${end.stdout}\n${end.stderr}`,
          );
          if (end.code !== 0) assertEnded(end, end.code, new RegExp(`part.*${victim}|its creator`));
        }
      },
      !SLOW && phase !== "rendezvous" && phase !== "agreement" && phase !== "output",
    );
  }
}

processTest("the second Ctrl-C ends at once; the first waits for parties to be told", async () => {
  await using program = await programFile(SOME);
  const [creator, joiner, third] = await threeAtWork(program.path);
  assert.ok(creator && joiner && third);
  await creator.sees(/starting the computation/);
  // Why: a party that stands still reads no farewell.
  joiner.kill("SIGSTOP");
  creator.kill("SIGINT");
  await creator.sees(/stopping\.\.\. \(Ctrl-C again to stop at once\)/);
  creator.kill("SIGINT");
  const end = await creator.ended;
  assert.equal(end.code, 130);
  assert.doesNotMatch(end.stderr, /^error: /m, "it has waited for its orderly end");
  assertEnded(await third.ended, 7, /party 0 left: Interrupted/);
});

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
