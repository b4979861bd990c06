/** Whole sessions over libp2p nodes on 127.0.0.1. */
import assert from "node:assert/strict";
import { InterruptedError, toHex } from "../../lib/base/mod.ts";
import { systemRng } from "../../lib/crypto/mod.ts";
import {
  directConnect,
  generateIdentity,
  gossipLobby,
  type KeyIdentity,
} from "../../lib/net/mod.ts";
import {
  createTicket,
  decodeTicket,
  encodeTicket,
  judgeMessage,
  lobbyTopic,
  type Ports,
  runSession,
  type Session,
  type SessionOptions,
  systemClock,
  type Ticket,
} from "../../lib/session/mod.ts";
import { trivialFacts } from "../session/facts.ts";
import { loopbackNode, type TestNode } from "./loopback.ts";

const PROGRAM = new Uint8Array(32).fill(5);
const random = (length: number): Uint8Array<ArrayBuffer> =>
  systemRng().fill(new Uint8Array(length));

function portsOf({ node, gate }: TestNode, ticket: Ticket): Ports {
  return {
    lobby: gossipLobby({
      node,
      gate,
      topic: lobbyTopic(ticket),
      judge: (from, bytes) => judgeMessage(ticket.creator, from, bytes),
    }),
    connect: directConnect({ node, gate, clock: systemClock }),
    identity: node.identity,
    clock: systemClock,
    random,
  };
}

/** One party: what it runs on, what it says, and how it ends. */
interface Player {
  readonly test: TestNode;
  readonly notices: string[];
  readonly session: Promise<Session>;
}

class Table {
  readonly nodes: TestNode[] = [];
  readonly players: Player[] = [];
  readonly #stops: AbortController[] = [];
  ticket: Ticket | undefined;

  async sit(
    party: number,
    parties: number,
    change: Partial<SessionOptions> = {},
    identity?: KeyIdentity,
  ): Promise<Player> {
    const test = await loopbackNode(identity);
    this.nodes.push(test);
    const role = this.ticket === undefined ? "create" : "join";
    this.ticket ??= createTicket({
      creator: test.node.peerId,
      addresses: test.node.addresses(),
      parties,
      program: PROGRAM,
      now: Date.now(),
      random,
    });
    const ticket = decodeTicket(encodeTicket(this.ticket), Date.now());
    const notices: string[] = [];
    const stop = new AbortController();
    this.#stops.push(stop);
    const session = runSession({
      role,
      ticket,
      party,
      program: PROGRAM,
      engine: "0.1.0",
      ports: portsOf(test, ticket),
      compile: () => Promise.resolve(trivialFacts(parties)),
      consent: () => Promise.resolve(true),
      observe: (event) => {
        if (event.kind === "notice") notices.push(event.text);
      },
      signal: stop.signal,
      ...change,
    });
    session.catch(() => {});
    const player = { test, notices, session };
    this.players.push(player);
    return player;
  }

  async clear(): Promise<void> {
    for (const stop of this.#stops) stop.abort();
    const ends = await Promise.allSettled(this.players.map(({ session }) => session));
    await Promise.all(
      ends.map((end) => end.status === "fulfilled" ? end.value.close() : undefined),
    );
    for (const { gate } of this.nodes) gate.close();
    await Promise.all(this.nodes.map(({ node }) => node.stop()));
  }
}

function withTable(name: string, body: (table: Table) => Promise<void>): void {
  Deno.test(`runSession() over libp2p ${name}`, async () => {
    const table = new Table();
    try {
      await body(table);
    } finally {
      await table.clear();
    }
  });
}

withTable("brings three parties together, whoever creates", async (table) => {
  const creator = await table.sit(2, 3);
  const others = [await table.sit(0, 3), await table.sit(1, 3)];
  const all = [creator, ...others];
  const sessions = await Promise.all(all.map(({ session }) => session));
  const [first] = sessions;
  assert.ok(first);
  for (const { sid, description } of sessions) {
    assert.deepEqual(sid, first.sid);
    assert.deepEqual(description, first.description);
  }
  await Promise.all(sessions.map(async ({ channel }) => {
    for (let to = 0; to < 3; to++) {
      if (to !== channel.self) await channel.send(to, "hi", new Uint8Array([channel.self, to]));
    }
    for (let from = 0; from < 3; from++) {
      if (from === channel.self) continue;
      assert.deepEqual(
        await channel.recv(from, "hi", 2),
        new Uint8Array([from, channel.self]),
      );
    }
  }));
  assert.match(
    creator.notices.join("\n"),
    /^opening session for topic [0-9a-f]{64}\nour node id: 12D3/,
  );
  const said = all.flatMap(({ notices }) => notices).join("\n");
  assert.ok(table.ticket);
  const { ticket } = table;
  for (const secret of [toHex(ticket.secret), lobbyTopic(ticket), encodeTicket(ticket)]) {
    assert.ok(!said.includes(secret), "a notice holds a secret");
  }
  assert.ok(creator.notices.includes("waiting for peers to join us... (0/2)"));
  assert.ok(creator.notices.includes("all agree: program 0505050505050505…, result to everyone"));
  assert.equal(creator.notices.at(-1), "starting the computation...");
  const joiner = others[0]?.notices ?? [];
  assert.match(joiner[0] ?? "", /^joining session for topic [0-9a-f]{64}$/);
  assert.equal(joiner[2], "trying to connect to 1 peer...");
  assert.equal(
    joiner[3],
    "connected, other peers have 20 seconds to join before the computation starts!",
  );
});

withTable("refuses a number that is taken, and goes on with the honest ones", async (table) => {
  await table.sit(0, 3);
  const one = await table.sit(1, 3);
  const joined = (): boolean =>
    table.players[0]?.notices.some((text) => text.startsWith("party 1 joined")) ?? false;
  while (!joined()) await new Promise((resolve) => setTimeout(resolve, 10));
  const thief = await table.sit(1, 3);
  await assert.rejects(thief.session, {
    name: "AgreementError",
    message: /party 1 is already taken by 12D3KooW…\w{6}; free numbers: 2$/,
  });
  const two = await table.sit(2, 3);
  await Promise.all([table.players[0]?.session, one.session, two.session]);
  const late = await table.sit(2, 3);
  await assert.rejects(late.session, { name: "AgreementError", message: /complete already/ });
});

withTable(
  "refuses another version and a stranger, and goes on with the honest ones",
  async (table) => {
    const creator = await table.sit(0, 3);
    const old = await table.sit(1, 3, { engine: "9.9.9" });
    await assert.rejects(old.session, {
      name: "AgreementError",
      message: "Cannot join the session: it runs version 9.9.9 of p2p-mpc and the creator 0.1.0",
    });
    assert.ok(table.ticket);
    // A stranger that has found the topic, but does not know the secret of the ticket.
    const ticket = { ...table.ticket, secret: new Uint8Array(32) };
    const stranger = await table.sit(1, 3, { ticket });
    await assert.rejects(stranger.session, {
      name: "CredentialError",
      message: "Cannot join the session: its proof of the join secret is wrong",
    });
    const others = [await table.sit(1, 3), await table.sit(2, 3)];
    await Promise.all([creator, ...others].map(({ session }) => session));
    const refusals = creator.notices.filter((text) => / was refused /.test(text));
    assert.equal(refusals.length, 2, refusals.join());
  },
);

withTable("refuses a second process with the same key", async (table) => {
  await table.sit(0, 3);
  const identity = await generateIdentity();
  const one = await table.sit(1, 3, {}, identity);
  const joined = (): boolean =>
    table.players[0]?.notices.some((text) => text.startsWith("party 1 joined")) ?? false;
  while (!joined()) await new Promise((resolve) => setTimeout(resolve, 10));
  const twin = await table.sit(2, 3, {}, identity);
  await assert.rejects(twin.session, {
    name: "CredentialError",
    message: /both use the same key\? give each party its own/,
  });
  await twin.test.node.stop();
  const two = await table.sit(2, 3);
  await Promise.all([table.players[0]?.session, one.session, two.session]);
});

withTable("ends when nobody joins, and names who is missing", async (table) => {
  const creator = await table.sit(1, 3, { joinMs: 200 });
  await assert.rejects(creator.session, {
    name: "UnreachableError",
    message: "Cannot start the session: parties 0, 2 did not come within 0.2 s",
  });
});

withTable("ends when a creator does not answer", async (table) => {
  const creator = await table.sit(0, 2);
  await creator.test.node.stop();
  const joiner = await table.sit(1, 2, { joinMs: 300 });
  await assert.rejects(joiner.session, {
    name: "UnreachableError",
    message:
      /Cannot join the session: party 0 did not come within 0.3 s: no connection to \w+: the connection was refused/,
  });
});

withTable(
  "frees the number of a joiner that is interrupted, and lets another one in",
  async (table) => {
    const creator = await table.sit(0, 3);
    const stop = new AbortController();
    const first = await table.sit(1, 3, { signal: stop.signal });
    const heard = async (text: RegExp): Promise<void> => {
      while (!creator.notices.some((notice) => text.test(notice))) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    await heard(/^party 1 joined/);
    stop.abort(new InterruptedError("SIGTERM"));
    await assert.rejects(first.session, { name: "InterruptedError", exitCode: 143 });
    await heard(/^party 1 left \(12D3KooW…\w{6}\): Terminated$/);
    const others = [await table.sit(1, 3), await table.sit(2, 3)];
    await Promise.all([creator, ...others].map(({ session }) => session));
  },
);

withTable(
  "refuses another program and numbers that do not exist before it dials",
  async (table) => {
    await table.sit(0, 2);
    const other = await table.sit(1, 2, { program: new Uint8Array(32).fill(6) });
    await assert.rejects(other.session, {
      name: "AgreementError",
      message: "Cannot join the session: we use program 0606060606060606… and the creator " +
        "0505050505050505…",
    });
    const third = await table.sit(2, 2);
    await assert.rejects(third.session, { name: "UsageError", message: /there is no party 2/ });
    const [creator] = table.players;
    const twin = await table.sit(1, 2, {}, creator?.test.node.identity);
    await assert.rejects(twin.session, { name: "CredentialError", message: /the same key\?/ });
  },
);

withTable("tells the others why a party leaves", async (table) => {
  const creator = await table.sit(0, 2);
  const joiner = await table.sit(1, 2, { consent: () => Promise.resolve(false) });
  await assert.rejects(joiner.session, { name: "AgreementError", message: /no consent/ });
  await assert.rejects(creator.session, {
    name: "AgreementError",
    message: "Cannot start the session: party 1 left: no consent by this party",
  });
});

for (const callback of ["compile", "consent"] as const) {
  withTable(
    `ends for all when ${callback} throws, without telling the others what`,
    async (table) => {
      const bug = new TypeError("a detail of our own");
      const creator = await table.sit(0, 2);
      const joiner = await table.sit(1, 2, {
        [callback]: () => {
          throw bug;
        },
      });
      await assert.rejects(joiner.session, bug);
      await assert.rejects(creator.session, (error: Error) => {
        assert.match(error.message, /party 1 left: an unexpected failure/);
        return true;
      });
    },
  );
}
