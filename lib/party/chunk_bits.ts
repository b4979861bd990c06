/**
 * SoftSpoken's k of a session: what the creator takes that names none. Every k is equally secure, so who lies to it
 * about its link can only make the session slower.
 */
import type { Observe } from "../observability/mod.ts";
import type { CompiledFacts, ProposedFacts, RosterEntry } from "../session/mod.ts";

/** k where no link was measured: even on loopback it is as fast as 2, and on any other link faster. */
export const USUAL_K = 4;
/** k where a link is slow. */
const SLOW_K = 8;
/**
 * Bits a second below which a link is slow. Each party and each other one, k = 8 sends 18 to 19 bytes an AND gate less
 * than k = 4 in each direction and computes 3.05 microseconds longer: even at 47 to 50 Mbit/s (docs/PERFORMANCE.md).
 */
export const SLOW_BITS_PER_SECOND = 50e6;
/** Fewest AND gates worth a measurement: at 10 Mbit/s k = 8 saves 1.5 s with so many, and measuring takes as long. */
export const MEASURED_ANDS = 100_000;

/** Bits a second to a peer and back; undefined if it does not answer. */
export type MeasureLink = (peer: string) => Promise<number | undefined>;

/** Whom the creator of a session may measure, and how. */
export interface LinkMeasurement {
  /** All parties. */
  readonly roster: readonly Pick<RosterEntry, "peer">[];
  /** Own peer id. */
  readonly self: string;
  /** Measures one link. */
  readonly measure: MeasureLink;
  /** Takes a notice of what was measured, and what follows. */
  readonly observe: Observe | undefined;
}

/** The facts with the k that the creator takes: the one it names, or 8 if a link is slow, else 4. */
export async function withChosenK(
  facts: ProposedFacts,
  { roster, self, measure, observe }: LinkMeasurement,
): Promise<CompiledFacts> {
  if (facts.k !== undefined) return { ...facts, k: facts.k };
  const usual = { ...facts, k: USUAL_K };
  // Why not over gossip: which peers forward what two parties say to each other is not known.
  if (facts.channel !== "direct" || andsOf(facts) < MEASURED_ANDS) return usual;
  const rates: number[] = [];
  // Why one after the other: a line has to serve all links of a session, and is to be had whole here.
  for (const { peer } of roster) {
    if (peer === self) continue;
    const rate = await measure(peer);
    if (rate === undefined) return usual;
    rates.push(rate);
    if (rate < SLOW_BITS_PER_SECOND) break;
  }
  const slowest = Math.min(...rates);
  const k = slowest < SLOW_BITS_PER_SECOND ? SLOW_K : USUAL_K;
  observe?.({
    kind: "notice",
    text: `the slowest link carries ${rateText(slowest)}: k = ${k}`,
  });
  return { ...facts, k };
}

function andsOf({ circuit, preprocessing }: ProposedFacts): number {
  return preprocessing?.kind === "make" ? preprocessing.ands : circuit.ands;
}

function rateText(bitsPerSecond: number): string {
  const mbit = bitsPerSecond / 1e6;
  if (mbit < 1) return "less than 1 Mbit/s";
  return mbit > 1000 ? "more than 1 Gbit/s" : `about ${mbit.toFixed(0)} Mbit/s`;
}
