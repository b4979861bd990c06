import assert from "node:assert/strict";
import {
  assertEnded,
  party,
  Process,
  processTest,
  programFile,
  sumOf,
  ticketOf,
} from "./process.ts";

// feature: B87
processTest(
  "parties of a private network compute, and a stranger with the ticket cannot come in",
  async () => {
    await using program = await programFile(sumOf(2));
    const folder = await Deno.makeTempDir();
    try {
      const path = `${folder}/network.psk`;
      assertEnded(await new Process(["keygen", "--psk", "--out", path]).ended, 0);
      const flags = [`--program=${program.path}`, "--input=21"];
      const creator = party([...flags, `--psk-file=${path}`, "new"]);
      const ticket = await ticketOf(creator);
      const stranger = await party([...flags, "--join-timeout=3", "join", ticket]).ended;
      assertEnded(stranger, 4);
      const joiner = party([...flags, `--psk-file=${path}`, "join", ticket]);
      for (const process of [creator, joiner]) {
        const end = await process.ended;
        assertEnded(end, 0);
        assert.match(end.stdout, /The result is 42\n$/);
      }
      const none = await party([...flags, `--psk-file=${folder}/no.psk`, "new"]).ended;
      assertEnded(none, 8, /there is no such file/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
