/**
 * p2p-mpc inside another program: two parties find out who is richer, over a channel of the program's own. In earnest
 * each party is a process of its own and knows its own input alone.
 *
 * Runs with `deno run examples/embed/embed.ts`, or bundled to one file under Node.
 */
import { compile, type Program, renderDiagnostics, runParty } from "../../lib/mod.ts";
import { PortChannel } from "./port_channel.ts";

const SOURCE = {
  name: "richer.garble.rs",
  text: `enum Richer {
    First,
    Second,
    Neither,
}

pub fn main(first: u32, second: u32) -> Richer {
    if first > second {
        Richer::First
    } else if second > first {
        Richer::Second
    } else {
        Richer::Neither
    }
}
`,
};

function compiled(): Program {
  const result = compile(SOURCE);
  if (result.ok) return result.program;
  throw new Error(renderDiagnostics(SOURCE, result.diagnostics));
}

/** The name of this one computation: the program, and something fresh of each party. */
async function agree(channel: PortChannel, program: Program): Promise<Uint8Array> {
  const own = crypto.getRandomValues(new Uint8Array(32));
  const other = 1 - channel.self;
  await channel.send(other, "nonce", own.slice());
  const theirs = await channel.recv(other, "nonce", 32);
  const nonces = channel.self === 0 ? [own, theirs] : [theirs, own];
  const all = new Uint8Array([program.programHash, ...nonces].flatMap((bytes) => [...bytes]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

/** One party, from its input to what it learns. */
async function party(channel: PortChannel, input: string): Promise<string> {
  const program = compiled();
  const sid = await agree(channel, program);
  const outcome = await runParty({ program, channel, sid, input });
  return outcome?.text ?? "nothing";
}

const link = new MessageChannel();
const channels = [link.port1, link.port2].map((port, self) =>
  new PortChannel(self, new Map([[1 - self, port]]))
);
const fortunes = ["4200000", "3900000"];
const results = await Promise.all(
  channels.map((channel, self) => party(channel, fortunes[self] ?? "0")),
);
// deno-lint-ignore no-console -- the output of a program that stands for itself
results.forEach((text, self) => console.log(`party ${self} learns: ${text}`));
channels.forEach((channel) => channel.close());
