/** The command `preprocess`, and sessions that use what it made. */
import assert from "node:assert/strict";
import { AgreementError, ConnectionError } from "../../lib/base/mod.ts";
import { assertEnded, type Ended, lastLine, party, processTest, ticketOf } from "./process.ts";

/** Runs three parties, party 0 first; `args` gives the flags of each, `word` the command of each. */
async function run(
  args: (self: number) => readonly string[],
  words: { readonly first: readonly string[]; readonly others: (ticket: string) => string[] },
): Promise<Ended[]> {
  const creator = party([...args(0), ...words.first]);
  const ticket = await ticketOf(creator);
  const joiners = [1, 2].map((self) => party([...args(self), ...words.others(ticket)]));
  return await Promise.all([creator, ...joiners].map((process) => process.ended));
}

const COMPUTING = { first: ["new"], others: (ticket: string) => ["join", ticket] };
const PREPROCESSING = {
  first: ["preprocess", "--parties=3"],
  others: (ticket: string) => ["preprocess", ticket],
};

processTest("three processes prepare, compute once from files, and are refused twice", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const own = (self: number): string[] => [
      `--party=${self}`,
      `--identity-key-path=${folder}/${self}.key`,
    ];
    const file = (self: number): string => `${folder}/${self}.stock`;
    // More than the sum of three numbers needs.
    const demand = ["--and-gates=150", "--input-bits=96"];
    const made = await run(
      (self) => [...own(self), ...demand, `--out=${file(self)}`],
      {
        ...PREPROCESSING,
        others(ticket): string[] {
          Deno.writeTextFileSync(`${folder}/ticket`, `${ticket}\n`);
          return ["preprocess", `${folder}/ticket`];
        },
      },
    );
    for (const end of made) {
      assertEnded(end, 0, /all agree: preprocessing of 150 AND gates and 96 input bits/);
      assert.match(end.stderr, /serves 150 AND gates and 96 input bits, once/);
    }
    assert.equal(made[0]?.stdout.trimEnd().split("\n").length, 1);
    assert.equal(made[1]?.stdout, "");

    const flags = (self: number): string[] => [
      ...own(self),
      "--program=.add.garble.rs",
      `--input=${self + 5}`,
    ];
    const using = (self: number): string[] => [...flags(self), `--preprocessing=${file(self)}`];

    // Somebody comes without its file: everybody is told, and nothing is used up.
    const without = await run((self) => self === 2 ? flags(self) : using(self), COMPUTING);
    const { exitCode } = new AgreementError("");
    assertEnded(without[0] as Ended, exitCode, /party 2 uses another preprocessing: none/);
    assertEnded(without[2] as Ended, exitCode, /uses another preprocessing: /);

    // The number of a party that names none is that of its file.
    const unnamed = (self: number): string[] =>
      using(self).filter((flag) => !/^--party=2/.test(flag));
    const computed = await run(unnamed, COMPUTING);
    for (const end of computed) {
      assertEnded(end, 0, /with preprocessing [0-9a-f]{16}…/);
      assert.equal(lastLine(end.stdout), "The result is 18");
      assert.match(end.stderr, /\d\.stock" is used up by this session/);
    }

    const again = party([...using(0), "new"]);
    assertEnded(await again.ended, 8, /0\.stock": it was used/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

processTest("a preprocessing is refused with the reason, before anybody is met", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const own = (self: number, name = self): string[] => [
      `--party=${self}`,
      `--identity-key-path=${folder}/${name}.key`,
    ];
    const made = await run(
      (self) => [
        ...own(self),
        ...["--and-gates=20", "--input-bits=96", `--out=${folder}/${self}.stock`],
      ],
      PREPROCESSING,
    );
    for (const end of made) assertEnded(end, 0);
    const use = async (more: readonly string[]): Promise<Ended> => {
      return await party([...more, "--program=.add.garble.rs", "--input=1", "new"]).ended;
    };
    const file = `--preprocessing=${folder}/0.stock`;
    const small = await use([...own(0), file]);
    assertEnded(
      small,
      9,
      /circuit has \d+ AND gates and 96 input bits, and it serves 20 AND gates/,
    );
    assertEnded(await use([...own(1), file]), 5, /it is that of party 0, not 1/);
    assertEnded(await use([...own(0, 7), file]), 8, /it was made with another key/);
    assertEnded(await use([...own(0), "--evaluator=1", file]), 5, /made for evaluator 0/);
    assertEnded(await use(["--party=0", file]), 2, /"--identity-key-path" is missing/);
    const exists = party([
      ...own(0),
      ...["preprocess", "--parties=3", "--and-gates=1", "--input-bits=1"],
      `--out=${folder}/0.stock`,
    ]);
    assertEnded(await exists.ended, 2, /the file exists/);
    // A computation's ticket is none for a preprocessing, and the other way round.
    const creator = party([...own(0), "--program=.add.garble.rs", "--input=1", "new"]);
    const ticket = await ticketOf(creator);
    const wrong = party([
      ...own(1),
      ...["preprocess", ticket, "--and-gates=1", "--input-bits=1", `--out=${folder}/new`],
    ]);
    assertEnded(await wrong.ended, 5, /the ticket is for a computation/);
    creator.kill("SIGINT");
    assertEnded(await creator.ended, 130);
    const numbers = ["--and-gates=1", "--input-bits=1", `--out=${folder}/other`];
    const maker = party([...own(0), ...numbers, "preprocess", "--parties=2"]);
    const join = ["--program=.add.garble.rs", "--input=1", "join", await ticketOf(maker)];
    assertEnded(await party([...own(1), ...join]).ended, 5, /ticket is for a preprocessing/);
    maker.kill("SIGINT");
    assertEnded(await maker.ended, 130);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

processTest("a preprocessing that somebody leaves keeps no file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const flags = (self: number): string[] => [
      ...[`--party=${self}`, `--identity-key-path=${folder}/${self}.key`],
      ...["--and-gates=3000000", "--input-bits=96", `--out=${folder}/${self}.stock`],
    ];
    const creator = party([...flags(0), "preprocess", "--parties=2"]);
    const ticket = await ticketOf(creator);
    const joiner = party([...flags(1), "preprocess", ticket]);
    await joiner.sees(/starting the computation/);
    await creator.sees(/starting the computation/);
    joiner.kill("SIGINT");
    assertEnded(await joiner.ended, 130);
    assertEnded(await creator.ended, new ConnectionError("").exitCode);
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert.deepEqual(left.filter((name) => name.endsWith(".stock")), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
