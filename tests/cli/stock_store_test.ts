import assert from "node:assert/strict";
import { CredentialError, toHex, UsageError, utf8 } from "../../lib/base/mod.ts";
import { evaluate } from "../../lib/circuit/mod.ts";
import { sha256 } from "../../lib/crypto/mod.ts";
import {
  inspectStock,
  removeUnfinished,
  requireKey,
  type StockPlace,
  StockWriter,
  type TakenStock,
  takeStock,
} from "../../lib/cli/stock_store.ts";
import { makeStock, STATE_AT, type StockHeader } from "../../lib/mpc/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { dealer } from "../sim/dealer.ts";
import { engineParties, parametersOf } from "../sim/engine.ts";
import { runAll } from "../sim/parties.ts";
import { computeFromStocks, termsOf } from "../sim/stock.ts";

const DEMAND = { ands: 70, inputs: 12 };
const OPTIONS = { parties: 3, chunk: 40 };

interface Shelf {
  readonly places: readonly StockPlace[];
  readonly sid: Uint8Array<ArrayBuffer>;
}

/** The files of three parties, in a folder that is removed afterwards. */
async function withFiles(work: (shelf: Shelf) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const parties = engineParties(OPTIONS);
    const sources = dealer(parties);
    const sid = new Uint8Array(parties[0]?.sid ?? []);
    const places = parties.map(({ self }) => {
      return { path: `${folder}/new folder/${self}.stock`, key: sha256(utf8(`key ${self}`)) };
    });
    await runAll(parties, async (party) => {
      const [place, bits] = [places[party.self], sources[party.self]];
      assert.ok(place && bits);
      const header: StockHeader = {
        ...termsOf(parametersOf(OPTIONS), DEMAND, sid),
        ...{ self: party.self, engine: "1", roster: ["a", "b", "c"], keySalt: sha256() },
      };
      const writer = await StockWriter.create(place, header);
      await makeStock(party, { bits, salt: new Uint8Array(16) }, DEMAND, writer);
      writer.close();
    });
    await work({ places, sid });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function first({ places }: Shelf): StockPlace {
  const [place] = places;
  assert.ok(place);
  return place;
}

async function stateOf({ path }: StockPlace): Promise<string> {
  return String.fromCharCode((await Deno.readFile(path))[STATE_AT] ?? 0);
}

/** Refused, with these words, by everything that opens the file. */
async function refused(place: StockPlace, sid: Uint8Array, words: RegExp): Promise<void> {
  const wanted = (error: unknown): boolean => {
    return error instanceof CredentialError && words.test(error.message);
  };
  await assert.rejects(requireKey(place), wanted);
  await assert.rejects(takeStock(place, sid), wanted);
}

Deno.test("files of three parties serve one session, from disk", async () => {
  await withFiles(async ({ places, sid }) => {
    const circuit = randomCircuit(8, { parties: 3, inputsPerParty: 4, gates: 90 });
    assert.ok(circuit.header.ands > OPTIONS.chunk && circuit.header.ands < DEMAND.ands);
    const inputs = randomInputs(2, circuit.header.inputs);
    const stocks: TakenStock[] = [];
    for (const place of places) {
      await requireKey(place);
      assert.equal(await stateOf(place), "r");
      stocks.push(await takeStock(place, sid));
      // On disk, before anything of it was used.
      assert.equal(await stateOf(place), "u");
    }
    const outputs = await computeFromStocks(OPTIONS, stocks, circuit, inputs);
    for (const output of outputs) assert.deepEqual(output, evaluate(circuit, inputs));
    for (const stock of stocks) await stock.discard();
    for (const place of places) {
      await refused(place, sid, /it was used$/);
      const { size, mode } = await Deno.stat(place.path);
      assert.ok(size < 400, "the material is gone");
      if (Deno.build.os !== "windows") assert.equal((mode ?? 0) & 0o777, 0o600);
    }
  });
});

Deno.test("a process that dies after taking a stock leaves it used", async () => {
  await withFiles(async (shelf) => {
    const place = first(shelf);
    const script = new URL("./take_and_die.ts", import.meta.url).pathname;
    const args = [place.path, toHex(place.key), toHex(shelf.sid)];
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-all", script, ...args],
    });
    const { signal } = await command.output();
    assert.equal(signal, "SIGKILL");
    await refused(place, shelf.sid, /it was used$/);
  });
});

Deno.test("the use reaches the disk before the stock is given out", async () => {
  await withFiles(async (shelf) => {
    const { sync } = Deno.FsFile.prototype;
    const states: string[] = [];
    Deno.FsFile.prototype.sync = async function (this: Deno.FsFile): Promise<void> {
      states.push(await stateOf(first(shelf)));
      await sync.call(this);
    };
    let stock: TakenStock;
    try {
      stock = await takeStock(first(shelf), shelf.sid);
    } finally {
      Deno.FsFile.prototype.sync = sync;
    }
    assert.deepEqual(states, ["u"]);
    await stock.discard();
  });
});

Deno.test("where the use cannot be recorded nothing is given out", async () => {
  await withFiles(async (shelf) => {
    const { sync } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.sync = () => Promise.reject(new Error("the disk is gone"));
    try {
      await assert.rejects(takeStock(first(shelf), shelf.sid), UsageError);
    } finally {
      Deno.FsFile.prototype.sync = sync;
    }
  });
});

Deno.test("one stock is taken once, also by two at the same time", async () => {
  await withFiles(async (shelf) => {
    const place = first(shelf);
    const stock = await takeStock(place, shelf.sid);
    await assert.rejects(takeStock(place, shelf.sid), /another process is using it/);
    await stock.discard();
    await refused(place, shelf.sid, /it was used$/);
  });
});

Deno.test("another key, another session, another file", async () => {
  await withFiles(async (shelf) => {
    const place = first(shelf);
    const other = { ...place, key: sha256(utf8("other")) };
    await refused(other, shelf.sid, /another key, or the file was changed$/);
    await assert.rejects(takeStock(place, new Uint8Array(32)), /not the agreed one/);
    assert.equal((await inspectStock(place.path)).ands, DEMAND.ands);
    const missing = { ...place, path: `${place.path}.no` };
    await refused(missing, shelf.sid, /there is no such file$/);
    await Deno.writeTextFile(missing.path, "p2p-mpc stock 2\nr");
    await refused(missing, shelf.sid, /it is no preprocessing file$/);
    // A refusal uses nothing up.
    assert.equal(await stateOf(place), "r");
  });
});

Deno.test("a tampered, truncated or extended file is refused", async () => {
  await withFiles(async (shelf) => {
    const place = first(shelf);
    const whole = await Deno.readFile(place.path);
    const damaged = /it is incomplete or damaged$|no preprocessing file$|the file was changed$/;
    for (const length of [0, 10, 20, 30, 200, whole.length - 1]) {
      await Deno.writeFile(place.path, whole.slice(0, length));
      await refused(place, shelf.sid, damaged);
    }
    await Deno.writeFile(place.path, new Uint8Array([...whole, 0]));
    await refused(place, shelf.sid, damaged);
    // Bytes of the head but the state, and of the first segment.
    for (let at = 1; at < 400; at += 14) {
      if (at === STATE_AT) continue;
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 4;
      await Deno.writeFile(place.path, bytes);
      await refused(place, shelf.sid, damaged);
    }
    // A later segment shows it when it is read.
    const bytes = whole.slice();
    const at = bytes.length - 5;
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    await Deno.writeFile(place.path, bytes);
    const stock = await takeStock(place, shelf.sid);
    await stock.triples(0);
    await assert.rejects(stock.triples(1), CredentialError);
    await stock.discard();
  });
});

Deno.test("a file is never overwritten; one that was not finished is removed, or refused", async () => {
  await withFiles(async (shelf) => {
    const place = first(shelf);
    const header = await inspectStock(place.path);
    await assert.rejects(StockWriter.create(place, header), (error) => {
      return error instanceof UsageError && /the file exists$/.test(error.message);
    });
    const path = `${place.path}.new`;
    const writer = await StockWriter.create({ ...place, path }, header);
    // As after a crash.
    await Deno.copyFile(path, `${path}.crashed`);
    await refused({ ...place, path: `${path}.crashed` }, shelf.sid, /incomplete or damaged$/);
    await removeUnfinished(`${path}.crashed`);
    await assert.rejects(Deno.stat(`${path}.crashed`), Deno.errors.NotFound);
    assert.equal(await removeUnfinished(`${path}.crashed`), false);
    await Deno.writeFile(`${path}.begun`, new Uint8Array(0));
    assert.equal(await removeUnfinished(`${path}.begun`), true);
    await assert.rejects(Deno.stat(`${path}.begun`), Deno.errors.NotFound);
    await Deno.writeTextFile(`${path}.foreign`, "short");
    assert.equal(await removeUnfinished(`${path}.foreign`), false);
    assert.equal(await Deno.readTextFile(`${path}.foreign`), "short");
    await removeUnfinished(place.path);
    await requireKey(place);
    await writer.remove();
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  });
});
