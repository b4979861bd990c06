/** Two parties in this process, each with a system in memory, that meet over loopback. */
import { main } from "../../lib/cli/mod.ts";
import { type FakeSystem, fakeSystem, type FakeSystemOptions } from "./fake_system.ts";

/** How a party is run. */
export interface PartyRun {
  /** Flags and, for a joiner, nothing else: the ticket is added. */
  readonly flags: readonly string[];
  readonly system?: FakeSystemOptions;
}

/** A party and how it ended. */
export interface RanParty {
  readonly code: number;
  readonly system: FakeSystem;
}

/** Names of the program in the files of both. */
export const SUM = "sum.garble.rs";
/** Adds the numbers of two parties. */
export const SUM_TEXT = "pub fn main(x: u32, y: u32) -> u32 {\n    x + y\n}\n";

const COMMON = ["--listen=/ip4/127.0.0.1/tcp/0", "--workers=0", "--join-timeout=60"];

function systemOf({ system = {} }: PartyRun): FakeSystem {
  return fakeSystem({
    startMs: Date.now(),
    ...system,
    files: { [SUM]: SUM_TEXT, ...system.files },
  });
}

/** Runs a session of a creator and a joiner until both have ended. */
export async function twoParties(creator: PartyRun, joiner: PartyRun): Promise<RanParty[]> {
  const first = systemOf(creator);
  const second = systemOf(joiner);
  const created = main([...COMMON, ...creator.flags, "new"], first);
  const ticket = await Promise.race([
    first.saw(/p2pmpc1[a-z2-7]+/).then(([text]) => text),
    created.then(() => undefined),
  ]);
  const joined = ticket === undefined
    ? Promise.resolve(-1)
    : main([...COMMON, ...joiner.flags, "join", ticket], second);
  const [code, other] = await Promise.all([created, joined]);
  return [{ code, system: first }, { code: other, system: second }];
}
