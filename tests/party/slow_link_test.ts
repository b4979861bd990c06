/** k of a session of two whose link is slow, fast, or odd. */
import assert from "node:assert/strict";
import {
  compile,
  type MpcError,
  type Observe,
  type Program,
  takePart,
  VERSION,
} from "../../lib/mod.ts";
import { PROBE_PROTOCOL } from "../../lib/net/mod.ts";
import { StreamLink } from "../../lib/net/stream_link.ts";
import { MEASURED_ANDS, USUAL_CHOICES } from "../../lib/party/mod.ts";
import { decodeTicket, encodeTicket } from "../../lib/session/mod.ts";
import { type LinkShape, shapeLink } from "../bench/session/link.ts";
import { loopbackSeat, meet } from "../sim/meeting.ts";

const LISTEN = ["/ip4/127.0.0.1/tcp/0"];

/** A program with as many products of 64 bits. */
function products(count: number): Program {
  const step = `for i in 0..${count} { x = x * (b ^ i as u64); }`;
  const text = `pub fn main(a: u64, b: u64) -> u64 { let mut x = a; ${step} x }`;
  const compiled = compile({ name: "products.garble.rs", text });
  assert.ok(compiled.ok);
  return compiled.program;
}

const LARGE = products(60);

/** What the parties are asked to consent to, and what the creator is told. */
interface Agreed {
  readonly ks: readonly number[];
  readonly measured: readonly string[];
}

/** Notes the notices of measurements. */
function measurements(texts: string[]): Observe {
  return (event) => {
    if (event.kind === "notice" && /slowest link/.test(event.text)) texts.push(event.text);
  };
}

const refused = (error: MpcError): boolean => /no consent/.test(error.message);

/** Agrees on a session, and ends it there. */
async function agree(program: Program, shape: LinkShape): Promise<Agreed> {
  const made = Promise.withResolvers<string>();
  const ks: number[] = [];
  const measured: string[] = [];
  const asked = Promise.withResolvers<boolean>();
  const consent = ({ k }: { readonly k: number }): Promise<boolean> => {
    if (ks.push(k) === 2) asked.resolve(false);
    return asked.promise;
  };
  const both = { program, input: "1", listen: LISTEN, consent };
  const creator = takePart({
    ...{ ...both, onTicket: made.resolve },
    observe: measurements(measured),
  });
  const ended = assert.rejects(creator, refused);
  const ticket = decodeTicket(await made.promise, Date.now());
  using link = shapeLink(ticket.addresses[0] ?? "", shape);
  const slow = encodeTicket({ ...ticket, addresses: [link.address] });
  await assert.rejects(takePart({ ...both, ticket: slow }), refused);
  await ended;
  return { ks, measured };
}

Deno.test("k is 8 over a link of 10 Mbit/s and 4 over a fast one, for both parties", async () => {
  assert.ok(LARGE.circuit.header.ands >= MEASURED_ANDS);
  const slow = await agree(LARGE, { delayMs: 0, mbit: 10 });
  assert.deepEqual(slow.ks, [8, 8]);
  assert.match(slow.measured.join(), /^the slowest link carries .* Mbit\/s: k = 8$/);
  const fast = await agree(LARGE, { delayMs: 0, mbit: 0 });
  assert.deepEqual(fast.ks, [4, 4]);
  assert.match(fast.measured.join(), /^the slowest link carries .* [MG]bit\/s: k = 4$/);
});

Deno.test("the link of a small computation is not measured", async () => {
  const { ks, measured } = await agree(products(1), { delayMs: 0, mbit: 10 });
  assert.deepEqual(ks, [4, 4]);
  assert.deepEqual(measured, []);
});

/** A joiner that does this with the stream on which it is to answer. */
async function agreeWithOdd(behave: (link: StreamLink) => Promise<void>): Promise<Agreed> {
  const made = Promise.withResolvers<string>();
  const ks: number[] = [];
  const measured: string[] = [];
  const seat = await loopbackSeat();
  const odd: Promise<void>[] = [];
  await seat.node.handleStreams((stream) => {
    const link = new StreamLink(stream);
    odd.push(behave(link).catch(() => link.destroy("The creator has ended it")));
  }, PROBE_PROTOCOL);
  const creator = takePart({
    ...{ program: LARGE, input: "1", listen: LISTEN, waitMs: 6000, onTicket: made.resolve },
    consent: ({ k }) => ks.push(k) === 0,
    observe: measurements(measured),
  });
  const ended = assert.rejects(creator, refused);
  try {
    const joiner = { ...seat, program: LARGE, choices: USUAL_CHOICES, party: 1, parties: 2 };
    const ticket = await made.promise;
    const options = { ...joiner, waitMs: 20_000, engine: VERSION, onTicket: () => {} };
    await assert.rejects(meet(options, ticket), refused);
    await ended;
    assert.equal(odd.length, 1);
    await Promise.all(odd);
  } finally {
    seat.gate.close();
    await seat.node.stop();
  }
  return { ks, measured };
}

Deno.test("with a peer that answers a probe with nothing, garbage or a flood, the session goes on with k 4", async () => {
  const silence = async (link: StreamLink): Promise<void> => {
    await link.gone;
  };
  const garbage = (link: StreamLink): Promise<void> => {
    link.write({ kind: "data", step: "probe", payload: new Uint8Array(7) });
    return Promise.resolve();
  };
  const flood = async (link: StreamLink): Promise<void> => {
    for (;;) {
      link.write({ kind: "data", step: "probe", payload: new Uint8Array(8192) });
      await link.drained(undefined, 1 << 16);
    }
  };
  for (const behave of [silence, garbage, flood]) {
    assert.deepEqual(await agreeWithOdd(behave), { ks: [4], measured: [] });
  }
});
