/** From arguments to exit code. Nothing here or below ends the process. */
import { createRedactor, errorType, observeAll } from "../observability/mod.ts";
import { asksForJson, type Invocation, parseArgs } from "./args.ts";
import {
  computeConfig,
  nodeConfig,
  preprocessConfig,
  type Presence,
  type RunningCommand,
  tracingConfig,
  tryConfig,
  watchConfig,
} from "./config.ts";
import type { Context } from "./context.ts";
import { errorFacts, eventText } from "./event_line.ts";
import { liveSystem } from "./live_output.ts";
import { startLogging } from "./logging.ts";
import { namedFiles } from "./named_files.ts";
import { TRYING } from "./option_commands.ts";
import { messageOf, report } from "./report.ts";
import { type ResolvedSettings, resolveSettings } from "./settings.ts";
import { listenForStop, STOP_SIGNALS } from "./stop.ts";
import type { System } from "./system.ts";
import { TOOLS } from "./tools.ts";
import { requireWritten } from "./written.ts";

type Run = Invocation & { readonly kind: "run" };

/** Runs `action` with a trace of it, if one is wanted. */
async function withTracing(
  command: RunningCommand,
  resolved: ResolvedSettings,
  context: Context,
  action: (context: Context) => Promise<void>,
): Promise<void> {
  const config = tracingConfig(resolved, command);
  if (config === undefined) return await action(context);
  const { startTracing } = await import("./tracing.ts");
  const { observe, traced, end } = await startTracing(config, context);
  const inner = { ...context, observe: observeAll(context.observe, observe) };
  try {
    await action(traced === undefined ? inner : { ...inner, traced });
  } catch (error) {
    await end(errorType(error));
    throw error;
  }
  await end();
}

/** Runs `action` with a trace of it and with pages about it, if they are wanted. */
async function watched(
  command: RunningCommand,
  resolved: ResolvedSettings,
  context: Context,
  action: (context: Context) => Promise<void>,
): Promise<void> {
  await withTracing(command, resolved, context, async (inner) => {
    const config = watchConfig(resolved, command);
    if (config === undefined) return await action(inner);
    const { withWatch } = await import("./watch.ts");
    await withWatch(config, inner, action);
  });
}

function presenceAt({ stderr, answers }: System): Presence {
  return { watches: stderr.isTerminal, answers };
}

/** The commands are loaded when they run, so that `--help` does not wait for the network stack. */
async function runCommand(run: Run, resolved: ResolvedSettings, context: Context): Promise<void> {
  switch (run.command) {
    case "check":
    case "eval":
    case "compile":
      return await tryProgram(run, resolved, context);
    case "config":
    case "completions":
    case "man": {
      const { showPage } = await import("./pages.ts");
      return await showPage(run.command, run.operands, resolved, context);
    }
    case "node": {
      const config = nodeConfig(resolved);
      const { runNode } = await import("./node.ts");
      return await watched("node", resolved, context, (inner) => runNode(config, inner));
    }
    case "relay": {
      const { relayConfig, runRelay } = await import("./relay.ts");
      const config = relayConfig(resolved.settings);
      return await watched("relay", resolved, context, (inner) => runRelay(config, inner));
    }
    case "new": {
      const config = computeConfig(resolved, "new", presenceAt(context.system));
      const { computeNew } = await import("./compute.ts");
      return await watched("new", resolved, context, (inner) => computeNew(config, inner));
    }
    case "join": {
      const config = computeConfig(resolved, "join", presenceAt(context.system));
      const { computeJoin } = await import("./compute.ts");
      const [ticket = ""] = run.operands;
      return await watched(
        "join",
        resolved,
        context,
        (inner) => computeJoin(config, ticket, inner),
      );
    }
    case "preprocess": {
      const config = preprocessConfig(resolved, context.system.stderr.isTerminal);
      const { preprocessCommand } = await import("./preprocess.ts");
      const [ticket] = run.operands;
      return await watched(
        "preprocess",
        resolved,
        context,
        (inner) => preprocessCommand(config, ticket, inner),
      );
    }
    default:
      return await TOOLS[run.command](resolved.settings, run.operands, context);
  }
}

/** The commands that work on a program without other parties. */
async function tryProgram(run: Run, resolved: ResolvedSettings, context: Context): Promise<void> {
  const [file = "", ...inputs] = run.operands;
  const config = tryConfig(resolved, file);
  const { reporting } = await import("./json.ts");
  await reporting(config, context, async () => {
    switch (run.command) {
      case "check": {
        const { check } = await import("./check.ts");
        return await check(config, context);
      }
      case "eval": {
        const { evalProgram } = await import("./eval.ts");
        return await evalProgram(config, inputs, context);
      }
      default: {
        const { compileFile } = await import("./compile.ts");
        return await compileFile(config, resolved.settings.out, context);
      }
    }
  });
}

/** Runs the command until it ends or the patience after a signal is over; returns the exit code. */
async function runUntilStopped(
  run: Run,
  resolved: ResolvedSettings,
  context: Omit<Context, "signal">,
): Promise<number> {
  const { system, observe } = context;
  // Why not while a program is tried out: that holds the thread, so that no handler would run. There is nothing to put
  // in order, and a signal without a handler ends the process with the same exit code.
  const inOneGo = TRYING.some((name) => name === run.command);
  const stop = listenForStop(system, observe, inOneGo ? [] : STOP_SIGNALS);
  const removeUnhandled = system.onUnhandled((error) =>
    observe({
      kind: "log",
      level: "error",
      module: "process",
      text: `unexpected: ${messageOf(error)}`,
    })
  );
  try {
    const command = runCommand(run, resolved, { ...context, signal: stop.signal });
    await Promise.race([command, stop.patienceOver]);
    return stop.reason()?.exitCode ?? 0;
  } catch (error) {
    // Why: what fails after a signal fails because of it.
    throw stop.reason() ?? error;
  } finally {
    removeUnhandled();
    stop.dispose();
  }
}

/** `system`, and whether something was written to its standard output. */
function listening(system: System): { readonly heard: System; readonly spoke: () => boolean } {
  let spoken = false;
  const { stdout } = system;
  function write(text: string): void {
    spoken = true;
    stdout.write(text);
  }
  return { heard: { ...system, stdout: { ...stdout, write } }, spoke: () => spoken };
}

/**
 * Does what `args` ask for and returns the exit code of the process. Every error is told on stderr; stdout
 * carries results alone, and with `--json` also the error of a command that has said nothing else there.
 */
export async function main(args: readonly string[], outside: System): Promise<number> {
  const { heard: system, spoke } = listening(outside);
  const redactor = createRedactor();
  const write = (text: string): void => system.stderr.write(redactor.redact(text));
  let debug = args.includes("--debug");
  let json = asksForJson(args, system);
  const forScripts = (error: unknown): void => {
    if (!json || spoke()) return;
    system.stdout.write(`${eventText("error", errorFacts(error, redactor), system.now())}\n`);
  };
  try {
    const invocation = parseArgs(args);
    if (invocation.kind === "print") {
      system.stdout.write(invocation.text);
      requireWritten(system);
      return 0;
    }
    const resolved = await resolveSettings(invocation.flags, system);
    const { settings } = resolved;
    ({ debug, json } = settings);
    const { command, operands } = invocation;
    const { requireApart } = await import("./own_places.ts");
    const given = operands.map((path) => ({ by: "an argument", path, written: false }));
    requireApart([...given, ...namedFiles(settings, command)]);
    if (settings.input !== undefined) redactor.hideText(settings.input);
    const live = command === "node" || command === "relay"
      ? liveSystem(system, (text) => {
        logging.observe({ kind: "log", level: "warn", module: "process", text });
      })
      : undefined;
    const own = live?.system ?? system;
    const logging = startLogging(settings, redactor, own);
    try {
      const { observe } = logging;
      const code = await runUntilStopped(invocation, resolved, { system: own, observe, redactor });
      if (code === 0) requireWritten(system);
      return code;
    } catch (error) {
      forScripts(error);
      return logging.report(error);
    } finally {
      logging.close();
      await live?.settle();
    }
  } catch (error) {
    forScripts(error);
    return report(error, { write, debug });
  }
}
