import assert from "node:assert/strict";
import { decodeTicket, encodeTicket } from "../../lib/session/mod.ts";
import { assertEnded, party, Process, processTest, programFile, ticketOf } from "./process.ts";

const ADD = "--program=.add.garble.rs";
/** Parties of the tests below that wait for somebody who does not come give up this soon. */
const SOON = ["--wait-time=2", "--join-timeout=4"];
/** Long enough for a process to start and join on a busy machine. */
const LATER = ["--wait-time=2", "--join-timeout=10"];

processTest("an unknown program ends in exit 3 and names the file", async () => {
  const end = await party(["--program=missing.garble.rs", "--party=0", "--input=2", "new"]).ended;
  assertEnded(end, 3, /missing\.garble\.rs/);
  assert.equal(end.stdout, "");
});

processTest("a type error ends in exit 3 and points at the place", async () => {
  await using program = await programFile("pub fn main(a: u8, b: u16) -> u8 {\n    a + b\n}\n");
  const end = await party([`--program=${program.path}`, "--party=0", "--input=2", "new"]).ended;
  assertEnded(end, 3, /error\[E\d+\]/);
  assert.match(end.stderr, /2 \|\s+a \+ b/);
  assert.match(end.stderr, /\^/);
});

processTest(
  "an input of a wrong type ends in exit 3, names the parameter and does not show the input",
  async () => {
    for (const input of ["true", "4294967296123", "-987654", "(987654, 2)", "987654 garbage"]) {
      const end = await party([ADD, "--party=1", `--input=${input}`, "new"]).ended;
      assertEnded(end, 3, /u32/);
      assert.doesNotMatch(end.stderr, /987654|4294967296123/, "an input is shown");
    }
  },
);

processTest("missing or impossible flags end in exit 2 with a hint", async () => {
  assertEnded(await party([ADD, "--parties=4", "--input=2", "new"]).ended, 2, /--parties/);
  assertEnded(await party([ADD, "--evaluator=3", "--input=2", "new"]).ended, 2, /--evaluator/);
  assertEnded(await party(["--party=0", "--input=2", "new"]).ended, 2, /--program/);
  assertEnded(await party([ADD, "--party=0", "new"]).ended, 2, /--input/);
  assertEnded(await party([ADD, "--party=3", "--input=2", "new"]).ended, 2, /0.*1.*2/);
  assertEnded(await party([ADD, "--party=0", "--input=2", "join"]).ended, 2, /ticket/);
  assertEnded(
    await party([ADD, "--party=0", "--input=2", "--progam=x", "new"]).ended,
    2,
    /--program/,
  );
});

processTest(
  "a damaged, foreign or expired ticket ends in exit 8, each with its own words",
  async () => {
    const creator = party([ADD, "--party=0", "--input=2", ...SOON, "new"]);
    const ticket = await ticketOf(creator);
    creator.kill("SIGTERM");
    assertEnded(await creator.ended, 143);
    const damaged = ticket.slice(0, 40) + (ticket[40] === "a" ? "b" : "a") + ticket.slice(41);
    const expired = encodeTicket({ ...decodeTicket(ticket, Date.now()), expiry: 1_700_000_000 });
    const cases: readonly { readonly ticket: string; readonly words: RegExp }[] = [
      { ticket: damaged, words: /damaged/ },
      { ticket: ticket.slice(0, -9), words: /damaged/ },
      { ticket: "blobaaaa", words: /ticket/ },
      { ticket: expired, words: /expired/ },
    ];
    for (const { ticket, words } of cases) {
      assertEnded(await party([ADD, "--party=1", "--input=2", "join", ticket]).ended, 8, words);
    }
  },
);

// feature: D3
processTest(
  "a party that never comes: everybody ends in exit 4 and names the missing number",
  async () => {
    const creator = party([ADD, "--party=0", "--input=2", ...LATER, "new"]);
    const ticket = await ticketOf(creator);
    const joiner = party([ADD, "--party=2", "--input=2", ...LATER, "join", ticket]);
    for (const process of [creator, joiner]) assertEnded(await process.ended, 4, /party 1/);
  },
);

// feature: D3
processTest("nobody comes at all: the creator ends in exit 4 after --join-timeout", async () => {
  const end = await party([ADD, "--party=0", "--input=2", "--join-timeout=1", "new"]).ended;
  assertEnded(end, 4, /1.*2/);
});

processTest("nobody listens at the ticket's address: the joiner ends in exit 4", async () => {
  const creator = party([ADD, "--party=0", "--input=2", "new"]);
  const ticket = await ticketOf(creator);
  creator.kill("SIGKILL");
  await creator.ended;
  const end = await party([ADD, "--party=1", "--input=2", ...SOON, "join", ticket]).ended;
  assertEnded(end, 4);
});

/** A session of three in which `intruder` tries to take part; the honest ones go on and finish. */
async function withIntruder(intruder: (ticket: string) => Process): Promise<Process> {
  const creator = party([ADD, "--party=0", "--input=2", "new"]);
  const ticket = await ticketOf(creator);
  const first = party([ADD, "--party=1", "--input=2", "join", ticket]);
  await creator.sees(/party 1 joined/);
  const stranger = intruder(ticket);
  await stranger.ended;
  const second = party([ADD, "--party=2", "--input=2", "join", ticket]);
  for (const process of [creator, first, second]) {
    const end = await process.ended;
    assertEnded(end, 0);
    assert.match(end.stdout, /The result is 6\n$/);
  }
  return stranger;
}

processTest(
  "a taken party number is refused with the free ones, and the others finish",
  async () => {
    const stranger = await withIntruder((ticket) =>
      party([ADD, "--party=1", "--input=2", "join", ticket])
    );
    assertEnded(await stranger.ended, 5, /party 1 is already taken/);
    assert.match((await stranger.ended).stderr, /2/);
  },
);

processTest("the creator's own number is taken too", async () => {
  const stranger = await withIntruder((ticket) =>
    party([ADD, "--party=0", "--input=2", "join", ticket])
  );
  assertEnded(await stranger.ended, 5, /party 0 is already taken/);
});

processTest("another program is refused in words, and the others finish", async () => {
  await using other = await programFile(
    "pub fn main(x: u32, y: u32, z: u32) -> u32 {\n    x + y - z\n}\n",
  );
  const stranger = await withIntruder((ticket) =>
    party([`--program=${other.path}`, "--party=2", "--input=2", "join", ticket])
  );
  assertEnded(await stranger.ended, 5, /program/);
});

processTest(
  "one key in two parties is refused, for the creator's key and for a joiner's",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const creatorKey = `--identity-key-path=${folder}/creator.key`;
      const joinerKey = `--identity-key-path=${folder}/joiner.key`;
      const creator = party([ADD, "--party=0", "--input=2", creatorKey, "new"]);
      const ticket = await ticketOf(creator);
      const twin = party([ADD, "--party=1", "--input=2", creatorKey, "join", ticket]);
      assertEnded(await twin.ended, 8, /key/);
      const first = party([ADD, "--party=1", "--input=2", joinerKey, "join", ticket]);
      await creator.sees(/party 1 joined/);
      const second = party([ADD, "--party=2", "--input=2", joinerKey, "join", ticket]);
      assertEnded(await second.ended, 8, /key/);
      const last = party([ADD, "--party=2", "--input=2", "join", ticket]);
      for (const process of [creator, first, last]) assertEnded(await process.ended, 0);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
