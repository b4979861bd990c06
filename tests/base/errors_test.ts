import assert from "node:assert/strict";
import * as base from "../../lib/base/mod.ts";

Deno.test("every error class has an exit code of the table and its own name", () => {
  const details = { hint: "do this", cause: new Error("origin") };
  const errors = [
    new base.UsageError("m", details),
    new base.ProgramError("m", details),
    new base.UnreachableError("m", details),
    new base.AgreementError("m", details),
    new base.ProtocolError("m", details),
    new base.CheatingError("m", { ...details, check: "V check", party: 1 }),
    new base.ConnectionError("m", details),
    new base.CredentialError("m", details),
    new base.LimitError("m", details),
    new base.PanicError("m", details),
  ];
  assert.deepEqual(errors.map((error) => error.exitCode), [2, 3, 4, 5, 6, 6, 7, 8, 9, 10]);
  for (const error of errors) {
    assert.equal(error.name, error.constructor.name);
    assert.equal(error.hint, "do this");
    assert.equal(error.cause, details.cause);
    assert.ok(error.exitCode in base.EXIT_CODES);
  }
  assert.equal(new base.InterruptedError("SIGINT").exitCode, 130);
  assert.equal(new base.InterruptedError("SIGTERM").exitCode, 143);
});
