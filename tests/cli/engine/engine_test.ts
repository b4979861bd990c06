import assert from "node:assert/strict";
import { CheatingError, InterruptedError, LimitError, MpcError } from "../../../lib/base/mod.ts";
import { localEngine } from "../../../lib/cli/engine/engine.ts";
import type { Computed, Engine, Work } from "../../../lib/cli/engine/engine.ts";
import { workerEngine } from "../../../lib/cli/engine/remote.ts";
import { inputOf, resultOf } from "../../../lib/cli/loaded.ts";
import type { LoadedFacts } from "../../../lib/cli/loaded.ts";
import { COMPILE_LIMITS } from "../../../lib/garble/mod.ts";
import { type Channel, CHECKS } from "../../../lib/mpc/mod.ts";
import type { Event } from "../../../lib/observability/mod.ts";
import { memoryNetwork, type Tap } from "../../sim/memory_channel.ts";
import { fakeSystem } from "../fake_system.ts";

const SUM = "pub fn main(x: u32, y: u32) -> u32 { x + y }";
/** Some 40,000 AND gates: every phase takes a while. */
const LONG = "pub fn main(x: u32, y: u32) -> u32 " +
  "{ let mut s = x; for i in 0..40 { s = s ^ (x * (y ^ s)); } s }";
const OPTIONS = {
  entry: "main",
  constants: new Map<string, string>(),
  limits: COMPILE_LIMITS,
  sourceMax: 1000,
  compileTimeMs: 60_000,
};

function startWorker(signal = new AbortController().signal): Engine {
  const system = fakeSystem();
  return workerEngine(system.startWorker(), system, signal);
}

async function load(engine: Engine, text: string): Promise<LoadedFacts> {
  const built = await engine.load({ name: "a", text }, OPTIONS);
  assert.ok(built.ok);
  return built.program;
}

function work(program: LoadedFacts, channel: Channel, observe = (_: Event): void => {}): Work {
  const parties = channel.parties;
  const outputParties = Array.from({ length: parties }, (_, i) => i);
  const parameters = { parties, evaluator: 0, outputParties, k: 2, chunk: 10_000 };
  const { digest } = program.circuit.header;
  return { sid: new Uint8Array(32), parameters, digest, channel, observe };
}

function input(program: LoadedFacts, party: number, text: string): Uint8Array<ArrayBuffer> {
  return inputOf(program, party, { format: "garble", text });
}

/** Both parties compute `text` on 3 and 5. */
async function computeBoth(
  engines: readonly Engine[],
  text: string,
  options: { readonly tap?: Tap; readonly observe?: (event: Event) => void } = {},
): Promise<PromiseSettledResult<Computed>[]> {
  const programs = await Promise.all(engines.map((engine) => load(engine, text)));
  return await computeLoaded(engines, programs, options);
}

async function computeLoaded(
  engines: readonly Engine[],
  programs: readonly LoadedFacts[],
  options: { readonly tap?: Tap; readonly observe?: (event: Event) => void } = {},
): Promise<PromiseSettledResult<Computed>[]> {
  const channels = memoryNetwork(2, options.tap === undefined ? {} : { tap: options.tap });
  return await Promise.allSettled(engines.map(async (engine, party) => {
    const program = programs[party];
    const channel = channels[party];
    assert.ok(program !== undefined && channel !== undefined);
    const bits = input(program, party, party === 0 ? "3" : "5");
    return await engine.compute(work(program, channel, options.observe), bits);
  }));
}

Deno.test("workers compute, tell progress and checks, and serve again", async () => {
  using first = startWorker();
  using second = startWorker();
  const program = await load(first, SUM);
  const phases = new Set<string>();
  const observe = (event: Event): void =>
    void phases.add(event.kind === "progress" ? event.phase : event.kind);
  for (let run = 0; run < 2; run++) {
    for (const end of await computeBoth([first, second], SUM, { observe })) {
      assert.ok(end.status === "fulfilled", `${end.status === "rejected" && end.reason}`);
      const { output, checks } = end.value;
      assert.ok(output !== undefined);
      assert.deepEqual(resultOf(program, output, "garble"), {
        ...{ kind: "value", text: "8", json: "8" },
      });
      assert.deepEqual(Object.keys(checks).sort(), [...CHECKS].sort());
      assert.ok(checks["COT check"] > 0 && checks["MAC hash"] > 0);
    }
  }
  for (const phase of ["setup", "garbling", "evaluation", "output"]) assert.ok(phases.has(phase));
});

Deno.test("a rehearsal ends when it is done, and when a computation begins, whose result is right", async () => {
  using remote = startWorker();
  const engines = [remote, localEngine()];
  await Promise.all(engines.map((engine) => engine.rehearse(2)));
  const programs = await Promise.all(engines.map((engine) => load(engine, SUM)));
  const ended: string[] = [];
  const rehearsals = engines.map((engine) =>
    engine.rehearse(3).then(() => ended.push("rehearsal"))
  );
  for (const end of await computeLoaded(engines, programs)) assert.equal(end.status, "fulfilled");
  ended.push("computation");
  await Promise.all(rehearsals);
  assert.deepEqual(ended, ["rehearsal", "rehearsal", "computation"]);
});

Deno.test("a rehearsal ends with its engine", async () => {
  const engines = [startWorker(), localEngine()];
  const rehearsals = engines.map((engine) => engine.rehearse(2));
  for (const engine of engines) engine[Symbol.dispose]();
  await Promise.all(rehearsals);
});

Deno.test("engines make a stock and compute with it, here and in a worker", async () => {
  using remote = startWorker();
  const engines = [remote, localEngine()];
  const folder = await Deno.makeTempDir();
  try {
    const sid = new Uint8Array(32).fill(1);
    const places = [0, 1].map((i) => ({ path: `${folder}/${i}`, key: new Uint8Array(32).fill(i) }));
    const programs = await Promise.all(engines.map((engine) => load(engine, SUM)));
    const works = memoryNetwork(2).map((channel, i) => work(programs[i] ?? fail(), channel));
    await Promise.all(engines.map(async (engine, self) => {
      const { channel, parameters, observe } = works[self] ?? fail();
      const { parties, evaluator, k, chunk } = parameters;
      const header = {
        ...{ sid, self, parties, evaluator, k, chunk, ands: 100, inputs: 64, engine: "1" },
        ...{ roster: ["a", "b"], keySalt: sid },
      };
      const place = places[self] ?? fail();
      await engine.preprocess({ sid, channel, parameters, observe, place, header });
    }));
    const compute = (): Promise<PromiseSettledResult<Computed>[]> =>
      Promise.allSettled(
        memoryNetwork(2).map(async (channel, i) => {
          const [engine, program, place] = [engines[i], programs[i], places[i]];
          assert.ok(engine && program && place);
          const own = { ...work(program, channel), stock: { place, sid } };
          return await engine.compute(own, input(program, i, i === 0 ? "3" : "5"));
        }),
      );
    for (const end of await compute()) {
      assert.ok(end.status === "fulfilled", `${end.status === "rejected" && end.reason}`);
      const { output, checks } = end.value;
      assert.equal(resultOf(programs[0] ?? fail(), output ?? fail(), "garble").kind, "value");
      assert.equal(checks["COT check"], 0, "nothing of the set-up ran again");
      assert.ok(checks["MAC hash"] > 0);
    }
    // Used up: the others are told, but not where the file is.
    const reasons = (await compute()).map((end) => end.status === "rejected" ? end.reason : end);
    assert.match(`${reasons[0]}`, /was used|its preprocessing file cannot be used/);
    assert.ok(reasons.every((reason) => reason instanceof MpcError));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function fail(): never {
  throw new Error("missing");
}

/** Turns of the event loop during a computation by `engines`, whose messages need none. */
async function turns(engines: readonly Engine[]): Promise<number> {
  await Promise.all(engines.map((engine) => load(engine, LONG)));
  let count = 0;
  let over = false;
  const tick = (): void => {
    if (over) return;
    count++;
    setTimeout(tick, 0);
  };
  setTimeout(tick, 0);
  const ends = await computeBoth(engines, LONG);
  over = true;
  assert.deepEqual(ends.map(({ status }) => status), ["fulfilled", "fulfilled"]);
  return count;
}

Deno.test("the main thread goes on while workers compute, and stands still without them", async () => {
  using first = startWorker();
  using second = startWorker();
  // Messages in memory need no turn of the event loop: each turn is one that the engine left free.
  assert.equal(await turns([localEngine(), localEngine()]), 0);
  assert.ok(await turns([first, second]) > 20);
});

Deno.test("the input is transferred, and wiped by an engine on the same thread", async () => {
  const [channel] = memoryNetwork(2);
  assert.ok(channel !== undefined);
  {
    using engine = startWorker();
    const program = await load(engine, SUM);
    const bits = input(program, 0, "77");
    const done = assert.rejects(engine.compute(work(program, channel), bits), /closed/);
    await Promise.resolve();
    await Promise.resolve();
    assert.ok(bits.buffer.detached);
    engine[Symbol.dispose]();
    await done;
  }
  using local = localEngine();
  const program = await load(local, SUM);
  const bits = input(program, 0, "77");
  await assert.rejects(local.compute(work(program, channel), bits));
  assert.deepEqual(bits, new Uint8Array(4));
});

Deno.test("a cheating peer is told with class, check, blame and hint, and everybody hears of it", async () => {
  using first = startWorker();
  using second = startWorker();
  const tap: Tap = (from, _to, step, bytes) => {
    if (from === 1 && /^c0.*\/t$/.test(step)) bytes[0] = (bytes[0] ?? 0) ^ 1;
    return bytes;
  };
  const [evaluator, garbler] = await computeBoth([first, second], SUM, { tap });
  assert.ok(evaluator?.status === "rejected" && garbler?.status === "rejected");
  const error: unknown = evaluator.reason;
  assert.ok(error instanceof CheatingError);
  assert.deepEqual([error.check, error.exitCode], ["circuit check", 6]);
  assert.match(error.message, /^Cannot trust .*: the circuit check failed in step/);
  assert.match(error.hint ?? "", /somebody deviated/);
  assert.match(String(garbler.reason), /ConnectionError: .*party 0 left: Cannot trust/);
});

Deno.test("errors of the compiler and diagnostics cross", async () => {
  using engine = startWorker();
  const limited = { ...OPTIONS, limits: { ...COMPILE_LIMITS, gates: 10 } };
  await assert.rejects(engine.load({ name: "a", text: SUM }, limited), (error) => {
    assert.ok(error instanceof LimitError);
    assert.match(error.hint ?? "", /--max-gates/);
    return true;
  });
  const built = await engine.load({ name: "a", text: "pub fn main( {" }, OPTIONS);
  assert.ok(!built.ok && built.diagnostics.length > 0);
});

Deno.test("another circuit than the agreed one is not computed", async () => {
  for (const engine of [startWorker(), localEngine()]) {
    using it = engine;
    const program = await load(it, SUM);
    const [channel] = memoryNetwork(2);
    assert.ok(channel !== undefined);
    const other = { ...work(program, channel), digest: new Uint8Array(32) };
    await assert.rejects(it.compute(other, input(program, 0, "1")), TypeError);
  }
});

Deno.test("a signal ends a worker amid its work, and the others hear the reason", async () => {
  const controller = new AbortController();
  using engine = startWorker(controller.signal);
  const program = await load(engine, LONG);
  const [own, peer] = memoryNetwork(2);
  assert.ok(own !== undefined && peer !== undefined);
  // The set-up's first message is there, so the worker is at work.
  const computing = engine.compute(work(program, own), input(program, 0, "1"));
  const choice = peer.recv(0, "setup/choice", 4096).catch((error: Error) => error);
  controller.abort(new InterruptedError("SIGINT"));
  await assert.rejects(computing, InterruptedError);
  await choice;
  await assert.rejects(peer.recv(0, "later", 1), /party 0 left: Interrupted/);
  await assert.rejects(engine.load({ name: "a", text: SUM }, OPTIONS), InterruptedError);
});

/** A worker that does `body` with the first message that it gets. */
function brokenWorker(body: string): Worker {
  const text = `onmessage = () => { ${body} }; postMessage({ kind: "ready" });`;
  return new Worker(`data:application/javascript,${encodeURIComponent(text)}`, { type: "module" });
}

Deno.test("a worker that fails outside of its work ends in an error, and the others are told", async () => {
  using good = localEngine();
  const program = await load(good, SUM);
  const bodies = [
    `throw new RangeError("lost")`,
    `postMessage({ kind: "broken", error: { class: "RangeError", message: "lost" } })`,
  ];
  for (const body of bodies) {
    using engine = workerEngine(brokenWorker(body), fakeSystem(), new AbortController().signal);
    const [own, peer] = memoryNetwork(2);
    assert.ok(own !== undefined && peer !== undefined);
    await assert.rejects(engine.compute(work(program, own), input(program, 0, "1")), /lost/, body);
    await assert.rejects(peer.recv(0, "x", 1), /party 0 left: an unexpected failure/);
  }
});

Deno.test("a worker in which a text finds no end is ended, and the limit is told", async () => {
  const system = fakeSystem();
  // It answers that it is ready, and then never again.
  const worker = brokenWorker("for (;;) ;");
  using engine = workerEngine(worker, system, new AbortController().signal);
  const loading = engine.load({ name: "a", text: SUM }, OPTIONS).catch((error: unknown) => error);
  while (system.left() === 0) await new Promise((resolve) => setTimeout(resolve));
  system.elapse();
  const error = await loading;
  assert.ok(error instanceof LimitError);
  assert.match(error.message, /it takes more than 60 s \(limit "compile-time"\)/);
  assert.match(error.hint ?? "", /--max-compile-time/);
  await assert.rejects(engine.load({ name: "a", text: SUM }, OPTIONS), LimitError);
});

Deno.test("a worker that owes a sign of life is told by its time, but not while it compiles", async () => {
  let ms = 0;
  const clock = { now: () => ms, after: fakeSystem().after };
  const { signal } = new AbortController();
  using good = workerEngine(fakeSystem().startWorker(), clock, signal);
  ms = 5;
  assert.deepEqual(good.vitals(), { busy: false, calls: 0, memoryBytes: 0, silentMs: 5 });
  const program = await load(good, SUM);
  // What it said is a sign: it owes nothing until it is asked, which each look does.
  ms = 10;
  assert.equal(good.vitals().silentMs, 0);
  ms = 15;
  assert.equal(good.vitals().silentMs, 5);
  await load(good, SUM);
  const { busy, memoryBytes, silentMs } = good.vitals();
  assert.deepEqual([busy, silentMs], [false, 0]);
  assert.ok(memoryBytes > 1e6, `${memoryBytes}`);
  const [own] = memoryNetwork(2);
  assert.ok(own !== undefined);
  const computing = good.compute(work(program, own), input(program, 0, "1")).catch(() => {});
  while (good.vitals().calls === 0) await new Promise((resolve) => setTimeout(resolve));
  assert.equal(good.vitals().busy, true);
  good[Symbol.dispose]();
  await computing;
  assert.deepEqual(good.vitals(), { busy: false, calls: 0, memoryBytes: 0, silentMs: 0 });

  // It says that it is ready, and then never again.
  using bad = workerEngine(brokenWorker("for (;;) ;"), clock, signal);
  const loading = bad.load({ name: "a", text: SUM }, OPTIONS).catch(() => {});
  while (!bad.vitals().busy) await new Promise((resolve) => setTimeout(resolve));
  ms = 1000;
  assert.equal(bad.vitals().silentMs, 0, "compiling has a limit of its own");
  bad[Symbol.dispose]();
  await loading;
});
