/** `--dry-run`: what would be computed, without the network. */
import { sizeText } from "../base/mod.ts";
import type { ComputeConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { estimate } from "./estimate.ts";
import { digestText } from "./digest_text.ts";
import type { EventWriter } from "./json_events.ts";
import { type LoadedFacts, signatureOf } from "./loaded.ts";
import { parametersOf } from "../party/mod.ts";

/** What would be computed. */
export interface Plan {
  readonly config: ComputeConfig;
  readonly context: Context;
  readonly events: EventWriter;
  readonly program: LoadedFacts;
}

/** Tells what would be computed, after everything that can be checked alone was. */
export function showPlan({ config, context, events, program }: Plan): void {
  const { party } = config;
  const parameters = parametersOf(program, config);
  const digest = digestText(program.programHash);
  const costs = estimate(program.circuit.header, parameters);
  const { ands } = program.circuit.header;
  events.other("plan", {
    ...{ program: digest, entry: program.entry, party: party ?? null },
    ...{ outputs: parameters.outputParties, and_gates: ands },
    estimate: costs.map(({ sentBytes, memoryBytes }) => {
      return { sent_bytes: Math.round(sentBytes), memory_bytes: memoryBytes };
    }),
  });
  const cost = party === undefined ? undefined : costs[party];
  const lines = [
    `program ${digest} ("${program.source.name}")`,
    `  ${signatureOf(program)}; ${ands.toLocaleString("en-US")} AND gates`,
    `  ${
      party === undefined ? "any free party number" : `you are party ${party}; your input fits`
    }`,
    ...(cost === undefined ? [] : [
      `  you would send about ${sizeText(cost.sentBytes)} and need about ` +
      `${sizeText(cost.memoryBytes)} of memory`,
    ]),
    `  the result would go to parties ${parameters.outputParties.join(", ")}`,
    "dry run: nothing was sent",
  ];
  for (const text of lines) context.observe({ kind: "notice", text });
}
