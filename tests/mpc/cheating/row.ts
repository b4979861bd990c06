/**
 * One cheat of the protocol's list, and the three runs that show what its check is for: without the lie, with
 * it, and with it while the honest parties lack the check.
 */
import assert from "node:assert/strict";
import { CheatingError, ConnectionError, type MpcError } from "../../../lib/base/mod.ts";
import type { Bits } from "../../../lib/crypto/mod.ts";
import type { CheckName } from "../../../lib/mpc/mod.ts";
import { type Cheat, play, type Scene, type Session, type World } from "../../sim/adversary.ts";
import type { Ending } from "../../sim/parties.ts";
import { outputOf } from "./scenes.ts";

/** A cheat and its check. All three runs use the same seeds. */
export interface Row {
  /** Name of the test, as docs/PROTOCOL.md lists it. */
  readonly name: string;
  /** The check that stops the cheat. */
  readonly check: CheckName;
  readonly scene: Scene;
  readonly liar: number;
  /** The cheat for a session; `honest` is the same session without it. */
  readonly cheat: (world: World, honest: Session) => Cheat;
  /** The honest parties that the check protects: they end in it. */
  readonly caught: readonly number[];
  /** The party that the check blames, where it tells. */
  readonly blames?: number;
  /** Honest parties that have their right output nevertheless: only for cheats in the output phase. */
  readonly served?: readonly number[];
  /** More about the run with the lie. */
  readonly stopped?: (session: Session, honest: Session) => void;
  /** What happens with the check removed. */
  readonly removed: (session: Session, honest: Session) => void | Promise<void>;
}

/** The randomness of a scene has nothing of the kind that a lie needs. */
export class UnsuitableSeed extends Error {}

/** Runs a row: honest, caught, and with the check removed. */
export async function playRow(row: Row): Promise<void> {
  const { honest, cheat } = await playCaught(row);
  const { scene, liar } = row;
  const removed = await play(scene, { liar, cheat, removed: row.check });
  await row.removed(removed, honest);
}

/** Runs a row without its last part, which not every seed shows: a wrong value may be right by chance. */
export async function playCaught(
  row: Row,
): Promise<{ readonly honest: Session; readonly cheat: (world: World) => Cheat }> {
  const { scene, liar } = row;
  const honest = await play(scene);
  for (const party of honest.ends.keys()) assertOutput(honest, party, outputOf(scene));
  const cheat = (world: World): Cheat => row.cheat(world, honest);
  const stopped = await play(scene, { liar, cheat });
  for (const party of honestParties(row)) {
    if (row.caught.includes(party)) assertCaught(stopped, party, row.check, row.blames);
    else if (row.served?.includes(party)) assertOutput(stopped, party, outputOf(scene));
    else assertTold(stopped, party, row.check);
  }
  row.stopped?.(stopped, honest);
  return { honest, cheat };
}

/** All parties but the liar. */
export function honestParties({ scene, liar }: Pick<Row, "scene" | "liar">): number[] {
  return Array.from({ length: scene.parties }, (_, i) => i).filter((i) => i !== liar);
}

function end({ ends }: Session, party: number): Ending<Bits | undefined> {
  const own = ends[party];
  assert.ok(own !== undefined);
  return own;
}

/** No honest party has sent a message of such a step. */
export function assertUnsent(session: Session, liar: number, step: RegExp): void {
  const sent = session.world.log.filter((message) => message.from !== liar);
  const steps = sent.map((message) => message.step).filter((name) => step.test(name));
  assert.deepEqual(steps, []);
}

/** The error of a party. */
export function errorOf(session: Session, party: number): MpcError {
  const own = end(session, party);
  assert.ok(!own.ok, `party ${party} has an output`);
  return own.error as MpcError;
}

/** The party has this output. */
export function assertOutput(session: Session, party: number, expected: Bits): void {
  const own = end(session, party);
  if (!own.ok) throw own.error;
  assert.deepEqual(own.value, expected, `output of party ${party}`);
}

/** The party ended in the check, blaming whom it should. */
export function assertCaught(
  session: Session,
  party: number,
  check: CheckName,
  blames?: number,
): void {
  const error = errorOf(session, party);
  if (!(error instanceof CheatingError)) throw error;
  assert.equal(error.check, check, `check of party ${party}`);
  assert.equal(error.exitCode, 6);
  assert.equal(error.party, blames, `whom party ${party} blames`);
}

/** The party was told of the check by another one, or ended in it as well. */
export function assertTold(session: Session, party: number, check: CheckName): void {
  const error = errorOf(session, party);
  if (error instanceof CheatingError && error.check === check) return;
  assert.ok(error instanceof ConnectionError, `party ${party}: ${error}`);
  assert.equal(error.exitCode, 7);
  assert.match(error.message, new RegExp(`party \\d+ left: .*the ${check} failed`));
}
