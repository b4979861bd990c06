import assert from "node:assert/strict";
import { decodeTicket, encodeTicket } from "../../lib/session/mod.ts";
import { assertEnded, lastLine, party, processTest, ticketOf } from "./process.ts";

const ADD = "--program=.add.garble.rs";

// feature: B3, B5
processTest(
  "a ticket whose address is stale is of use when a bootnode knows the creator",
  async () => {
    const node = party(["--metrics-port=0"]);
    const [, address = ""] = await node.sees(/listening on (\/ip4\/127\S+\/p2p\/\w+)/);
    const known = `--bootnode=${address}`;
    const creator = party([known, ADD, "--party=0", "--input=2", "new"]);
    const ticket = decodeTicket(await ticketOf(creator), Date.now());
    const stale = encodeTicket({ ...ticket, addresses: ["/ip4/127.0.0.1/tcp/1"] });
    const joiners = [1, 2].map((self) =>
      party([known, ADD, `--party=${self}`, "--input=2", "join", stale])
    );
    for (const process of [creator, ...joiners]) {
      const end = await process.ended;
      assertEnded(end, 0);
      assert.equal(lastLine(end.stdout), "The result is 6");
    }
  },
);
