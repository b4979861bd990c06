/** What the doctor, `ping` and `file` tell and do behind NAT, and on a host with a public address. */
import assert from "node:assert/strict";
import type { Finding } from "../../lib/cli/doctor/finding.ts";
import { assertEnded, Process, processTest } from "../e2e/process.ts";
import { relayIn } from "./sessions.ts";
import { behindNats, namespacesWork, PUBLIC, World } from "./world.ts";

const skip = !await namespacesWork();

/** The findings of a doctor in a namespace. */
async function findingsIn(host: string, ...flags: string[]): Promise<Finding[]> {
  const end = await new Process(["doctor", "--json", "--metrics-port=0", ...flags], host).ended;
  assertEnded(end, 0);
  return JSON.parse(end.stdout).findings;
}

function has(findings: readonly Finding[], level: Finding["level"], text: RegExp): void {
  const found = findings.some((finding) => finding.level === level && text.test(finding.text));
  assert.ok(found, `${level} ${text}\n${JSON.stringify(findings, null, 2)}`);
}

processTest(
  "the doctor tells a NAT and a relay that helps, and who can be reached from outside",
  async () => {
    await using world = new World();
    const { relay, open, parties } = await behindNats(world);
    const address = await relayIn(relay);
    const inside = await findingsIn(parties[0], `--bootnode=${address}`, `--relay=${address}`);
    has(inside, "note", new RegExp(`^others see you at ${PUBLIC.nats[0]},`));
    has(inside, "ok", /^\/ip4\/9\.9\.9\.1\/.* makes you reachable$/);
    has(inside, "note", /^(127\.0\.0\.1, )?(10|192)\./);
    has(await findingsIn(parties[1], `--bootnode=${address}`), "note", /^none is given$/);
    const outside = await findingsIn(open, `--bootnode=${address}`);
    has(outside, "ok", new RegExp(`${PUBLIC.open}`));
    has(outside, "ok", /^none is given, and none is needed$/);
    has(outside, "ok", /^others reach you at \/ip4\/9\.9\.9\.20\//);
  },
  skip,
);

// feature: B84, B85
processTest("a node behind NAT is pinged, and gives its files, through a relay", async () => {
  await using world = new World();
  const { relay, parties } = await behindNats(world);
  const address = await relayIn(relay);
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/note`, "hello world");
    const add = ["file", "add", `${folder}/note`, `--file-store=${folder}/a`];
    const cid = (await new Process(add, parties[0]).ended).stdout.trim();
    const flags = [`--relay=${address}`, "--metrics-port=0", `--file-store=${folder}/a`];
    const node = new Process(flags, parties[0]);
    const [, there = ""] = await node.sees(/(\/ip4\/9\S+\/p2p-circuit\/p2p\/\w+)$/m);
    const pinged = await new Process(["ping", there, "--count=1"], parties[1]).ended;
    assertEnded(pinged, 0);
    assert.match(pinged.stdout, /ms, via relay 12D3KooW/);
    const get = ["file", "get", cid, there, `--file-store=${folder}/b`, "-o", `${folder}/copy`];
    assertEnded(await new Process(get, parties[1]).ended, 0);
    assert.equal(await Deno.readTextFile(`${folder}/copy`), "hello world");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}, skip);
