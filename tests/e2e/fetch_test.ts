/** Joining without the program: it comes from the creator, is checked, shown, and asked about. */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { sha256, systemRng } from "../../lib/crypto/mod.ts";
import {
  BLOB_PROTOCOL,
  blocksOf,
  generateIdentity,
  offerBlobs,
  startNode,
} from "../../lib/net/mod.ts";
import { StreamLink } from "../../lib/net/stream_link.ts";
import { createTicket, encodeTicket, systemClock } from "../../lib/session/mod.ts";
import { fakeSystem } from "../cli/fake_system.ts";
import { assertEnded, party, processTest, programFile, sumOf, ticketOf } from "./process.ts";

const LISTEN = "--listen=/ip4/127.0.0.1/tcp/0";

// feature: B88
processTest("a joiner without the program takes the one it expects from the creator", async () => {
  await using program = await programFile(sumOf(2));
  const creator = party([`--program=${program.path}`, "--input=40", "new"]);
  const ticket = await ticketOf(creator);
  const wary = await party(["--input=2", "join", ticket]).ended;
  assertEnded(wary, 5, /nobody is there to consent to it/);
  assert.ok(wary.stderr.includes("    x0 + x1\n"), "the program is not shown");
  const [, digest = ""] = /--(expect-program=sha256:[0-9a-f]{64})/.exec(wary.stderr) ?? [];
  const other = digest.replace(/.$/, (last) => last === "0" ? "1" : "0");
  const wrong = await party(["--input=2", `--${other}`, "join", ticket]).ended;
  assertEnded(wrong, 5, /the ticket is for program sha256:/);
  const joiner = party(["--input=2", `--${digest}`, "join", ticket]);
  for (const process of [creator, joiner]) {
    const end = await process.ended;
    assertEnded(end, 0);
    assert.match(end.stdout, /The result is 42\n$/);
  }
});

processTest("a user who is asked may say yes or no", async () => {
  await using program = await programFile(sumOf(2));
  const creator = party([`--program=${program.path}`, "--input=40", "new"]);
  const ticket = await ticketOf(creator);
  const flags = [LISTEN, "--workers=0", "--input=2", "join", ticket];
  const no = fakeSystem({ terminal: true, answers: ["no"] });
  assert.equal(await main(flags, no), 5);
  assert.match(no.err(), /no consent by this party/);
  const yes = fakeSystem({ terminal: true, answers: ["y"] });
  assert.equal(await main(flags, yes), 0);
  assert.match(yes.err(), /sha256:[0-9a-f]{64}:\n {4}pub fn main/);
  assert.match(yes.out(), /The result is 42\n$/);
  assertEnded(await creator.ended, 0);
});

processTest("when the creator has gone the joiner is told to use the program's file", async () => {
  await using program = await programFile(sumOf(2));
  const creator = party([`--program=${program.path}`, "--input=40", "new"]);
  const ticket = await ticketOf(creator);
  creator.kill("SIGKILL");
  await creator.ended;
  const end = await party(["--input=2", "--join-timeout=1", "join", ticket]).ended;
  assertEnded(end, 4, /Cannot fetch the program/);
  assert.match(end.stderr, /hint: .*--program/);
  const watched = fakeSystem({ terminal: true, answers: [] });
  const code = main([LISTEN, "--workers=0", "--input=2", "join", ticket], watched);
  await watched.saw(/fetching the program/);
  watched.elapse();
  await watched.saw(/no program yet: .*12D3KooW\w+.*; trying again\.\.\.\n/);
  watched.raise("SIGINT");
  assert.equal(await code, 130);
});

processTest(
  "a program is asked for again when the creator has no place for the request",
  async () => {
    const program = utf8(sumOf(2));
    const node = await startNode({ identity: await generateIdentity(), listen: [LISTEN.slice(9)] });
    try {
      let requests = 0;
      await node.handleStreams((stream) => {
        const link = new StreamLink(stream);
        if (++requests === 1) return link.destroy("Too many requests at once");
        void link.next().then(() => link.write({ kind: "data", step: "blob", payload: program }));
      }, BLOB_PROTOCOL);
      const ticket = encodeTicket(createTicket({
        ...{ creator: node.peerId, addresses: node.addresses(), parties: 2, now: Date.now() },
        program: sha256(program),
        random: (length) => systemRng().fill(new Uint8Array(length)),
      }));
      const end = await party(["--input=2", "join", ticket]).ended;
      assertEnded(end, 5, /nobody is there to consent to it/);
      assert.equal(requests, 2);
    } finally {
      await node.stop();
    }
  },
);

// feature: B88
processTest(
  "a stranger's program that would compile for ever ends at the joiner's limits",
  async () => {
    const endless = utf8(
      "pub fn main(x: u32, y: u32) -> u32 {\n" +
        "  let mut z = x;\n" +
        "  for i in 0..1000000 { for j in 0..1000000 { z = y; } }\n  z\n}\n",
    );
    const identity = await generateIdentity();
    const node = await startNode({ identity, listen: ["/ip4/127.0.0.1/tcp/0"] });
    try {
      await offerBlobs(node, { source: blocksOf([endless]), clock: systemClock });
      const ticket = encodeTicket(createTicket({
        ...{ creator: node.peerId, addresses: node.addresses(), parties: 2, now: Date.now() },
        program: sha256(endless),
        random: (length) => systemRng().fill(new Uint8Array(length)),
      }));
      for (
        const [flags, message] of [
          [["--max-iterations=1099511627776", "--max-compile-time=1"], /limit "compile-time"/],
          [[], /limit "iterations"/],
        ] as const
      ) {
        const system = fakeSystem({ terminal: true, answers: ["y"] });
        const threads: Worker[] = [];
        const watched = {
          ...system,
          startWorker(): Worker {
            const worker = system.startWorker();
            threads.push(worker);
            return worker;
          },
        };
        const args = [LISTEN, "--workers=0", "--input=2", ...flags, "join", ticket];
        assert.equal(await main(args, watched), 9, system.err());
        assert.match(system.err(), message);
        assert.equal(threads.length, 1, "it was not compiled in a thread of its own");
      }
    } finally {
      await node.stop();
    }
  },
);
