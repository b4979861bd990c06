/**
 * Every cryptographic check of the protocol goes through one door, so that it has a name, is counted,
 * and can be shown to matter: tests run the protocol with one check removed.
 */
import { CheatingError } from "../base/mod.ts";

/** The checks by name, as docs/PROTOCOL.md lists them. */
export const CHECKS = [
  "coin opening",
  "echo",
  "tree check",
  "COT check",
  "delta opening",
  "delta MAC check",
  "delta consistency",
  "MAC hash",
  "V opening",
  "V check",
  "label check",
  "circuit check",
  "output MAC hash",
] as const;

/** Name of a check. */
export type CheckName = typeof CHECKS[number];

/** Where a check stands and whom it blames. */
export interface CheckSite {
  /** Step of the protocol. */
  readonly step: string;
  /** The party that deviated if the check fails, where it tells. */
  readonly party?: number;
}

/** Takes the verdict of every check. */
export interface Checks {
  /**
   * Goes on if `ok`.
   *
   * @throws {CheatingError} that names the check, and the party where it is known.
   */
  require(check: CheckName, ok: boolean, site: CheckSite): void;
  /** How often each check ran. */
  readonly counts: ReadonlyMap<CheckName, number>;
}

/** The checks of every real session: each failure throws. */
export function strictChecks(): Checks {
  const counts = new Map<CheckName, number>(CHECKS.map((check) => [check, 0]));
  return {
    counts,
    require(check, ok, site): void {
      counts.set(check, (counts.get(check) ?? 0) + 1);
      if (ok) return;
      const who = site.party === undefined ? "a party" : `party ${site.party}`;
      throw new CheatingError(
        `Cannot trust ${who}: the ${check} failed in step "${site.step}"`,
        {
          check,
          ...(site.party === undefined ? {} : { party: site.party }),
          hint:
            "the computation was stopped and gave no result; somebody deviated from the protocol, do not simply run it again with them",
        },
      );
    },
  };
}
