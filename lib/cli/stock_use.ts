/** A stock on its way into a session: everything that is checked before it is taken. */
import { AgreementError, CredentialError, VERSION } from "../base/mod.ts";
import type { CircuitHeader } from "../circuit/mod.ts";
import { requireFit, type StockHeader } from "../mpc/mod.ts";
import type { KeyIdentity } from "../net/mod.ts";
import { CHUNK_ANDS } from "../party/mod.ts";
import type { Description } from "../session/mod.ts";
import { inspectStock, requireKey, type StockPlace } from "./stock_store.ts";

/** Label of the key under which stocks are encrypted. */
const KEY_LABEL = "preprocessing file";

/** A stock that fits what is to be computed. */
export interface ReadyStock {
  readonly header: StockHeader;
  readonly place: StockPlace;
}

/** What a stock is to be used for. */
export interface StockUse {
  /** Path of the file. */
  readonly path: string;
  /** Key of this node. */
  readonly identity: KeyIdentity;
  /** Own party number; undefined: that of the stock. */
  readonly party: number | undefined;
  /** Number of parties. */
  readonly parties: number;
  /** Number of the party that evaluates. */
  readonly evaluator: number;
  /** The circuit. */
  readonly header: Pick<CircuitHeader, "ands" | "inputs">;
}

/** The key of the file with this salt. */
export function stockKey(
  identity: KeyIdentity,
  keySalt: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return identity.secret(KEY_LABEL, keySalt);
}

/**
 * The stock of a file, which is not touched.
 *
 * @throws {CredentialError} if it cannot be used, or was made with another key.
 * @throws {AgreementError} if it is that of another party, version or setting.
 * @throws {LimitError} if it is too small; the message has the numbers.
 */
export async function openStock(use: StockUse): Promise<ReadyStock> {
  const { path, identity, parties, evaluator } = use;
  const header = await inspectStock(path);
  const party = use.party ?? header.self;
  const hint = "make a new one with the same parties and the same version of p2p-mpc";
  if (header.engine !== VERSION) {
    throw new AgreementError(
      `Cannot use preprocessing "${path}": version ${header.engine} of p2p-mpc made it`,
      { hint },
    );
  }
  if (header.self !== party) {
    throw new AgreementError(
      `Cannot use preprocessing "${path}": it is that of party ${header.self}, not ${party}`,
      { hint: "give each party its own file and number" },
    );
  }
  if (header.roster[party] !== identity.peerId) {
    throw new CredentialError(
      `Cannot use preprocessing "${path}": it was made with another key`,
      { hint: "give the --identity-key-path with which it was made" },
    );
  }
  const { k } = header;
  const parameters = { parties, evaluator, k, chunk: CHUNK_ANDS, outputParties: [] };
  requireFit(header, parameters, use.header);
  const place = { path, key: stockKey(identity, header.keySalt) };
  await requireKey(place);
  return { header, place };
}

/**
 * Goes on if the agreed session has the parties with whom the stock was made.
 *
 * @throws {AgreementError} if a number is another peer's.
 */
export function acceptStock({ header }: ReadyStock, { roster }: Description): void {
  for (const { party, peer } of roster) {
    if (header.roster[party] === peer) continue;
    throw new AgreementError(
      `Cannot use the preprocessing: it was made with another peer as party ${party}`,
      { hint: "each party needs the number and the --identity-key-path that it had then" },
    );
  }
}
