import assert from "node:assert/strict";
import { OPTIONS } from "../../lib/cli/options.ts";
import {
  compile,
  type Outcome,
  type Program,
  ProgramError,
  runParty,
  takePart,
} from "../../lib/mod.ts";
import { verifySignature } from "../../lib/net/mod.ts";
import { USUAL_CHOICES } from "../../lib/party/mod.ts";
import { checkReceipt, decodeReceipt } from "../../lib/session/mod.ts";
import { assertEnded, party, processTest, ticketOf } from "../e2e/process.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";

/** What a receipt says of the end of each party; all that it has must be right. */
async function endsIn(text: string): Promise<string[]> {
  const reading = decodeReceipt(text);
  assert.ok(reading.ok);
  const findings = await checkReceipt(reading.receipt, { verify: verifySignature });
  for (const { verdict, text } of findings) assert.notEqual(verdict, "false", text);
  return findings.filter(({ text }) => text.includes("states its end"))
    .map(({ verdict, text }) => [verdict, /\((.*), /.exec(text)?.[1]].join(" ").trim());
}

const LISTEN = ["/ip4/127.0.0.1/tcp/0"];
const FILE = ".add.garble.rs";

function compiled(text: string): Program {
  const result = compile({ name: "test.garble.rs", text });
  assert.ok(result.ok);
  return result.program;
}

function textOf(outcome: Outcome | undefined): string {
  return outcome?.kind === "value" ? outcome.text : `${outcome?.kind}`;
}

Deno.test("runParty() computes over any channel, for the parties that are to learn the result", async () => {
  const program = compiled("pub fn main(a: u8, b: u8, c: u8) -> u8 { a / b + c }");
  const run = async (inputs: readonly string[]): Promise<string[]> => {
    const sid = new Uint8Array(32).fill(inputs.length);
    const parameters = { outputParties: [0, 2], evaluator: 1 };
    const outcomes = await Promise.all(
      memoryNetwork(3).map((channel, self) =>
        runParty({ program, channel, sid, input: inputs[self] ?? "", parameters })
      ),
    );
    return outcomes.map(textOf);
  };
  assert.deepEqual(await run(["6", "2", "1"]), ["4", "undefined", "4"]);
  assert.deepEqual(await run(["6", "0", "1"]), ["panic", "undefined", "panic"]);
});

Deno.test("runParty() says nothing to the others when the input does not fit", async () => {
  const program = compiled("pub fn main(a: u8, b: u8) -> u8 { a + b }");
  const [channel] = memoryNetwork(2);
  assert.ok(channel);
  const sid = new Uint8Array(32);
  await assert.rejects(runParty({ program, channel, sid, input: "300" }), ProgramError);
  await assert.rejects(
    runParty({ program, channel, sid, input: { format: "json", text: '"x"' } }),
    ProgramError,
  );
  assert.equal(channel.traffic.messages, 0);
});

Deno.test("what the library proposes is what the command line proposes without flags", () => {
  const { evaluator, k, channel, stepTimeoutMs, totalTimeoutMs, limits } = USUAL_CHOICES;
  assert.deepEqual([evaluator, channel], [OPTIONS.evaluator.default, OPTIONS.channel.default]);
  assert.equal(k, undefined);
  assert.equal("default" in OPTIONS.k, false);
  assert.deepEqual([stepTimeoutMs, totalTimeoutMs], [
    ...[OPTIONS.stepTimeout.default * 1000, undefined],
  ]);
  const { maxGates, maxWires, maxIterations, maxBits, maxNesting } = OPTIONS;
  assert.deepEqual(
    Object.values(limits),
    [maxGates, maxWires, maxIterations, maxBits, maxNesting].map((spec) => spec.default),
  );
});

processTest(
  "takePart() joins a session of the command line, and refuses when it shall",
  async () => {
    const text = await Deno.readTextFile(FILE);
    const program = compiled(text);
    const kept = await Deno.makeTempFile();
    const receipts: string[] = [];
    const flags = [`--program=${FILE}`, "--party=0", "--input=2", `--receipt=${kept}`];
    const creator = party([...flags, "new"]);
    const ticket = await ticketOf(creator);
    const asked: number[] = [];
    const join = (input: string): Promise<Outcome | undefined> =>
      takePart({
        ...{ program, input, ticket, listen: LISTEN },
        consent: ({ roster }): boolean => asked.push(roster.length) > 0,
        onReceipt: (receipt) => receipts.push(receipt),
      });
    const outcomes = await Promise.all([join("3"), join("4")]);
    assert.deepEqual(outcomes.map(textOf), ["9", "9"]);
    assert.deepEqual(asked, [3, 3]);
    const ended = await creator.ended;
    assertEnded(ended, 0);
    assert.match(ended.stdout, /The result is 9\n$/);
    receipts.push(await Deno.readTextFile(kept));
    await Deno.remove(kept);
    for (const receipt of receipts) {
      assert.deepEqual(await endsIn(receipt), ["true done", "true done", "true done"]);
    }
    assert.equal(receipts.length, 3);

    const made = Promise.withResolvers<string>();
    const two = compiled("pub fn main(a: u8, b: u8) -> u8 { a ^ b }");
    const both = { program: two, input: "1", listen: LISTEN };
    const one = takePart({ ...both, consent: () => true, onTicket: made.resolve });
    const other = takePart({ ...both, ticket: await made.promise, consent: () => false });
    await Promise.all([
      assert.rejects(other, { name: "AgreementError", message: /no consent/ }),
      assert.rejects(one, { name: "AgreementError", message: /party 1 left/ }),
    ]);
  },
);

processTest("takePart() gives a receipt after a failure, too", async () => {
  const program = compiled("pub fn main(a: u8, b: u8) -> u8 { a ^ b }");
  const made = Promise.withResolvers<string>();
  const receipts: string[] = ["", ""];
  const both = [0, 1].map((self) => ({
    ...{ program, listen: LISTEN, consent: () => true },
    onReceipt: (receipt: string) => void (receipts[self] = receipt),
  }));
  const [one, other] = both;
  assert.ok(one && other);
  const first = takePart({ ...one, input: "1", onTicket: made.resolve });
  const second = takePart({ ...other, input: "300", ticket: await made.promise });
  await Promise.all([
    assert.rejects(first, { name: "ConnectionError" }),
    assert.rejects(second, { name: "ProgramError" }),
  ]);
  assert.deepEqual(await endsIn(receipts[0] ?? ""), ["true exit code 7", "missing"]);
  assert.deepEqual(await endsIn(receipts[1] ?? ""), ["missing", "true exit code 3"]);
});
