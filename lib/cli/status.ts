/** `status`: what a running node, or a party of a session, is at. */
import * as z from "zod";
import { sizeText } from "../base/mod.ts";
import { sanitize } from "../observability/mod.ts";
import type { Context } from "./context.ts";
import { PATHS } from "./dashboard/page.ts";
import { durationText, timeText } from "./dashboard/words.ts";
import { foreignPage, pageUrl, readNodePage, show } from "./node_page.ts";
import type { Settings } from "./options.ts";

/** What is shown of a snapshot of a node; a newer node may tell more. */
const STATUS = z.object({
  v: z.literal(1),
  version: z.string(),
  command: z.string(),
  atMs: z.number(),
  startedMs: z.number(),
  peer: z.string().optional(),
  addresses: z.array(z.string()),
  checkedAddresses: z.array(z.string()),
  peers: z.array(z.object({
    peer: z.string(),
    alias: z.string().optional(),
    agent: z.string().optional(),
    direction: z.string(),
    via: z.string(),
    rttMs: z.number().optional(),
    standing: z.string(),
  })),
  topics: z.array(z.object({ name: z.string(), listeners: z.number() })),
  session: z.object({
    known: z.object({
      stage: z.string(),
      party: z.number().optional(),
      parties: z.number(),
    }).optional(),
    result: z.string().optional(),
    elapsedMs: z.number(),
    fraction: z.number(),
    sent: z.number(),
    received: z.number(),
    parties: z.array(z.object({
      party: z.number(),
      isSelf: z.boolean(),
      peer: z.string().optional(),
      latest: z.string().optional(),
    })),
  }).optional(),
  warnings: z.array(z.object({
    atMs: z.number(),
    level: z.string(),
    module: z.string(),
    text: z.string(),
  })),
});

type Status = z.infer<typeof STATUS>;
type Row = readonly [name: string, text: string];

function peerRow(
  { peer, alias, agent, direction, via, rttMs, standing }: Status["peers"][number],
): Row {
  const facts = [
    alias,
    `${via} ${direction}`,
    rttMs === undefined ? undefined : durationText(rttMs),
    standing,
    agent,
  ];
  return ["peer", `${peer}  ${facts.filter((fact) => fact !== undefined).join(", ")}`];
}

function sessionRows({ session }: Status): Row[] {
  if (session === undefined) return [];
  const { known, result, elapsedMs, fraction, sent, received, parties } = session;
  const self = known?.party === undefined ? "" : `party ${known.party} of ${known.parties}, `;
  const stage = result === undefined
    ? `${known?.stage ?? "beginning"}, ${Math.floor(fraction * 100)} % computed`
    : `ended: ${result}`;
  const traffic = `${sizeText(sent)} sent, ${sizeText(received)} received`;
  return [
    ["session", `${self}${stage}, ${durationText(elapsedMs)}, ${traffic}`],
    ...parties.map(({ party, isSelf, peer, latest }): Row => {
      const whom = isSelf ? "you" : peer ?? "not there yet";
      return ["party", `${party}  ${whom}${latest === undefined ? "" : `  ${latest}`}`];
    }),
  ];
}

function statusText(status: Status): string {
  const { version, command, atMs, startedMs, peer, addresses, checkedAddresses } = status;
  const { peers, topics, warnings } = status;
  const rows: Row[] = [
    ["node", peer ?? "not listening yet"],
    ["runs", `${command}, version ${version}, for ${durationText(atMs - startedMs)}`],
    ...addresses.map((address): Row => [
      "address",
      checkedAddresses.includes(address) ? `${address}  (others reach it)` : address,
    ]),
    ...sessionRows(status),
    ...peers.map(peerRow),
    ...topics.map(({ name, listeners }): Row => ["topic", `${name}  listeners: ${listeners}`]),
    ...warnings.map((warning): Row => [
      warning.level,
      `${timeText(warning.atMs)} ${warning.module}: ${warning.text}`,
    ]),
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)}${sanitize(text)}\n`).join("");
}

/**
 * Writes what a running node tells of itself.
 *
 * @throws {UnreachableError} if none answers.
 */
export async function showStatus(settings: Settings, context: Context): Promise<void> {
  const url = new URL(PATHS.status, pageUrl(settings)).href;
  await show(settings, context, async () => {
    const page = await readNodePage("status", url, context);
    try {
      const value: unknown = JSON.parse(page);
      const status = STATUS.parse(value);
      return settings.json ? `${JSON.stringify(value)}\n` : statusText(status);
    } catch (cause) {
      throw foreignPage("status", url, cause);
    }
  });
}
