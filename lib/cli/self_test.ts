/** `self-test`: whether all that this program is made of is there and works, as in an executable. */
import { equal, toHex } from "../base/mod.ts";
import { chooseKernels, type Kernels, typescriptKernels } from "../crypto/mod.ts";
import { COMPILE_LIMITS, SOURCE_LENGTH_MAX } from "../garble/mod.ts";
import { generateIdentity, startNode } from "../net/mod.ts";
import type { Context } from "./context.ts";
import { dashboard } from "./dashboard/dashboard.ts";
import { PATHS } from "./dashboard/page.ts";
import { type Engine, localEngine } from "./engine/engine.ts";
import { workerEngine } from "./engine/remote.ts";

const SOURCE = {
  name: "self-test",
  text: "pub fn main(x: u32, y: u32) -> u32 { x * y }",
};
const OPTIONS = {
  entry: "main",
  constants: new Map<string, string>(),
  limits: COMPILE_LIMITS,
  compileTimeMs: 60_000,
  sourceMax: SOURCE_LENGTH_MAX,
};

/** What the kernels make of a fixed seed, in hexadecimal. */
function streamOf(kernels: Kernels): string {
  const out = new Uint8Array(1000);
  kernels.prgInto(out, new Uint8Array(32).fill(7), 1, 0);
  return toHex(out);
}

function testKernels(): string {
  const { kernels, warning } = chooseKernels();
  if (streamOf(kernels) !== streamOf(typescriptKernels)) {
    throw new Error("the kernels in WebAssembly and in TypeScript do not agree");
  }
  return warning ?? "the kernels in WebAssembly agree with those in TypeScript";
}

async function digestBy(engine: Engine): Promise<Uint8Array> {
  const built = await engine.load(SOURCE, OPTIONS);
  if (!built.ok) throw new Error("the compiler refuses a program that is right");
  return built.program.circuit.header.digest;
}

async function testWorker({ system, signal }: Context): Promise<string> {
  using worker = workerEngine(system.startWorker(), system, signal);
  using here = localEngine(() => system.now());
  if (!equal(await digestBy(worker), await digestBy(here))) {
    throw new Error("a worker and the main thread do not compile to the same circuit");
  }
  return "a worker compiles to the same circuit as the main thread";
}

/** The dashboard's page and the files that belong to it. */
async function testPages(context: Context): Promise<string> {
  const { routes, stop } = dashboard("node", context);
  try {
    for (const path of [PATHS.page, PATHS.style, PATHS.script, PATHS.icon]) {
      const response = await routes.get(path)?.(
        new Request(`http://localhost${path}`),
        context.signal,
      );
      const text = await response?.text() ?? "";
      if (text === "") throw new Error(`the dashboard has nothing at ${path}`);
    }
  } finally {
    stop?.();
  }
  return "the dashboard has its page, style, script and picture";
}

async function testNetwork(): Promise<string> {
  const listen = ["/ip4/127.0.0.1/tcp/0"];
  const [one, other] = await Promise.all(
    [0, 1].map(async () => await startNode({ identity: await generateIdentity(), listen })),
  );
  if (one === undefined || other === undefined) throw new TypeError("A node is missing");
  try {
    await one.dial({ addresses: other.addresses() });
    await one.ping(other.peerId);
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
  return "two nodes connect over loopback";
}

/**
 * Tests each part and says so on stdout, a line each.
 *
 * @throws {Error} for the first part that does not work: this is a bug, or a damaged file.
 */
export async function selfTest(context: Context): Promise<void> {
  for (const test of [testKernels, testWorker, testPages, testNetwork]) {
    context.system.stdout.write(`ok: ${await test(context)}\n`);
  }
}
