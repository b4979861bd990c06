/**
 * Every decoder of bytes and texts from outside, fuzzed: truncated, extended, changed and random ones end in a value
 * or in an error of ours. A new decoder that stands in no list here fails the last test.
 */
import assert from "node:assert/strict";
import { concat, MpcError, utf8 } from "../../lib/base/mod.ts";
import {
  exportBristol,
  exportRegisterJson,
  exportSsaJson,
  importBristol,
  importRegisterJson,
  importSsaJson,
  readBits,
} from "../../lib/circuit/mod.ts";
import { parseArgs } from "../../lib/cli/args.ts";
import { parseConfigFile } from "../../lib/cli/config_file.ts";
import { parsePolicy } from "../../lib/cli/consent/policy_file.ts";
import { parseWhom } from "../../lib/cli/reach.ts";
import {
  baseOtKeys,
  baseOtReceive1,
  baseOtReceive2,
  baseOtSend,
  ggmReceiver,
  ggmSender,
  type Rng,
  seededRng,
  wasmKernels,
} from "../../lib/crypto/mod.ts";
import {
  decodeStockHeader,
  decodeStockPrefix,
  encodeStockHead,
  STOCK_PREFIX_BYTES,
  StockSeal,
} from "../../lib/mpc/mod.ts";
import { parseAddress, parseAddresses, parsePeerId, parseRelay } from "../../lib/net/address.ts";
import { decodeRoot, encodeRoot, fileIdText, parseFileId } from "../../lib/net/file_id.ts";
import { decodeFrameHeader, decodeFrameStep, encodeFrameStart } from "../../lib/net/frame.ts";
import { FrameDecoder } from "../../lib/net/frame_decoder.ts";
import { decodeHello, encodeHello } from "../../lib/net/hello.ts";
import { generateIdentity, loadIdentity, loadOrCreateIdentity } from "../../lib/net/identity.ts";
import { readCount } from "../../lib/net/outbox.ts";
import { decodePacket, encodePacketHeader } from "../../lib/net/packet.ts";
import { decodeControl, encodeControl } from "../../lib/net/packet_window.ts";
import { Opener, Sealer } from "../../lib/net/pair_cipher.ts";
import { checkKey, signKey } from "../../lib/net/pair_keys.ts";
import { generateNetworkKey, loadNetworkKey } from "../../lib/net/private_network.ts";
import { readReason } from "../../lib/net/reason.ts";
import {
  createTicket,
  decodeDescription,
  decodeMessage,
  decodeTicket,
  encodeDescription,
  encodeMessage,
  encodeTicket,
} from "../../lib/session/mod.ts";
import { decodeReceipt, encodeReceipt } from "../../lib/session/receipt.ts";
import { decodeStatement, encodeStatement } from "../../lib/session/statement.ts";
import { randomCircuit } from "../sim/circuits.ts";
import { trivialFacts } from "../session/facts.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";
const RUNS = SLOW ? 3000 : 120;
const NOW = 1_800_000_000_000;
const PEER = "12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5";

type Bytes = Uint8Array<ArrayBuffer>;

/** A decoder as the fuzzer sees it. */
interface Decoder {
  /** A valid input. */
  readonly sample: Bytes;
  /** Decodes; gives anything or throws. */
  readonly run: (bytes: Bytes) => unknown;
  /** How many inputs, if it is slow. */
  readonly runs?: number;
  /** The decoder takes this length only, as its caller knows it: no other is tried. */
  readonly fixed?: boolean;
}

const rng = seededRng(utf8("decoders"));
const bytes = (length: number, fill = 7): Bytes => new Uint8Array(length).fill(fill);
const text = (input: Bytes): string => new TextDecoder().decode(input);
const kernels = wasmKernels();
const identity = await generateIdentity(rng);
const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** A decoder of a file, by its path. */
function ofFile(load: (path: string) => Promise<unknown>): Decoder["run"] {
  return async (input) => {
    const path = `${folder}/file`;
    await Deno.writeFile(path, input);
    return await load(path);
  };
}

async function fileOf(save: (path: string) => Promise<void>): Promise<Bytes> {
  const path = `${folder}/sample`;
  await save(path);
  const found = await Deno.readFile(path);
  await Deno.remove(path);
  return found;
}

const circuit = randomCircuit(1, { parties: 2, inputsPerParty: 4, gates: 20 });
const context = { sid: bytes(32), count: 8, receiver: 0, sender: 1 };
const chosen = baseOtReceive1(kernels.curve, context, bytes(1), rng.fork("receiver"));
const sent = baseOtSend(
  kernels.curve,
  context,
  baseOtKeys(kernels.curve, 8, rng.fork("sender")),
  chosen.message,
);
let forks = 0;
const trees = { sid: bytes(32), k: 2, keyHolder: 0, macHolder: 1 };
const header = {
  ...{ sid: bytes(32), keySalt: bytes(32), self: 1, parties: 3, evaluator: 2, k: 2, chunk: 130 },
  ...{ ands: 150, inputs: 9, engine: "1.2.3", roster: ["a", "b", "c"] },
};
const frame = { kind: "data", more: false, tag: bytes(8), sequence: 0, step: "c0/U" } as const;
const whole = concat(encodeFrameStart(frame, 5), bytes(5));
const sealer = new Sealer(bytes(32), { kind: "data", tag: bytes(8), from: 0, to: 1 });
const description = {
  ...{ ...trivialFacts(2), version: 1, engine: "0.1.0", session: bytes(32), creator: PEER },
  ...{ program: bytes(32), constants: [], deadline: NOW / 1000 },
  roster: [0, 1].map((party) => ({ party, peer: PEER, nonce: bytes(16), addresses: [] })),
};
const ticket = createTicket({
  ...{ creator: PEER, addresses: ["/ip4/127.0.0.1/tcp/9000"], parties: 3, program: bytes(32) },
  ...{ now: NOW, random: (length) => rng.fill(new Uint8Array(length)) },
});

/** All frames in the bytes, however they are cut. */
function frames(input: Bytes): void {
  const decoder = new FrameDecoder();
  const half = input.length >>> 1;
  for (const part of [input.subarray(0, half), input.subarray(half)]) {
    decoder.append(part);
    while (decoder.take() !== undefined);
  }
}

/** Decoders by the name of what is exported. */
const DECODERS: Readonly<Record<string, Decoder>> = {
  decodeFrameHeader: { sample: whole.slice(0, 20), run: decodeFrameHeader, fixed: true },
  decodeFrameStep: { sample: utf8("c0/U"), run: decodeFrameStep },
  FrameDecoder: { sample: whole, run: frames },
  decodeHello: {
    sample: encodeHello({
      ...{ sid: bytes(32), from: 0, to: 1, nonce: bytes(16), echo: bytes(16) },
      ...{ attempt: 1, received: 0 },
    }),
    run: decodeHello,
  },
  decodePacket: {
    sample: concat(
      encodePacketHeader({ kind: "data", tag: bytes(8), from: 0, to: 1, counter: 3 }),
      bytes(9),
    ),
    run: decodePacket,
  },
  decodeControl: {
    sample: encodeControl({ next: 1, limit: 2, gone: false, arrived: bytes(8) }),
    run: decodeControl,
  },
  Opener: {
    sample: sealer.seal(bytes(20)).bytes,
    run: (input) => {
      const packet = decodePacket(input);
      return packet && new Opener(bytes(32)).open(packet);
    },
  },
  checkKey: {
    sample: await signKey(identity, { sid: bytes(32), party: 1, key: bytes(32) }),
    run: (body) => checkKey(identity, { sid: bytes(32), party: 1, peer: identity.peerId, body }),
  },
  readReason: { sample: utf8("party 1 left"), run: readReason },
  readCount: { sample: bytes(8), run: readCount },
  parseAddress: { sample: utf8("/ip4/127.0.0.1/tcp/9000"), run: (b) => parseAddress(text(b)) },
  parseAddresses: {
    sample: utf8("/ip4/127.0.0.1/tcp/9000"),
    run: (b) => parseAddresses({ addresses: [text(b)], peer: PEER }),
  },
  parsePeerId: { sample: utf8(PEER), run: (b) => parsePeerId(text(b)) },
  loadNetworkKey: {
    sample: generateNetworkKey(rng).encode(),
    run: ofFile(loadNetworkKey),
  },
  loadIdentity: {
    sample: await fileOf(async (path) => {
      const { saveIdentity } = await import("../../lib/net/identity.ts");
      await saveIdentity(path, identity);
    }),
    run: ofFile(loadIdentity),
  },
  loadOrCreateIdentity: { sample: bytes(68), run: ofFile((path) => loadOrCreateIdentity(path)) },
  decodeTicket: {
    sample: utf8(encodeTicket(ticket)),
    run: (b) => decodeTicket(text(b), NOW),
  },
  decodeMessage: {
    sample: encodeMessage({ kind: "agree", description: encodeDescription(description) }),
    run: decodeMessage,
  },
  decodeDescription: { sample: encodeDescription(description), run: decodeDescription },
  decodeStockPrefix: {
    sample: encodeStockHead(header).slice(0, STOCK_PREFIX_BYTES),
    run: decodeStockPrefix,
  },
  decodeStockHeader: {
    sample: encodeStockHead(header).slice(STOCK_PREFIX_BYTES),
    run: decodeStockHeader,
  },
  "StockSeal.open": {
    sample: new StockSeal(header, bytes(32)).seal(0, bytes(64), rng),
    run: (segment) => new StockSeal(header, bytes(32)).open(0, segment),
  },
  importBristol: {
    sample: utf8(
      [...exportBristol(circuit)].join(""),
    ),
    run: (b) => importBristol(text(b)),
  },
  importSsaJson: {
    sample: utf8([...exportSsaJson(circuit)].join("")),
    run: (b) => importSsaJson(text(b)),
  },
  importRegisterJson: {
    sample: utf8([...exportRegisterJson(circuit)].join("")),
    run: (b) => importRegisterJson(text(b)),
  },
  readBits: { sample: utf8("0x5a"), run: (b) => readBits(text(b), 8) },
  baseOtSend: {
    sample: chosen.message,
    run: (b) =>
      baseOtSend(kernels.curve, context, baseOtKeys(kernels.curve, 8, rng.fork(`${forks++}`)), b),
  },
  baseOtReceive2: {
    sample: sent.message,
    run: (b) => baseOtReceive2(kernels.curve, chosen.state, b),
  },
  ggmReceiver: {
    sample: ggmSender(kernels, trees, bytes(4096)).message,
    run: (b) => ggmReceiver(kernels, trees, bytes(16), bytes(2048), b),
  },
  parseFileId: {
    sample: utf8(fileIdText({ kind: "root", digest: bytes(32) })),
    run: (b) => parseFileId(text(b)),
  },
  decodeRoot: {
    sample: encodeRoot({ size: 3 << 18, chunks: [1, 2, 3].map((i) => bytes(32, i)) }),
    run: decodeRoot,
  },
  parseRelay: {
    sample: utf8(`/ip4/127.0.0.1/tcp/4001/p2p/${PEER}`),
    run: (b) => parseRelay(text(b)),
  },
  decodeReceipt: {
    sample: utf8(encodeReceipt({ description, consents: new Map(), statements: new Map() })),
    run: (b) => decodeReceipt(text(b)),
  },
  decodeStatement: {
    sample: encodeStatement({
      ...{ party: 1, outcome: 0, startedMs: NOW, endedMs: NOW },
      links: [0, 1].map(() => ({ sent: bytes(32), received: bytes(32) })),
    }),
    run: (b) => decodeStatement(b, 2),
  },
  parseWhom: { sample: utf8(PEER), run: (b) => parseWhom(text(b)) },
  parsePolicy: {
    sample: utf8("parties_min: 3\nruns: { most: 3, hours: 24 }\n"),
    run: (b) => parsePolicy("policy.yml", text(b)),
    runs: 40,
  },
  parseConfigFile: { sample: utf8("party: 1\ninput: 5u8\n"), run: config, runs: 40 },
  parseArgs: {
    sample: utf8("new --party 1 --input 5u8"),
    run: (b) => parseArgs(text(b).split(" ")),
    runs: 40,
  },
};

function config(input: Bytes): unknown {
  return parseConfigFile(text(input), "config.yml");
}

/** Decoders that are tested elsewhere, or take nothing from outside, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  BlockReader: "tests/net/blob_test.ts",
  readNodePage: "reads a page of the metrics listener, see tests/cli/metrics_test.ts",
  readSample: "its callers take a SyntaxError, see tests/cli/metrics_text_test.ts",
  readPage: "as readSample",
  readExpectedPeers: "parsePeerId is most of it",
  readRuns: "reads what takeRun wrote",
  readPolicy: "parsePolicy is most of it",
  decodeCbor: "decodeMessage, decodeDescription and decodeTicket are made of it",
  decodeBeginning: "takes what StockSeal.open gives: bytes that this party has sealed itself",
  decodeTriples: "as decodeBeginning",
  parseForm: "importSsaJson and importRegisterJson are made of it",
  readArray: "builds gates",
  decodeIndex: "builds gates",
  VarintReader: "reads what VarintWriter wrote in this process",
  readTextFile: "its callers take a Deno error, see tests/cli/text_file_test.ts",
  readInputFile: "reads a file; what stands in it goes to the readers of lib/garble",
  readList: "gives a reading or a mistake, see tests/cli/settings_test.ts",
  readText: "as readList",
  loadWith: "reads a program, see tests/garble/check_fuzz_test.ts",
  loadProgram: "as loadWith",
  loadBristol: "importBristol is most of it",
  readInput: "the three readers by their names, see tests/garble/json_test.ts and csv_test.ts",
  readGarbleJson: "tests/garble/json_test.ts",
  readPlainJson: "tests/garble/json_test.ts",
  parseJson: "tests/garble/json_test.ts",
  readCsv: "tests/garble/csv_test.ts",
  readByteText: "tests/garble/json_test.ts",
  readValue: "tests/garble/value_test.ts",
  decodeValue: "takes output bits, whose number follows from the type",
  decodeOutput: "as decodeValue",
};

/** Inputs near the sample and far from it. */
function* inputs({ sample, runs = RUNS, fixed }: Decoder, random: Rng): Generator<Bytes> {
  yield sample;
  const number = (bound: number): number => {
    const [a = 0, b = 0, c = 0] = random.fill(new Uint8Array(3));
    return (a | b << 8 | c << 16) % Math.max(bound, 1);
  };
  if (fixed !== true) {
    for (let length = 0; length < Math.min(sample.length, runs); length++) {
      yield sample.slice(0, length);
    }
    for (const more of [1, 2, 17, sample.length]) {
      yield concat(sample, random.fill(new Uint8Array(more)));
    }
    yield bytes(70_000, 0x81);
  }
  for (let run = 0; run < runs; run++) {
    const changed = sample.slice();
    for (let at = number(4); at >= 0; at--) changed[number(changed.length)] = number(256);
    yield changed;
    yield random.fill(new Uint8Array(fixed === true ? sample.length : number(200)));
    if (fixed === true || sample.length < 2) continue;
    const cut = 1 + number(sample.length - 1);
    yield concat(sample.subarray(cut), sample.subarray(0, number(cut)));
  }
}

for (const [name, decoder] of Object.entries(DECODERS)) {
  Deno.test(`${name} bears truncated, extended, changed and random input`, async () => {
    const random = seededRng(utf8(name));
    let first = true;
    for (const input of inputs(decoder, random)) {
      const given = input.slice();
      try {
        await decoder.run(input);
      } catch (error) {
        const shown = `${error} for ${given.subarray(0, 300).toHex()}`;
        assert.ok(error instanceof MpcError, shown);
        assert.ok(!first || name === "loadOrCreateIdentity", shown);
      }
      first = false;
    }
  });
}

const LAYERS = ["net", "session", "mpc", "circuit", "cli", "garble"];
/** How decoders are named; parsers inside the compiler take tokens. */
const NAMED =
  /^export (?:async )?(?:function|class) ((?:decode|parse|read|import|load)[A-Z]\w*|\w*(?:Decoder|Opener|Reader))\b/gm;

async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) {
      if (!/garble\/$/.test(folder.pathname)) yield* sources(new URL(`${name}/`, folder));
    } else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}

Deno.test("every exported decoder is fuzzed here, or it is said why not", async () => {
  const found = new Set<string>();
  for (const layer of LAYERS) {
    for await (const url of sources(new URL(`../../lib/${layer}/`, import.meta.url))) {
      const source = await Deno.readTextFile(url);
      for (const [, name = ""] of source.matchAll(NAMED)) found.add(name);
    }
  }
  const known = new Set([...Object.keys(DECODERS), ...Object.keys(OTHERS)]);
  assert.deepEqual([...found].filter((name) => !known.has(name)), []);
  assert.deepEqual(Object.keys(OTHERS).filter((name) => !found.has(name)), []);
});
