import assert from "node:assert/strict";
import * as base from "../../lib/base/mod.ts";
import { CheatingError, errorFromData, errorToData, MpcError } from "../../lib/base/mod.ts";

/** What the other thread gets. */
function crossed(error: unknown): Error {
  return errorFromData(structuredClone(errorToData(error)));
}

type Concrete = new (message: string, details?: base.ErrorDetails) => MpcError;

Deno.test("every class of the error tree crosses with message, hint, exit code and origin", () => {
  const classes = (Object.values(base) as unknown[]).filter((value): value is Concrete =>
    typeof value === "function" && value.prototype instanceof MpcError &&
    value !== base.InterruptedError as unknown
  );
  assert.ok(classes.length >= 10);
  for (const Class of classes) {
    const cause = new RangeError("too far", { cause: "a text" });
    const error = new Class("Cannot go on: it is late", { hint: "come earlier", cause });
    const got = crossed(error);
    assert.ok(got instanceof Class, Class.name);
    assert.equal(got.constructor, Class);
    const { name, message, hint, exitCode, stack } = error;
    assert.deepEqual(
      [got.name, got.message, got.hint, got.exitCode, got.stack],
      [name, message, hint, exitCode, stack],
    );
    assert.ok(got.cause instanceof RangeError);
    assert.equal(got.cause.message, "too far");
    assert.equal((got.cause.cause as Error).message, "a text");
  }
});

Deno.test("check, party and signal cross; what is absent stays absent", () => {
  const blamed = crossed(new CheatingError("no", { check: "COT check", party: 2 }));
  assert.ok(blamed instanceof CheatingError);
  assert.deepEqual([blamed.check, blamed.party, blamed.hint], ["COT check", 2, undefined]);
  const unknown = crossed(new CheatingError("no", { check: "echo" })) as CheatingError;
  assert.equal(unknown.party, undefined);
  assert.equal("cause" in unknown, false);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const error = new base.InterruptedError(signal);
    const got = crossed(error);
    assert.ok(got instanceof base.InterruptedError);
    assert.deepEqual([got.exitCode, got.message], [error.exitCode, error.message]);
  }
});

Deno.test("other errors stay what they are, and a subclass becomes the class of the tree", () => {
  class Special extends base.ProgramError {}
  assert.equal(crossed(new Special("no")).constructor, base.ProgramError);
  assert.equal(crossed(new TypeError("no")).constructor, TypeError);
  assert.equal(crossed(new SyntaxError("no")).constructor, Error);
  assert.equal(crossed("a text").message, "a text");
});

Deno.test("an endless chain of origins is cut", () => {
  const error = new Error("a");
  error.cause = error;
  let depth = 0;
  for (let at: unknown = crossed(error); at instanceof Error; at = at.cause) depth++;
  assert.ok(depth < 20);
});
