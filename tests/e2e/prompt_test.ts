/** A party that is asked for its consent has said nothing of the protocol yet: its peer's capture shows it. */
import assert from "node:assert/strict";
import type { Stream } from "@libp2p/interface";
import { VERSION } from "../../lib/base/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { systemRng } from "../../lib/crypto/mod.ts";
import { compile } from "../../lib/garble/mod.ts";
import { FrameDecoder } from "../../lib/net/frame_decoder.ts";
import {
  directConnect,
  generateIdentity,
  gossipLobby,
  type Node,
  openGate,
  startNode,
} from "../../lib/net/mod.ts";
import { agreedParameters, proposal, runParty, USUAL_CHOICES } from "../../lib/party/mod.ts";
import {
  createTicket,
  decodeMessage,
  encodeTicket,
  type Lobby,
  lobbyTopic,
  runSession,
  systemClock,
} from "../../lib/session/mod.ts";
import { fakeSystem } from "../cli/fake_system.ts";
import { SUM, SUM_TEXT } from "../cli/two_parties.ts";

/** What a node gets from others: kinds of lobby messages, and kinds and steps of frames. */
class Capture {
  readonly messages: string[] = [];
  readonly frames: string[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined;

  heard(kind: string): void {
    this.messages.push(kind);
    if (this.messages.length >= (this.#waiting?.count ?? Infinity)) this.#waiting?.resolve();
  }

  /** Resolves once so many more messages have come. */
  async more(count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting = { count: this.messages.length + count, resolve };
    });
  }

  tap(stream: Stream): void {
    const decoder = new FrameDecoder();
    stream.addEventListener("message", (event) => {
      decoder.append(event.data);
      for (let frame = decoder.take(); frame !== undefined; frame = decoder.take()) {
        this.frames.push(frame.kind === "data" ? `data ${frame.step}` : frame.kind);
      }
    });
  }

  /** The node with every stream tapped, those that it opens and those that it takes. */
  of(node: Node): Node {
    const tapped: Partial<Node> = {
      handleStreams: (handler, protocol) =>
        node.handleStreams((stream, connection) => {
          this.tap(stream);
          handler(stream, connection);
        }, protocol),
      openStream: async (peer, signal, protocol) => {
        const stream = await node.openStream(peer, signal, protocol);
        this.tap(stream);
        return stream;
      },
    };
    return new Proxy(node, {
      get: (target, key) => {
        const value: unknown = Reflect.get(tapped, key) ?? Reflect.get(target, key, target);
        return typeof value === "function" && !(key in tapped) ? value.bind(target) : value;
      },
    });
  }

  /** The lobby with every message noted. */
  hear(lobby: Lobby): Lobby {
    return {
      addresses: () => lobby.addresses(),
      path: (peer) => lobby.path(peer),
      dial: (peer, addresses) => lobby.dial(peer, addresses),
      publish: (bytes) => lobby.publish(bytes),
      tell: (peer, bytes) => lobby.tell(peer, bytes),
      listen: (handler) =>
        lobby.listen((event) => {
          if (event.kind === "message") this.heard(decodeMessage(event.bytes)?.kind ?? "none");
          handler(event);
        }),
    };
  }
}

interface Asked {
  /** What had come while the question was open. */
  readonly before: Capture;
  readonly after: Capture;
  /** Exit code of the party that was asked. */
  readonly code: number;
  /** The creator's result or error. */
  readonly outcome: string | undefined;
}

/** A session whose creator captures; the joiner is asked, since the creator alone gets the result. */
async function asked(answer: string): Promise<Asked> {
  const capture = new Capture();
  const plain = await startNode({
    identity: await generateIdentity(),
    listen: ["/ip4/127.0.0.1/tcp/0"],
  });
  const node = capture.of(plain);
  try {
    const compiled = compile({ name: SUM, text: SUM_TEXT });
    assert.ok(compiled.ok);
    const { program } = compiled;
    const random = (length: number): Uint8Array<ArrayBuffer> =>
      systemRng().fill(new Uint8Array(length));
    const hash = new Uint8Array(program.programHash);
    const where = { creator: node.peerId, addresses: node.addresses() };
    const now = Date.now();
    const ticket = createTicket({ ...where, parties: 2, program: hash, now, random });
    const clock = systemClock;
    const gate = await openGate(node, clock);
    const lobby = gossipLobby({ node, gate, topic: lobbyTopic(ticket), judge: () => "accept" });
    const connect = directConnect({ node, gate, clock });
    const ports = { lobby: capture.hear(lobby), connect, identity: node.identity, clock, random };
    const session = runSession({
      ...{ role: "create", ticket, program: hash, engine: VERSION, ports, outputParties: [0] },
      compile: ({ outputParties }) =>
        Promise.resolve(proposal(program, { ...USUAL_CHOICES, k: 4 }, { outputParties })),
      consent: () => Promise.resolve(true),
    });
    const computed = session.then(async ({ channel, sid, description, close }) => {
      const parameters = agreedParameters(description);
      const outcome = await runParty({ program, channel, sid, input: "1", parameters });
      await close();
      return outcome?.text;
    }).catch((error: Error) => error.message);

    const question = Promise.withResolvers<void>();
    const reply = Promise.withResolvers<string>();
    const system = fakeSystem({
      files: { [SUM]: SUM_TEXT },
      startMs: now,
      answers(): Promise<string> {
        question.resolve();
        return reply.promise;
      },
    });
    const flags = ["--listen=/ip4/127.0.0.1/tcp/0", "--workers=0", "--input=41"];
    const joined = main([...flags, `--program=${SUM}`, "join", encodeTicket(ticket)], system);
    await Promise.race([question.promise, joined]);
    // Everything that it says is said again four times a second.
    await Promise.race([capture.more(12), session.catch(() => {})]);
    const before = new Capture();
    before.messages.push(...capture.messages);
    before.frames.push(...capture.frames);
    reply.resolve(answer);
    const code = await joined;
    assert.match(system.err(), /verify words/);
    assert.equal(await computed, answer === "y" ? "42" : await computed);
    return { before, after: capture, code, outcome: await computed };
  } finally {
    await plain.stop();
  }
}

Deno.test("who is asked has sent no signature and nothing of the protocol, as its peer's capture shows", async () => {
  const { before, after, code, outcome } = await asked("n");
  assert.equal(code, 5);
  assert.match(outcome ?? "", /no consent by this party/);
  assert.deepEqual([...new Set(before.messages)].sort(), ["agree", "hello"]);
  assert.deepEqual(new Set(before.frames), new Set(["lobby"]));
  assert.ok(after.messages.includes("abort"));
  assert.ok(!after.messages.includes("sign"));
  assert.deepEqual(new Set(after.frames), new Set(["lobby"]));
});

Deno.test("the same capture sees signature and protocol of a party that has said yes", async () => {
  const { before, after, code, outcome } = await asked("y");
  assert.equal(code, 0);
  assert.equal(outcome, "42");
  assert.deepEqual([...new Set(before.messages)].sort(), ["agree", "hello"]);
  assert.deepEqual(new Set(before.frames), new Set(["lobby"]));
  assert.ok(after.messages.includes("sign"));
  assert.ok(after.frames.includes("hello"), after.frames.join());
  assert.ok(after.frames.some((frame) => frame.startsWith("data input/")), after.frames.join());
});
