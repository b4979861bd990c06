/** `new` and `join` for scripts: every event is one JSON object on a line of standard output. */
import { toBase64, toHex } from "../base/mod.ts";
import { type Event, type Observe, progressFilter } from "../observability/mod.ts";
import { encodeDescription } from "../session/mod.ts";
import type { Scene } from "./consent/screen.ts";
import type { Context } from "./context.ts";
import { errorFacts, eventText } from "./event_line.ts";
import type { RawField } from "./json.ts";
import { constantsOf } from "../party/mod.ts";

/** Writes events. Without `--json` it writes nothing. */
export interface EventWriter {
  /** Whether events are written, in place of lines for people. */
  readonly enabled: boolean;
  /** The ticket of a new session. */
  ticket(ticket: string): void;
  /** What this party is to consent to. */
  consent(scene: Scene): void;
  /** The result, also as JSON text. */
  result(facts: Readonly<Record<string, unknown>>, value: RawField): void;
  /** Another event by its name. */
  other(event: string, facts: Readonly<Record<string, unknown>>): void;
  /** The error that ends the command. */
  error(error: unknown): void;
  /** Notices and progress. */
  readonly observe: Observe;
}

/** The writer of a command. */
export function eventWriter(
  enabled: boolean,
  { system, redactor }: Pick<Context, "system" | "redactor">,
): EventWriter {
  const isDue = progressFilter(() => system.now());
  function write(
    event: string,
    facts: Readonly<Record<string, unknown>>,
    raw?: RawField,
  ): void {
    if (!enabled) return;
    const text = eventText(event, facts, system.now());
    const last = raw === undefined ? "" : `,${JSON.stringify(raw.name)}:${raw.json.trim()}`;
    system.stdout.write(`${text.slice(0, -1)}${last}}\n`);
  }
  return {
    enabled,
    ticket: (ticket) => write("ticket", { ticket }),
    consent: (scene) => write("consent", consentFacts(scene)),
    result: (facts, value) => write("result", facts, value),
    other: write,
    error: (error) => write("error", errorFacts(error, redactor)),
    observe(event: Event): void {
      if (event.kind === "notice") write("notice", { text: event.text });
      else if (event.kind === "progress" && isDue(event)) {
        const { kind: _, ...facts } = event;
        write("progress", facts);
      }
    },
  };
}

function consentFacts({ description, sid, self, words }: Scene): Readonly<Record<string, unknown>> {
  const { program, entry, roster, outputParties, inputs, outputType, circuit } = description;
  return {
    session: toHex(sid),
    program: `sha256:${toHex(program)}`,
    entry,
    constants: constantsOf(description),
    self,
    parties: roster.map(({ party, peer }) => ({ party, peer, input: inputs[party]?.type ?? null })),
    outputs: outputParties,
    output_type: outputType,
    and_gates: circuit.ands,
    verify_words: words,
    description: toBase64(encodeDescription(description)),
  };
}
