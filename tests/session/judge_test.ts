import assert from "node:assert/strict";
import {
  encodeMessage,
  initialState,
  judgeMessage,
  type Message,
  MESSAGE_BYTES_MAX,
  ownHello,
} from "../../lib/session/mod.ts";
import { simConfig, simPeer } from "../sim/lobby.ts";

// feature: B88
Deno.test("judgeMessage() forwards what its author may say, and no more", () => {
  const [creator, joiner] = [simPeer(0), simPeer(1)];
  const nonce = new Uint8Array(16);
  const hello = ownHello(initialState(simConfig(1, 3, 1000)));
  const { peer, addresses } = hello;
  const entries = [0, 1].map((party) => ({ party, peer, nonce, addresses }));
  const judge = (from: string, message: Message): string =>
    judgeMessage(creator, from, encodeMessage(message));
  assert.equal(judge(joiner, hello), "accept");
  assert.equal(judge(simPeer(2), hello), "forged", "a hello of somebody else");
  assert.equal(judge(creator, { kind: "roster", entries }), "accept");
  assert.equal(judge(joiner, { kind: "roster", entries }), "forged", "not the creator's");
  const refuse = { kind: "refuse", peer, nonce, exitCode: 5, text: "no" } as const;
  assert.equal(judge(creator, refuse), "accept");
  assert.equal(judge(joiner, refuse), "forged", "not the creator's");
  assert.equal(judge(joiner, { kind: "abort", nonce, exitCode: 7, reason: "x" }), "accept");
  assert.equal(
    judgeMessage(creator, joiner, new Uint8Array(5)),
    "unreadable",
    "of another version",
  );
  const large = new Uint8Array(MESSAGE_BYTES_MAX + 1);
  assert.equal(judgeMessage(creator, joiner, large), "oversized", "too large");
});
