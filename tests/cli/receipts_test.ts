/** What is left of a session: receipts and `verify`, policies that let unattended parties take part, tickets. */
import assert from "node:assert/strict";
import { ConnectionError, toHex, utf8 } from "../../lib/base/mod.ts";
import type { Context } from "../../lib/cli/context.ts";
import { main } from "../../lib/cli/mod.ts";
import { failWithReceipt } from "../../lib/cli/receipts.ts";
import { sha256 } from "../../lib/crypto/mod.ts";
import { generateIdentity } from "../../lib/net/mod.ts";
import {
  createTicket,
  encodeDescription,
  encodeTicket,
  sessionHash,
  signedBytes,
  Transcript,
} from "../../lib/session/mod.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { sessionOf } from "./consent/scenes.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";
import { SUM, SUM_TEXT, twoParties } from "./two_parties.ts";

const PROGRAM = `--program=${SUM}`;
const DIGEST = `sha256:${toHex(sha256(utf8(SUM_TEXT)))}`;

async function verified(
  receipt: string,
  ...flags: readonly string[]
): Promise<FakeSystem & { code: number }> {
  const files = { "r.json": receipt, [SUM]: SUM_TEXT, "other.rs": "pub fn main() {}" };
  const system = fakeSystem({ files });
  const code = await main(["verify", "r.json", ...flags], system);
  return Object.assign(system, { code });
}

// feature: D5
Deno.test("a receipt has the statements of all, holds no input, and `verify` checks it", async () => {
  const parties = await twoParties(
    { flags: [PROGRAM, "--input=3735928000", "--receipt=a.json"] },
    { flags: [PROGRAM, "--input=559", "--receipt=b.json"] },
  );
  assert.deepEqual(parties.map(({ code }) => code), [0, 0]);
  const [a = "", b = ""] = [parties[0]?.system.file("a.json"), parties[1]?.system.file("b.json")];
  for (const text of [a, b]) {
    assert.doesNotMatch(text, /3735928|deadbeef/i);
    const { code, out, err } = await verified(text, `--program=${SUM}`);
    assert.equal(code, 0, err());
    assert.match(out(), new RegExp(`^program ${DIGEST}, result to everyone$`, "m"));
    for (const party of [0, 1]) {
      assert.match(out(), new RegExp(`^true +party ${party} consented$`, "m"));
      assert.match(out(), new RegExp(`^true +party ${party} states its end \\(done, `, "m"));
    }
    assert.match(out(), /^true +party 1 received what party 0 sent$/m);
  }
  const other = await verified(a, "--program=other.rs");
  assert.equal(other.code, 5);
  assert.match(other.err(), /is for program sha256:/);
  const summary = await verified(a.replace('"and_gates": ', '"and_gates": 1'));
  assert.equal(summary.code, 8);
  const changed = a.replace(
    /("signature": ")(.)/,
    (_, head, first) => head + (first === "A" ? "B" : "A"),
  );
  const forged = await verified(changed);
  assert.equal(forged.code, 8, forged.out());
  assert.match(forged.out(), /^false +party \d consented$/m);
  const json = await verified(a, "--json");
  const { ok, findings } = JSON.parse(json.out());
  assert.deepEqual([ok, findings.length], [true, 6]);
});

Deno.test("the parties of a program that panicked have a receipt, too", async () => {
  const program = "pub fn main(x: u8, y: u8) -> u8 { x + y }";
  const files = { [SUM]: program };
  const flags = [PROGRAM, "--input=200", "--receipt=r.json"];
  const parties = await twoParties({ flags, system: { files } }, { flags, system: { files } });
  assert.deepEqual(parties.map(({ code }) => code), [10, 10]);
  const { code, out } = await verified(parties[0]?.system.file("r.json") ?? "");
  assert.equal(code, 0);
  assert.match(out(), /^true +party 1 states its end \(done, /m);
});

Deno.test("a party whose session failed keeps its own statement, with its exit code", async () => {
  const identity = await generateIdentity();
  const description = sessionOf({});
  const roster = description.roster.map((entry) => {
    return entry.party === 0 ? { ...entry, peer: identity.peerId } : entry;
  });
  const own = { ...description, roster };
  const sid = sessionHash(encodeDescription(own));
  const [channel] = memoryNetwork(2);
  assert.ok(channel !== undefined);
  const consents = new Map([[0, await identity.sign(signedBytes(sid))]]);
  const system = fakeSystem({ startMs: 5000 });
  const context = { system, observe: () => {} } as unknown as Context;
  const ending = {
    session: { description: own, sid, roster, signatures: consents, channel, close: fail },
    ...{ transcript: new Transcript(channel), identity, startedMs: 1000, path: "r.json" },
    clock: system,
  };
  await failWithReceipt(ending, new ConnectionError("Cannot go on: party 1 left"), context);
  const { code, out } = await verified(system.file("r.json") ?? "");
  assert.equal(code, 0);
  assert.match(out(), /^true +party 0 states its end \(exit code 7, 1970-01-01T00:00:05/m);
  assert.match(out(), /^missing +party 1 states its end$/m);
});

function fail(): Promise<void> {
  throw new Error("nobody asked for that");
}

Deno.test("an unattended party takes part by its policy, and refuses what that does not allow", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const peers = `${folder}/peers.json`;
    const policy = `${folder}/policy.yml`;
    const keys = [0, 1].map((party) => `--identity-key-path=${folder}/${party}.key`);
    const [creatorKey = "", joinerKey = ""] = keys;
    const id = fakeSystem();
    await main(["keygen", `--out=${folder}/0.key`], id);
    const peer = id.out().trim();
    const text = (lines: string): string =>
      `programs: [${DIGEST}]\npeers: [${peer}]\noutputs: me\ninput_file: mine.txt\n` +
      `runs: { most: 1, hours: 1 }\nconfirm: never\n${lines}`;
    const run = (lines = ""): ReturnType<typeof twoParties> =>
      twoParties(
        {
          flags: [PROGRAM, "--input=1", "--output-parties=1", creatorKey, `--peers-file=${peers}`],
        },
        {
          flags: [`--policy=${policy}`, joinerKey, `--peers-file=${peers}`, PROGRAM],
          system: { files: { [policy]: text(lines), "mine.txt": "41\n" } },
        },
      );
    const [, allowed] = await run();
    assert.equal(allowed?.code, 0, allowed?.system.err());
    assert.equal(allowed?.system.out(), "The result is 42\n");
    assert.match(allowed?.system.err() ?? "", /> consent by policy/);
    const again = await run();
    assert.deepEqual(again.map(({ code }) => code), [5, 5]);
    assert.match(again[1]?.system.err() ?? "", /1 sessions in the last 1 hours, at most 1 allowed/);
    // The others learn that it was refused, but not what the policy says.
    assert.doesNotMatch(again[0]?.system.err() ?? "", /sessions in the last/);
    assert.match(again[0]?.system.err() ?? "", /its policy does not allow it/);
    const small = await run("max_and_gates: 5");
    assert.match(small[1]?.system.err() ?? "", /AND gates: \d+, at most 5 allowed/);
    const known = JSON.parse(await Deno.readTextFile(peers)).peers;
    assert.ok(peer in known, "a party of a finished session is remembered");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("`policy check` says line by line what a policy makes of a session", async () => {
  const parties = await twoParties(
    { flags: [PROGRAM, "--input=1", "--receipt=r.json"] },
    { flags: [PROGRAM, "--input=2", "--json"] },
  );
  const receipt = parties[0]?.system.file("r.json") ?? "";
  const event = parties[1]?.system.out().split("\n").find((line) => line.includes('"consent"')) ??
    "";
  const policy = `programs: [${DIGEST}]\noutputs: everybody\nconfirm: unknown\n`;
  const files = { "p.yml": policy, "r.json": receipt, "e.json": event };
  const check = async (...flags: readonly string[]): Promise<FakeSystem & { code: number }> => {
    const system = fakeSystem({ files });
    const code = await main(["policy", "check", "p.yml", ...flags], system);
    return Object.assign(system, { code });
  };
  for (const manifest of ["r.json", "e.json"]) {
    const { code, out, err } = await check("--party=0", "--manifest", manifest);
    assert.equal(code, 5, err());
    assert.match(out(), new RegExp(`^yes: program ${DIGEST}$`, "m"));
    assert.match(out(), /^no : peer 12D3KooW\S+ as party 1$/m);
    assert.match(out(), /^refused, confirm: unknown$/m);
  }
  const alone = await check();
  assert.deepEqual([alone.code, alone.out()], [0, 'the policy "p.yml" is well formed\n']);
  assert.equal((await check("--manifest=p.yml")).code, 2);
  assert.equal((await check("--manifest=none.json")).code, 2);
});

Deno.test("`ticket show` tells what a ticket says, but not its secret, also when it has expired", async () => {
  const secret = new Uint8Array(32).fill(0xab);
  const creator = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  const relay = `/ip4/192.0.2.9/tcp/4001/p2p/${creator}`;
  const direct = "/ip4/192.0.2.1/tcp/9000";
  const relayed = [`${relay}/p2p-circuit`, `${relay}/p2p-circuit/p2p/${creator}`];
  const ticket = encodeTicket({
    ...createTicket({
      ...{ creator, addresses: [direct, ...relayed], parties: 3, now: 0 },
      ...{ program: sha256(utf8(SUM_TEXT)), random: (length) => new Uint8Array(length).fill(7) },
    }),
    secret,
  });
  const options = { files: { "./ticket.txt": `${ticket}\n` }, stdin: ticket, startMs: 1_000 };
  const ways = [[ticket, {}], ["./ticket.txt", {}], ["-", {}], [
    "-",
    { answers: [ticket], stdin: "" },
  ]] as const;
  for (const [operand, more] of ways) {
    const system = fakeSystem({ ...options, ...more });
    assert.equal(await main(["ticket", "show", operand], system), 0, system.err());
    assert.match(system.out(), new RegExp(`^creator: ${creator}$`, "m"));
    assert.match(system.out(), /^addresses: \/ip4\/192\.0\.2\.1\/tcp\/9000 /m);
    assert.match(system.out(), new RegExp(`^relays: ${relay}$`, "m"));
    assert.match(system.out(), /^parties: 3$/m);
    assert.match(system.out(), new RegExp(`^program: ${DIGEST}$`, "m"));
    assert.match(system.out(), /^expires: 1970-01-02T00:00:00\.000Z$/m);
    assert.match(system.out(), /^expired: false$/m);
    assert.doesNotMatch(system.out(), /abababab|vovkxk/);
  }
  const late = fakeSystem({ ...options, startMs: 1e9 });
  assert.equal(await main(["ticket", "show", ticket, "--json"], late), 0);
  assert.equal(JSON.parse(late.out()).expired, true);
  const missing = fakeSystem();
  assert.equal(await main(["ticket", "show", "./none.txt"], missing), 8);
  assert.equal(await main(["ticket", "shwo", ticket], fakeSystem()), 2);
});
