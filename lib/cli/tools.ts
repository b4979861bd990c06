/** Commands that do one small thing and end. Each is loaded when it runs. */
import type { Context } from "./context.ts";
import type { CommandName, Settings } from "./options.ts";

type Tool = (
  settings: Settings,
  operands: readonly string[],
  context: Context,
) => Promise<void>;

/** The commands by their names. */
export const TOOLS = {
  keygen: async (settings, _operands, context) => {
    const { keygen } = await import("./keygen.ts");
    await keygen(settings, context);
  },
  metrics: async (settings, _operands, context) => {
    const { showMetrics } = await import("./metrics.ts");
    await showMetrics(settings, context);
  },
  peers: async (settings, operands, context) => {
    const { peers } = await import("./peers.ts");
    peers(settings, operands, context);
  },
  file: async (settings, operands, context) => {
    const { fileCommand } = await import("./file.ts");
    await fileCommand(settings, operands, context);
  },
  ping: async (settings, operands, context) => {
    const { ping } = await import("./ping.ts");
    await ping(settings, operands, context);
  },
  lookup: async (settings, operands, context) => {
    const { lookup } = await import("./lookup.ts");
    await lookup(settings, operands, context);
  },
  doctor: async (settings, _operands, context) => {
    const { doctor } = await import("./doctor/doctor.ts");
    await doctor(settings, context);
  },
  ticket: async (settings, operands, context) => {
    const { ticketCommand } = await import("./ticket.ts");
    await ticketCommand(settings, operands, context);
  },
  policy: async (settings, operands, context) => {
    const { policyCommand } = await import("./policy.ts");
    await policyCommand(settings, operands, context);
  },
  verify: async (settings, operands, context) => {
    const { verifyReceipt } = await import("./verify.ts");
    await verifyReceipt(settings, operands[0] ?? "", context);
  },
  status: async (settings, _operands, context) => {
    const { showStatus } = await import("./status.ts");
    await showStatus(settings, context);
  },
  id: async (settings, _operands, context) => {
    const { showId } = await import("./id.ts");
    await showId(settings, context);
  },
  version: async (settings, _operands, context) => {
    const { showVersion } = await import("./version.ts");
    await showVersion(settings, context);
  },
  "self-test": async (_settings, _operands, context) => {
    const { selfTest } = await import("./self_test.ts");
    await selfTest(context);
  },
} as const satisfies Readonly<Partial<Record<CommandName, Tool>>>;
