/** `doctor`: looks at the machine, the files and the network, and says what each finding means and what to do. */
import { UsageError } from "../../base/mod.ts";
import { sanitize } from "../../observability/mod.ts";
import type { Context } from "../context.ts";
import { writeJson } from "../json.ts";
import type { Settings } from "../options.ts";
import { CHECKS, type Finding } from "./finding.ts";
import { type Machine, machineFindings, thisMachine } from "./machine.ts";
import { networkFindings } from "./network.ts";
import { fileFindings } from "./own_files.ts";

const INDENT = " ".repeat(21);

/** A finding as a person reads it. */
function findingText({ topic, level, text, meaning, advice }: Finding): string {
  const lines = [`${level.padEnd(8)} ${topic.padEnd(11)} ${sanitize(text)}`];
  if (meaning !== undefined) lines.push(`${INDENT}${sanitize(meaning)}`);
  if (advice !== undefined) lines.push(`${INDENT}to do: ${sanitize(advice)}`);
  return `${lines.join("\n")}\n`;
}

/** All findings, in the order of the checks. */
async function examine(
  settings: Settings,
  context: Context,
  machine: Machine,
): Promise<Finding[]> {
  const started = { wall: Date.now(), steady: performance.now() };
  const files = await fileFindings(settings, context.system);
  const network = await networkFindings(settings, context);
  const slip = Date.now() - started.wall - (performance.now() - started.steady);
  const slipMs = machine.slipMs + Math.round(slip);
  return [...machineFindings({ ...machine, slipMs }), ...files, ...network]
    .sort((a, b) => CHECKS.indexOf(a.topic) - CHECKS.indexOf(b.topic));
}

/**
 * Writes what it finds to stdout.
 *
 * @throws {UsageError} if something will not work.
 */
export async function doctor(
  settings: Settings,
  context: Context,
  machine: Machine = thisMachine(),
): Promise<void> {
  const findings = await examine(settings, context, machine);
  const problems = findings.filter(({ level }) => level === "problem").length;
  if (settings.json) writeJson(context, { v: 1, ok: problems === 0, findings });
  else for (const finding of findings) context.system.stdout.write(findingText(finding));
  if (problems === 0) return;
  const count = problems === 1 ? "a problem" : `${problems} problems`;
  throw new UsageError(`Cannot vouch for this machine: there is ${count}`, {
    hint: "the findings on standard output say what each means and what to do",
  });
}
