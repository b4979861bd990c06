/**
 * Secrets are wiped at the end: after a computation, however it ended, every array that kernels or random sources of a
 * party have seen holds zeros, but for those that were sent or received and the public ones that are listed here. And of all
 * arrays that anything has made, messages too, no block is some party's Δ, and no two blocks differ by it.
 */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import type { CircuitSource } from "../../lib/circuit/mod.ts";
import { type StockPlace, StockWriter, takeStock } from "../../lib/cli/stock_store.ts";
import {
  type Kernels,
  type Rng,
  seededRng,
  sha256,
  typescriptKernels,
} from "../../lib/crypto/mod.ts";
import { curveBinary, type CurveExports, curveOf } from "../../lib/crypto/wasm/curve.ts";
import { kernelsOf, wasmBinary } from "../../lib/crypto/wasm/kernels.ts";
import { type Exports, instantiate } from "../../lib/crypto/wasm/module.ts";
import {
  type Channel,
  compute,
  type ComputeOptions,
  computeWithStock,
  createParty,
  inputCount,
  preprocess,
} from "../../lib/mpc/mod.ts";
import { Allocations } from "../sim/allocations.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { parametersOf } from "../sim/engine.ts";
import { flipBit } from "../sim/lies.ts";
import { memoryNetwork, type Tap } from "../sim/memory_channel.ts";
import { type Ending, verdict } from "../sim/parties.ts";
import { Residue } from "../sim/residue.ts";

/** Messages are in the hands of others. */
const MESSAGE = /^(sent|received) /;
/** What may be left if it was seen in these places alone: no secret when the session is over. */
const PUBLIC: readonly RegExp[] = [
  // The circuit, salt, and what the tables of a run are as the evaluator has them.
  /^(garble|evaluate)\.(op|a|b|out|salt|tables|lsb|outZ)$/,
  /^(hash\.0|leaky(Key|Mac)Side\.salt)$/,
  // Corrections, which are cut out of messages or put into one.
  /^(cotReceive\(\)\.d|cotSend\.d)$/,
  // Coins, which all have opened, with their nonces; the seed of the circuit check.
  /^rng (setup\/salt|aBit \d+\/coin|aBit 0\/delta|c\d+\/(V|chi|permutation|labels))$/,
  /^(prgInto\.[01]|macSum\.0|macSumHalves\.0|bitsHash\.0|columnHash\.0)$/,
  // x̃ and the MAC holder's own hashes of columns, whose rows are gone; sums of the circuit check.
  /^(bitsHash\(\)|columnHash\(\)|macSum\(\)|xorDeltaInto\.2)$/,
  // Elements of the base OT's messages, in other coordinates.
  /^curve(coordinates|powers)/,
  // Opened bits, masked values and permutations: selectors and sums of what was opened.
  /^(xorBitsInto|xorBlocksInto)\.[34]$/,
  /^(xorBitsInto\.1|xorDeltaInto\.1|expectedMacs\.1)$/,
];

/** A channel that notes what goes over it. */
function noting(channel: Channel, residue: Residue): Channel {
  const { self, parties } = channel;
  return {
    ...{ self, parties },
    send: async (to, step, bytes) => {
      residue.note(`sent ${step}`, bytes);
      await channel.send(to, step, bytes);
    },
    recv: async (from, step, length) => {
      const bytes = await channel.recv(from, step, length);
      residue.note(`received ${step}`, bytes);
      return bytes;
    },
    abort: (reason) => channel.abort(reason),
  };
}

/** What all parties of a case run. */
interface World {
  readonly circuit: CircuitSource;
  readonly inputs: readonly Uint8Array[];
  /** Of the session `name` of a party, whose kernels and random source are watched. */
  readonly options: (channel: Channel, name: string) => ComputeOptions;
  /** Where the stocks of the parties are kept. */
  readonly folder: string;
}

/** What a party does over its channel. */
type Role = (channel: Channel) => Promise<unknown>;

const FIRST = "wiped";

/** A session without a stock. */
function computing({ circuit, inputs, options }: World): Role {
  return (channel) => {
    const input = Uint8Array.from(inputs[channel.self] ?? []);
    return compute(options(channel, FIRST), circuit, input);
  };
}

function placeOf({ folder }: World, { self }: Channel): StockPlace {
  return { path: `${folder}/${self}`, key: sha256(utf8(`key ${self}`)) };
}

/** The making of a stock, in a file. */
function stocking(world: World): Role {
  const { circuit, inputs, options } = world;
  return async (channel) => {
    const own = options(channel, FIRST);
    const { self, parties } = channel;
    const demand = { ands: circuit.header.ands, inputs: inputCount(circuit.header) };
    const roster = inputs.map((_, i) => `peer ${i}`);
    const terms = { ...own.parameters, ...demand, parties, sid: Uint8Array.from(own.sid) };
    const header = { ...terms, self, roster, engine: "1.2.3", keySalt: sha256(utf8("salt")) };
    const writer = await StockWriter.create(placeOf(world, channel), header);
    try {
      await preprocess(own, demand, writer);
    } finally {
      writer.close();
    }
  };
}

/** A session from that stock. */
function computingLater(world: World): Role {
  const { circuit, inputs, options } = world;
  return async (channel) => {
    const stock = await takeStock(placeOf(world, channel), sha256(utf8(FIRST)));
    try {
      const input = Uint8Array.from(inputs[channel.self] ?? []);
      return await computeWithStock(options(channel, "wiped later"), stock, circuit, input);
    } finally {
      await stock.discard();
    }
  };
}

/** How a session ended for each party, and what it left. */
interface Left {
  readonly verdicts: readonly string[];
  /** Arrays with anything in them that is not known to be public. */
  readonly left: readonly string[];
  /** Where arrays were made that tell some Δ. */
  readonly telling: readonly string[];
}

/** A session, how it ends, and the verdict of one party. */
interface Case {
  readonly name: string;
  readonly n: number;
  readonly tap: Tap;
  readonly verdict: string;
  /** What the parties do, one thing after the other; a session without a stock by default. */
  readonly roles?: readonly ((world: World) => Role)[];
  /** Kernels in place of those in WebAssembly. */
  readonly plain?: Kernels;
}

function rngOf({ self }: Channel, name: string): Rng {
  return seededRng(utf8(`${name} ${self}`));
}

async function run({ n, tap, roles = [computing], plain }: Case): Promise<Left> {
  const wasm = instantiate<Exports>(wasmBinary());
  const group = instantiate<CurveExports>(curveBinary());
  const curve = curveOf(group);
  const tables = new Uint8Array(group.memory.buffer.slice(0));
  const residue = new Residue();
  const made = new Allocations();
  const kernels = residue.kernels(plain ?? kernelsOf(wasm, curve));
  const parameters = parametersOf({ parties: n, chunk: 20 });
  const options = (channel: Channel, name: string): ComputeOptions => {
    const rng = made.rng(residue.rng(rngOf(channel, name)));
    return { channel, rng, sid: sha256(utf8(name)), parameters, kernels };
  };
  const deltas = memoryNetwork(n).map((channel) => {
    return createParty({ ...options(channel, FIRST), rng: rngOf(channel, FIRST) }).delta;
  });
  const circuit = randomCircuit(1, { parties: n, inputsPerParty: 8, gates: 60 });
  const inputs = randomInputs(1, circuit.header.inputs);
  const folder = await Deno.makeTempDir();
  const world = { circuit, inputs, options, folder };
  let ends: readonly Ending<unknown>[] = [];
  await made.during(async () => {
    for (const role of roles) ends = await settle(memoryNetwork(n, { tap }), residue, role(world));
  });
  await Deno.remove(folder, { recursive: true });
  assert.ok(new Uint8Array(wasm.memory.buffer).every((byte) => byte === 0), "WASM memory");
  assert.deepEqual(new Uint8Array(group.memory.buffer), tables, "memory of the group");
  assert.ok(residue.size > 100 && made.size > residue.size);
  const left = residue.left((places) =>
    places.some((place) => MESSAGE.test(place)) ||
    places.every((place) => PUBLIC.some((known) => known.test(place)))
  );
  return { verdicts: ends.map(verdict), left, telling: made.telling(deltas) };
}

/** Lets all parties play their role, and notes what goes over their channels. */
async function settle(
  channels: readonly Channel[],
  residue: Residue,
  role: Role,
): Promise<Ending<unknown>[]> {
  return await Promise.all(channels.map(async (channel): Promise<Ending<unknown>> => {
    try {
      return { ok: true, value: await role(noting(channel, residue)) };
    } catch (error) {
      return { ok: false, error };
    }
  }));
}

const HONEST: Tap = (_from, _to, _step, bytes) => bytes;

function missing(step: string): Tap {
  return (_from, _to, name, bytes) => name === step ? undefined : bytes;
}

const CASES: readonly Case[] = [
  ...[2, 3].map((n): Case => ({ name: `well, n = ${n}`, n, tap: HONEST, verdict: "ok" })),
  { name: "well, without SIMD", n: 2, tap: HONEST, verdict: "ok", plain: typescriptKernels },
  ...["setup/reversal", "aBit 0/x", "c0/d", "c1/U", "tables/20", "output"].map((step): Case => ({
    name: `with a message of step "${step}" missing`,
    ...{ n: 2, tap: missing(step), verdict: "ConnectionError" },
  })),
  ...["setup/answer", "aBit 0/delta/macs", "aBit 0/delta/values"].map((step): Case => ({
    name: `with a message of step "${step}" missing, n = 3`,
    ...{ n: 3, tap: missing(step), verdict: "ConnectionError" },
  })),
  ...([
    ["the COT check", 3, { step: "aBit 0/x", from: 1 }, 5, "COT check"],
    ["the Δ consistency", 3, { step: "aBit 0/delta/macs", from: 1 }, 3, "delta opening"],
    ["the V check", 2, { step: "c1/U", from: 1 }, 64, "V check"],
    ["a MAC hash", 3, { step: "c0/d", from: 1 }, 3, "MAC hash"],
    ["the label check", 3, { step: "c1/labels", from: 0 }, 1, "label check"],
    ["the circuit check", 2, { step: "c0/t", from: 1 }, 7, "circuit check"],
    ["the output", 2, { step: "output", from: 1 }, 0, "output MAC hash"],
  ] as const).map(([place, n, target, bit, check]): Case => ({
    ...{ name: `in ${place}`, n, tap: flipBit(target, bit), verdict: check },
  })),
  {
    name: "well, with a stock",
    n: 3,
    tap: HONEST,
    verdict: "ok",
    roles: [stocking, computingLater],
  },
  ...["aBit 0/delta/values", "c1/U", "kept"].map((step): Case => ({
    name: `with a message of step "${step}" missing, while a stock is made`,
    ...{ n: 3, tap: missing(step), verdict: "ConnectionError", roles: [stocking] },
  })),
  {
    name: "in a MAC hash, with a stock",
    ...{ n: 3, tap: flipBit({ step: "c1/operands", from: 1 }, 3), verdict: "MAC hash" },
    roles: [stocking, computingLater],
  },
];

for (const of of CASES) {
  Deno.test(`no secret is left in memory when a session ends ${of.name}`, async () => {
    const { verdicts, left, telling } = await run(of);
    assert.ok(verdicts.includes(of.verdict), verdicts.join());
    assert.deepEqual(left, []);
    assert.deepEqual(telling, []);
  });
}
