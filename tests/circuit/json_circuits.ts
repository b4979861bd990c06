/** What the tests of both JSON forms share: text, changes to it, and the kinds of errors. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { MpcError, ProgramError } from "../../lib/base/mod.ts";
import { type CircuitSource, validateCircuit } from "../../lib/circuit/mod.ts";

/** The whole text of a form that comes in pieces. */
export function textOf(pieces: Iterable<string>): string {
  return [...pieces].join("");
}

/** Asserts that `action` fails with a ProgramError of the kind. */
export function assertKind(kind: string, action: () => unknown): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof ProgramError, String(error));
    assert.ok(error.message.endsWith(`(${kind})`), error.message);
    return true;
  });
}

/** Asserts that cut and changed texts end in a circuit or in an error of ours. */
export function assertRobust(text: string, read: (text: string) => CircuitSource): void {
  const piece = fc.constantFrom(
    "0",
    "9",
    "4294967295",
    ",",
    "[",
    "]",
    "{}",
    "null",
    '"Not":',
    "-1",
  );
  const numRuns = Deno.env.get("P2P_MPC_SLOW") === "1" ? 100_000 : 2000;
  fc.assert(
    fc.property(fc.nat(), fc.option(piece), fc.nat(9), (at, insert, drop) => {
      const from = at % (text.length + 1);
      const rest = insert === null ? "" : insert + text.slice(from + drop);
      try {
        validateCircuit(read(text.slice(0, from) + rest));
      } catch (error) {
        assert.ok(error instanceof MpcError, String(error));
      }
    }),
    { numRuns },
  );
  // Structural changes: any number inside the JSON becomes another one.
  const places = [...text.matchAll(/\d+/g)];
  fc.assert(
    fc.property(
      fc.nat(places.length - 1),
      fc.constantFrom("0", "1", "7", "999999", "1e9", "0.5"),
      (i, n) => {
        const place = places[i];
        const from = place?.index ?? 0;
        const changed = text.slice(0, from) + n + text.slice(from + (place?.[0].length ?? 0));
        try {
          validateCircuit(read(changed));
        } catch (error) {
          assert.ok(error instanceof MpcError, String(error));
        }
      },
    ),
    { numRuns },
  );
}
