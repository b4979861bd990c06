/**
 * The errors that users meet first, each with its exit code, its words and what to do next. Those that need a second
 * process have their tests in tests/e2e: a taken number, a program that differs, parties that do not come, one key twice.
 */
import assert from "node:assert/strict";
import * as base from "../../lib/base/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { report } from "../../lib/cli/report.ts";
import { sha256 } from "../../lib/crypto/mod.ts";
import { strictChecks } from "../../lib/mpc/mod.ts";
import {
  createTicket,
  describeDifference,
  encodeTicket,
  type Ticket,
  TICKET_PREFIX,
} from "../../lib/session/mod.ts";
import { sessionOf } from "./consent/scenes.ts";
import { fakeSystem, type FakeSystemOptions } from "./fake_system.ts";

const FILES = {
  "sum.rs": "pub fn main(x: u32, y: u32) -> u32 {\n    x + y\n}",
  "lines.rs": "pub fn main(x: u32, y: u32) -> u32 {\r\n    x + y\r\n}",
  "bad.rs": "pub fn main(x: u32, y: bool) -> u32 {\n    x + y\n}",
  "bad.txt": "1 3\n2 1 1\n1 1\n\n2 1 0 1 2 NAND\n",
  "old.yml": "network_prot: 1\n",
};
const LISTEN = "--listen=/ip4/127.0.0.1/tcp/0";
const SUM = "--program=sum.rs";
const CREATOR = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

/** A ticket for the program above, with changes. */
function ticket(change: Partial<Ticket> = {}): string {
  const program = sha256(new TextEncoder().encode(FILES["sum.rs"]));
  const init = { creator: CREATOR, addresses: ["/ip4/127.0.0.1/tcp/1"], parties: 2, program };
  const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(7);
  return encodeTicket({ ...createTicket({ ...init, now: Date.now(), random }), ...change });
}

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly error: RegExp;
  readonly hint: RegExp;
  readonly system?: FakeSystemOptions;
}

const NEW = ["--input=2", "new"];
const join = (text: string): string[] => ["--input=2", "join", text];

const CASES: readonly Case[] = [
  {
    ...{ name: "no such program file", args: ["--program=none.rs", ...NEW], code: 3 },
    ...{ error: /Cannot read program "none\.rs"/, hint: /path of the Garble program/ },
  },
  {
    ...{ name: "a program that does not compile", args: ["--program=bad.rs", ...NEW], code: 3 },
    ...{ error: /Cannot compile program "bad\.rs": it has an error/, hint: /shown above/ },
  },
  {
    ...{ name: "an input that does not fit", args: [SUM, "--input=true", "new"], code: 3 },
    ...{ error: /parameter `x` has type u32, and .* is needed/, hint: /is, for example, / },
  },
  {
    ...{ name: "a missing input", args: [SUM, "new"], code: 2 },
    ...{ error: /"--input" is missing/, hint: /--input-file .*--input-env/ },
  },
  {
    ...{ name: "two inputs", args: [SUM, "--input=1", "--input-file=x", "new"], code: 2 },
    ...{ error: /"--input" and "--input-file" are given/, hint: /leave all but one out/ },
  },
  {
    ...{ name: "a variable that is not set", args: [SUM, "--input-env=MINE", "new"], code: 2 },
    ...{ error: /there is no environment variable "MINE"/, hint: /--input-env/ },
  },
  {
    name: "standard input for two things",
    args: [SUM, "--input-file=-", "join", "-"],
    ...{ code: 2, error: /it is to be ticket and input/, hint: /give the ticket itself/ },
  },
  {
    ...{
      name: "an input file that is not there",
      args: [SUM, "--input-file=x.csv", "new"],
      code: 3,
    },
    ...{ error: /Cannot read the input file "x\.csv"/, hint: /path of a file/ },
  },
  {
    ...{ name: "a party number out of range", args: [SUM, "--party=2", ...NEW], code: 2 },
    ...{ error: /has no party 2/, hint: /choose --party from 0 \(x: u32\), 1 \(y: u32\)/ },
  },
  {
    ...{
      name: "output parties out of range",
      args: [SUM, "--output-parties=0,2", ...NEW],
      code: 2,
    },
    ...{ error: /no party 2 that could get the result/, hint: /numbers from 0 to 1/ },
  },
  {
    ...{ name: "a damaged ticket", args: [SUM, ...join(ticket().slice(0, -3))], code: 8 },
    ...{ error: /Cannot use ticket: it is damaged/, hint: /copy the whole word again/ },
  },
  {
    ...{ name: "no ticket at all", args: [SUM, ...join("blobaaaa")], code: 8 },
    ...{
      error: /this is no ticket of p2p-mpc/,
      hint: new RegExp(`begins with "${TICKET_PREFIX}"`),
    },
  },
  {
    ...{ name: "an expired ticket", args: [SUM, ...join(ticket({ expiry: 1 }))], code: 8 },
    ...{
      error: /it has expired at 1970-01-01/,
      hint: /ask for a new one/,
      system: { startMs: 1e12 },
    },
  },
  {
    ...{ name: "a newer ticket", args: [SUM, ...join("p2pmpc2abc")], code: 8 },
    ...{ error: /made by a newer version/, hint: /update p2p-mpc/ },
  },
  {
    name: "a ticket for another program",
    args: [SUM, ...join(ticket({ program: new Uint8Array(32) }))],
    code: 5,
    error: /the ticket is for another program: sha256:0{64} instead of our sha256:[0-9a-f]{64}/,
    hint: /byte for byte/,
  },
  {
    name: "a ticket for the program with other line ends",
    args: ["--program=lines.rs", ...join(ticket())],
    code: 5,
    error: /the ticket is for another program/,
    hint: /differ in their line ends alone/,
  },
  {
    name: "a program that is not the expected one",
    args: [SUM, `--expect-program=sha256:${"0".repeat(64)}`, ...NEW],
    ...{ code: 5, error: /--program is sha256:.*, not sha256:0/, hint: /digest/ },
  },
  {
    name: "a peer that refuses",
    args: [SUM, LISTEN, "--join-timeout=1", ...join(ticket())],
    ...{ code: 4, error: /did not come within 1 s: .*refused/, hint: /--wait-time/ },
  },
  {
    ...{ name: "consent to nothing named", args: [SUM, "--yes", ...NEW], code: 5 },
    ...{ error: /--yes does not say to what/, hint: /--expect-program=sha256:/ },
  },
  {
    ...{ name: "no terminal for a question", args: [SUM, "--verify", ...NEW], code: 2 },
    ...{ error: /standard input is no terminal/, hint: /let a person answer/ },
  },
  {
    ...{ name: "too little memory", args: [SUM, ...NEW], code: 9, system: { memory: 1e8 } },
    ...{ error: /needs about 151 MB of memory, and the machine has 100 MB/, hint: /more memory/ },
  },
  {
    ...{ name: "an unknown key in the config", args: ["-c", "old.yml"], code: 2 },
    ...{ error: /unknown key "network_prot"/, hint: /did you mean "network_port"/ },
  },
  {
    ...{ name: "an unknown flag", args: ["--progam=x", "new"], code: 2 },
    ...{ error: /unknown option "--progam"/, hint: /did you mean "--program"/ },
  },
  {
    ...{ name: "a value of the wrong kind", args: [SUM, "--wait-time=abc", ...NEW], code: 2 },
    ...{ error: /Cannot read --wait-time: /, hint: /--help shows what may stand there/ },
  },
  {
    ...{ name: "a broken circuit file", args: ["--program=bad.txt", ...NEW], code: 3 },
    ...{ error: /Cannot read the circuit: /, hint: /mend what is named/ },
  },
  {
    ...{ name: "a folder as a key", args: [SUM, "--identity-key-path=/", ...NEW], code: 8 },
    ...{ error: /Cannot read key "\/"/, hint: /give another file/ },
  },
  {
    ...{ name: "a folder as a file", args: ["file", "add", "/", "--file-store=/none"], code: 2 },
    ...{ error: /Cannot add the file "\/": it is a folder$/, hint: /path of a file/ },
  },
];

for (const { name, args, code, error, hint, system: options = {} } of CASES) {
  Deno.test(`the error for ${name} has its words, its next step and exit code ${code}`, async () => {
    const system = fakeSystem({ startMs: Date.now(), ...options, files: FILES });
    assert.equal(await main(args, system), code, system.err());
    const [, said = "", next = ""] =
      /^error: ([^]*?)\n(?:cause: .*\n)*hint: (.*)\n$/m.exec(system.err()) ?? [];
    assert.match(said, error);
    assert.match(next, hint);
    assert.match(said, /^Cannot /);
    assert.doesNotMatch(said, /\.$/);
    assert.doesNotMatch(system.err(), /^\s+at |^cause: $/m);
    assert.ok(`${code}` in base.EXIT_CODES);
    assert.doesNotMatch(system.out(), /The result/);
  });
}

Deno.test("every error but that of a signal has a next step, of its own or that of its class", () => {
  const check = "MAC hash";
  const errors = Object.values(base).flatMap((found) => {
    if (typeof found !== "function" || !(found.prototype instanceof base.MpcError)) return [];
    return [new (found as typeof base.CheatingError)("Cannot go on", { check })];
  });
  assert.ok(errors.length >= 11, `${errors.length} classes`);
  for (const error of [...errors, new Error("none of ours")]) {
    let text = "";
    report(error, { write: (line) => text += line, debug: false });
    assert.equal(/^hint: .+\n$/m.test(text), !(error instanceof base.InterruptedError), text);
  }
});

Deno.test("an origin is told once, and only if it says something", () => {
  let text = "";
  const origin = new Error("no space", { cause: new Error("", { cause: new Error("disk 7") }) });
  const error = new base.UsageError("Cannot write: no space", { cause: origin, hint: "tidy up" });
  report(error, { write: (line) => text += line, debug: false });
  assert.equal(text, "error: Cannot write: no space\ncause: disk 7\nhint: tidy up\n");
});

Deno.test("a program that does not compile is shown with a caret at the place", async () => {
  const system = fakeSystem({ files: FILES });
  assert.equal(await main(["--program=bad.rs", ...NEW], system), 3);
  assert.match(system.err(), /error\[E\d+\]/);
  assert.match(system.err(), /2 \|\s+x \+ y\n.*\^/);
});

Deno.test("a taken port is an error that names the address", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `/ip4/127.0.0.1/tcp/${taken.addr.port}`;
  const system = fakeSystem({ files: FILES });
  assert.equal(await main([SUM, `--listen=${address}`, ...NEW], system), 2);
  taken.close();
  const error = `error: Cannot listen on "${address}": the port is in use\nhint: `;
  assert.ok(system.err().includes(error), system.err());
});

Deno.test("a key file that is none, and one that exists already, are left as they are", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/node.key`;
    await Deno.writeTextFile(path, "no key", { mode: 0o600 });
    const use = fakeSystem({ files: FILES });
    assert.equal(await main([SUM, LISTEN, `--identity-key-path=${path}`, ...NEW], use), 8);
    assert.match(use.err(), /it is no Ed25519 key file of libp2p\nhint: .*left as it is/);
    const make = fakeSystem();
    assert.equal(await main(["keygen", `--out=${path}`], make), 8);
    assert.match(make.err(), /the file exists\ncause: .*\nhint: a key is never overwritten/);
    assert.equal(await Deno.readTextFile(path), "no key");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "a key file that others can read is warned of",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const folder = await Deno.makeTempDir();
    try {
      const path = `${folder}/node.key`;
      assert.equal(await main(["keygen", `--out=${path}`], fakeSystem()), 0);
      const flags = [SUM, LISTEN, "--workers=0", `--identity-key-path=${path}`];
      for (const mode of [0o644, 0o600]) {
        await Deno.chmod(path, mode);
        const system = fakeSystem({ files: FILES, startMs: Date.now() });
        assert.equal(await main([...flags, "--join-timeout=0", ...NEW], system), 4);
        assert.equal(/warn +key: .*readable by others/.test(system.err()), mode === 0o644);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a joiner with the creator's key is told so, with what to do", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/node.key`;
    const made = fakeSystem();
    assert.equal(await main(["keygen", `--out=${path}`], made), 0);
    const system = fakeSystem({ files: FILES, startMs: Date.now() });
    const own = ticket({ creator: made.out().trim() });
    const flags = [SUM, LISTEN, `--identity-key-path=${path}`, "--workers=0"];
    assert.equal(await main([...flags, ...join(own)], system), 8);
    assert.match(
      system.err(),
      /same peer id; both use the same key\?\nhint: give each party its own/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("another version of the engine or of the circuit is told in words", () => {
  const own = sessionOf({});
  const engine = describeDifference({ own, other: { ...own, engine: "9.0.0" }, party: 1 });
  assert.match(engine ?? "", /^party 1 runs another version of p2p-mpc: "9\.0\.0" instead of our/);
  const circuit = { ...own.circuit, ands: 1 };
  const compiled = describeDifference({ own, other: { ...own, circuit }, party: 1 });
  assert.match(compiled ?? "", /^party 1 gets another circuit from the same program/);
});

Deno.test("a failed check names the check, the party and what not to do", () => {
  let text = "";
  const write = (line: string): void => void (text += line);
  assert.throws(
    () => strictChecks().require("MAC hash", false, { step: "c0/d", party: 2 }),
    (error) => report(error, { write, debug: false }) === 6,
  );
  assert.equal(
    text,
    'error: Cannot trust party 2: the MAC hash failed in step "c0/d"\n' +
      "hint: the computation was stopped and gave no result; somebody deviated from the protocol, " +
      "do not simply run it again with them\n",
  );
});
