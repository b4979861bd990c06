import assert from "node:assert/strict";
import {
  AgreementError,
  CredentialError,
  LimitError,
  type MpcError,
  VERSION,
} from "../../lib/base/mod.ts";
import { CHUNK_ANDS } from "../../lib/party/mod.ts";
import { StockWriter } from "../../lib/cli/stock_store.ts";
import { acceptStock, openStock, stockKey, type StockUse } from "../../lib/cli/stock_use.ts";
import { type StockHeader, zeroShares } from "../../lib/mpc/mod.ts";
import { generateIdentity, type KeyIdentity } from "../../lib/net/mod.ts";
import type { Description } from "../../lib/session/mod.ts";

/** A stock of party 1 of three for 10 input bits, and what it may be used for. */
async function withStock(
  change: (identity: KeyIdentity) => Partial<StockHeader>,
  work: (use: StockUse, header: StockHeader) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const identity = await generateIdentity();
    const header: StockHeader = {
      ...{ sid: new Uint8Array(32), keySalt: new Uint8Array(32), self: 1, parties: 3 },
      ...{ evaluator: 0, k: 2, chunk: CHUNK_ANDS, ands: 0, inputs: 10, engine: VERSION },
      roster: ["a", identity.peerId, "c"],
      ...change(identity),
    };
    const path = `${folder}/stock`;
    const place = { path, key: stockKey(identity, header.keySalt) };
    const writer = await StockWriter.create(place, header);
    const inputs = zeroShares(10, header.self, header.parties);
    await writer.begin({ delta: new Uint8Array(16), salt: new Uint8Array(16), inputs });
    await writer.commit();
    writer.close();
    const circuit = { ands: 0, inputs: [4, 4, 2] };
    const use = { path, identity, party: 1, parties: 3, evaluator: 0, header: circuit };
    await work(use, header);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const asMade = (): Partial<StockHeader> => ({});

Deno.test("a stock opens for what it was made for, and for the number that it was made for", async () => {
  await withStock(asMade, async (use, header) => {
    for (const party of [1, undefined]) {
      const ready = await openStock({ ...use, party });
      assert.deepEqual(ready.header, header);
      assert.equal(ready.place.path, use.path);
    }
  });
});

Deno.test("a stock of another version, party, key, evaluator, chunk or size is refused", async () => {
  type Refusal = new (message: string) => MpcError;
  const refused = async (use: StockUse, error: Refusal, words: RegExp): Promise<void> => {
    await assert.rejects(openStock(use), (thrown) => {
      return thrown instanceof error && words.test(thrown.message) && thrown.hint !== undefined;
    });
  };
  await withStock(asMade, async (use) => {
    const stranger = await generateIdentity();
    await refused({ ...use, party: 0 }, AgreementError, /that of party 1, not 0/);
    await refused({ ...use, identity: stranger }, CredentialError, /made with another key/);
    await refused({ ...use, parties: 4 }, AgreementError, /made for parties 3, the session has 4/);
    await refused({ ...use, evaluator: 2 }, AgreementError, /made for evaluator 0/);
    const bigger = { ands: 1, inputs: [10] };
    await refused({ ...use, header: bigger }, LimitError, /1 AND gates and 10 .* serves 0 AND/);
    await refused({ ...use, header: { ands: 0, inputs: [11] } }, LimitError, /11 input bits/);
  });
  await withStock(() => ({ engine: "0.0.1" }), async (use) => {
    await refused(use, AgreementError, /version 0\.0\.1 of p2p-mpc made it/);
  });
  await withStock(() => ({ chunk: 128 }), async (use) => {
    await refused(use, AgreementError, /made for chunk 128/);
  });
});

Deno.test("a stock is refused in a session with other peers, or with their numbers exchanged", async () => {
  await withStock(asMade, async (use) => {
    const ready = await openStock(use);
    const roster = ready.header.roster.map((peer, party) => ({ peer, party }));
    const session = (entries: typeof roster): Description => {
      return { roster: entries } as unknown as Description;
    };
    acceptStock(ready, session(roster));
    const [first, own, last] = roster;
    assert.ok(first && own && last);
    const exchanged = [{ ...first, peer: "c" }, own, { ...last, peer: "a" }];
    for (const other of [exchanged, [first, own, { ...last, peer: "d" }]]) {
      assert.throws(() => acceptStock(ready, session(other)), (error) => {
        return error instanceof AgreementError && /another peer as party/.test(error.message);
      });
    }
  });
});
