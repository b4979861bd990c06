/**
 * The whole computation of one party, phase by phase.
 *
 * Source: docs/PROTOCOL.md; WRK17 (eprint 2017/189), figure 4, with the parts named in the files of this layer.
 * Realises: secure evaluation of a Boolean circuit with abort against n − 1 malicious parties.
 * In, each party: its input bits. Out, output party: the output bits.
 * Rounds: those of the material of a chunk (products.ts), beside which inputs are masked, compared; then for each
 * chunk tables (the first with the input labels) and label check; at the end circuit check, "passed" with the final
 * comparison, output.
 * Aborts: see the parts. Everything that fails ends in one error, and nothing is sent afterwards.
 * Two stages: one makes the material, one chunk ahead of the other, which garbles or evaluates and checks, so that
 * network and processor are both busy. What a chunk sends depends on the checks of all earlier ones (order.ts). What
 * stays between chunks is the state of the live wires.
 */
import { bitBytes, deferred, ProtocolError } from "../base/mod.ts";
import type { CircuitHeader, CircuitSource } from "../circuit/mod.ts";
import { type Bits, BLOCK_BYTES, type Blocks } from "../crypto/mod.ts";
import type { Phase } from "../observability/mod.ts";
import { echo } from "./broadcast.ts";
import { type Chunk, chunksOf, ChunkWalk } from "./chunks.ts";
import { checkCircuit, sendCombination, walkValues } from "./circuit_check.ts";
import { type ActiveWires, evaluateChunk, inputValues, receiveInputLabels } from "./evaluation.ts";
import { freshLabels, garbleChunk, sendInputLabels } from "./garbling.ts";
import { Handover } from "./handover.ts";
import { inputCount, inputRanges, maskInputs } from "./inputs.ts";
import { checkLabels, type Claimed, proveLabels } from "./label_check.ts";
import { sharesBytes } from "./ledger.ts";
import { inputMasks, type Masks, walkMasks, wipeMasks } from "./masks.ts";
import type { Material } from "./material.ts";
import type { ChunkShares, MaterialSource } from "./material_source.ts";
import { openOutput } from "./output.ts";
import { garblers, type Party } from "./party.ts";
import { inPhase } from "./phase.ts";
import { arraysOf, blocksOf, type Shares, wipeShares } from "./shares.ts";

/** What a computation takes from what was before it. */
export interface Sources {
  /** Masks and material. */
  readonly material: MaterialSource;
  /** Session salt, 16 bytes. */
  readonly salt: Uint8Array;
}

/** The evaluator's answer after the last chunk. */
const PASSED = 1;

/** State of the live wires of a party. */
interface Wires {
  /** Masked values by register, one byte each, as the checks know them. */
  readonly values: Uint8Array;
  /** A garbler's 0-labels by register; empty at the evaluator. */
  readonly labels: Blocks;
  /** The evaluator's state; undefined at a garbler. */
  readonly active: ActiveWires | undefined;
}

/** A computation under way. */
interface Session {
  readonly party: Party;
  readonly sources: Sources;
  readonly header: CircuitHeader;
  readonly chunks: readonly Chunk[];
  /** The three passes over the circuit. */
  readonly maskWalk: ChunkWalk;
  readonly tableWalk: ChunkWalk;
  readonly valueWalk: ChunkWalk;
  /** From the stage that makes material to the one that uses it. */
  readonly next: Handover<Prepared>;
  masks: Masks | undefined;
  wires: Wires | undefined;
}

/** What the first stage hands over. */
interface Prepared {
  readonly material: Material;
  /** Masked values of all input wires, once they are compared. */
  readonly inputs: Promise<Bits>;
}

/**
 * Computes `circuit` on the inputs of all parties.
 *
 * @param input own input bits, packed.
 * @returns the output bits, packed; undefined for a party without output.
 * @throws {CheatingError} if a check failed, {ProtocolError} if a message is malformed, {ConnectionError}
 * if a link is lost. The caller tells the others, as `compute` does.
 * @throws {RangeError} if `input` has another length than the circuit's header says.
 */
export async function runMpc(
  party: Party,
  sources: Sources,
  circuit: CircuitSource,
  input: Bits,
): Promise<Bits | undefined> {
  const { header } = circuit;
  const { chunk: chunkAnds } = party.parameters;
  checkSizes(party, header, input);
  const walk = (): ChunkWalk => new ChunkWalk(circuit, chunkAnds);
  const session: Session = {
    ...{ party, sources, header, chunks: [...chunksOf(header, chunkAnds)] },
    ...{ maskWalk: walk(), tableWalk: walk(), valueWalk: walk() },
    ...{ next: new Handover<Prepared>(), masks: undefined, wires: undefined },
  };
  const stage = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      party.stop(error);
      session.next.close(error);
      throw error;
    }
  };
  try {
    const { promise: inputs, resolve, reject } = deferred<Bits>();
    // Why: the second stage awaits it; should it fail before, the first stage's handover carries the error.
    inputs.catch(() => {});
    const enter = (masks: Shares): void => {
      stage(enterInputs(session, input, masks)).then(resolve, reject);
    };
    const made = stage(prepareChunks(session, inputs, enter));
    const [output] = await Promise.all([stage(useChunks(session)), made]);
    return output;
  } finally {
    wipeSession(session);
  }
}

/** First stage: the material of each chunk, and the masked inputs beside that of the first. */
async function prepareChunks(
  session: Session,
  inputs: Promise<Bits>,
  enter: (masks: Shares) => void,
): Promise<void> {
  const { party, header, sources } = session;
  for (const chunk of session.chunks) {
    const first = chunk.number === 0;
    const take = (): Promise<ChunkShares> =>
      sources.material.take(chunk, first ? inputCount(header) : 0);
    const shares = await inPhase(party, "authenticated bits", take, chunk.number);
    const done = (phase: Phase): void => progress(session, phase, chunk.first + chunk.ands);
    done("authenticated bits");
    session.masks ??= inputMasks({ ...sizes(party), registers: header.registers }, shares.inputs);
    if (first) enter(shares.inputs);
    const runs = session.maskWalk.next();
    const operands = walkMasks(session.masks, runs, shares.gamma, party.secrets.take);
    party.secrets.keep(...arraysOf(operands.alpha, operands.beta));
    const material = await shares.material(operands, done);
    party.secrets.keep(...arraysOf(...Object.values(material)));
    await session.next.give({ material, inputs });
  }
}

/** Second stage: each chunk with its checks, then the output. */
async function useChunks(session: Session): Promise<Bits | undefined> {
  const { party, header, chunks } = session;
  for (const chunk of chunks) {
    const { material, inputs } = await session.next.take();
    const release = party.ledger.hold(sharesBytes(material.alpha, material.beta, material.c));
    try {
      const z = await inputs;
      const open = (): Promise<Wires> => openWires(session, z);
      const wires = session.wires ??= await inPhase(party, "inputs", open);
      const phase = wires.active === undefined ? "garbling" : "evaluation";
      const use = (): Promise<void> => useChunk(session, chunk, wires, material);
      await inPhase(party, phase, use, chunk.number);
    } finally {
      for (const { bits } of Object.values(material)) bits.fill(0);
      party.secrets.give(...blocksOf(...Object.values(material)));
      release();
    }
  }
  const { masks, wires } = session;
  if (masks === undefined || wires === undefined) throw new TypeError("Cannot open: no chunk ran");
  const { values } = wires;
  const output = await inPhase(party, "output", async () => {
    await finish(party);
    return await openOutput(party, { header, chunks: chunks.length, masks, values });
  });
  progress(session, "output", header.ands);
  return output;
}

/** Tables and checks of a chunk; afterwards those that this party makes of it have passed. */
async function useChunk(
  session: Session,
  chunk: Chunk,
  wires: Wires,
  material: Material,
): Promise<void> {
  const { party } = session;
  if (chunk.ands === 0) {
    walkValues(wires.values, session.valueWalk.next(), new Uint8Array(0), 0);
  } else {
    const claimed = await claim(session, chunk, wires, material);
    const runs = session.valueWalk.next();
    const values = walkValues(wires.values, runs, claimed.z, chunk.ands);
    const check = { chunk: chunk.number, material, claimed, operands: values };
    if (wires.active === undefined) await sendCombination(party, check);
    else await checkCircuit(party, check);
  }
  party.order.passed("own checks", chunk.number);
}

/** Masked values of all input wires, compared. Wipes the masks. */
async function enterInputs(session: Session, input: Bits, masks: Shares): Promise<Bits> {
  const { party, header } = session;
  const ranges = inputRanges(header, party.parameters.parties);
  const z = await inPhase(party, "inputs", () => maskInputs(party, ranges, input, masks));
  wipeShares(masks);
  return z;
}

/** The wires before the first gate, with the labels of the inputs. */
async function openWires(session: Session, z: Bits): Promise<Wires> {
  const { party, header } = session;
  const values = inputValues(header, z);
  const evaluates = party.self === party.parameters.evaluator;
  const labels = evaluates ? new Uint8Array(0) : freshLabels(party, header);
  if (!evaluates) await sendInputLabels(party, header, labels, z);
  const active = evaluates ? await receiveInputLabels(party, header, z) : undefined;
  progress(session, "inputs", header.ands);
  return { values, labels, active };
}

/** Tables and label check of a chunk: z of its AND gates, proved to the garblers. */
async function claim(
  session: Session,
  chunk: Chunk,
  wires: Wires,
  material: Material,
): Promise<Claimed> {
  const { party, sources } = session;
  const { first, ands, number } = chunk;
  const phase = wires.active === undefined ? "garbling" : "evaluation";
  const done = (gates: number): void => progress(session, phase, first + gates);
  const runs = session.tableWalk.next();
  const { salt } = sources;
  const work = { first, ands, runs, material, salt, done };
  const kept = wires.active === undefined ? 1 : sizes(party).parties - 1;
  const release = party.ledger.hold(kept * BLOCK_BYTES * ands);
  let labels: readonly Blocks[];
  let claimed: Claimed;
  if (wires.active === undefined) {
    const own = await garbleChunk(party, { ...work, chunk: number, labels: wires.labels });
    claimed = await checkLabels(party, number, own, ands);
    labels = [own];
  } else {
    const evaluated = await evaluateChunk(party, { ...work, wires: wires.active });
    claimed = await proveLabels(party, number, evaluated);
    labels = evaluated.labels;
  }
  party.secrets.give(...labels);
  release();
  return claimed;
}

/** The comparison of everything broadcast, and the evaluator's "passed". */
async function finish(party: Party): Promise<void> {
  await Promise.all([echo(party, "final/echo"), tellPassed(party)]);
  party.order.passed("final echo");
  party.order.passed("evaluator passed");
}

async function tellPassed(party: Party): Promise<void> {
  const { evaluator } = party.parameters;
  if (party.self === evaluator) {
    const send = (to: number): Promise<void> =>
      party.channel.send(to, "passed", new Uint8Array([PASSED]));
    await Promise.all(garblers(party.parameters).map(send));
  } else {
    const answer = await party.channel.recv(evaluator, "passed", 1);
    if (answer[0] !== PASSED) {
      throw new ProtocolError(`Cannot go on: party ${evaluator} gave no valid answer "passed"`);
    }
  }
}

function sizes(party: Party): { readonly self: number; readonly parties: number } {
  return { self: party.self, parties: party.parameters.parties };
}

function checkSizes(party: Party, header: CircuitHeader, input: Bits): void {
  const { self, parties } = sizes(party);
  const bits = header.inputs[self] ?? 0;
  if (input.length !== bitBytes(bits)) {
    throw new RangeError(`Cannot compute: ${input.length} bytes are not ${bits} input bits`);
  }
  if (header.inputs.some((count, i) => i >= parties && count > 0)) {
    throw new RangeError(`Cannot compute: the circuit has inputs of more than ${parties} parties`);
  }
}

function progress(session: Session, phase: Phase, done: number): void {
  session.party.observe({ kind: "progress", phase, done, total: session.header.ands });
}

/** Wipes what the session kept of its wires. */
function wipeSession(session: Session): void {
  if (session.masks !== undefined) wipeMasks(session.masks);
  session.wires?.labels.fill(0);
  session.wires?.values.fill(0);
  session.wires?.active?.z.fill(0);
  for (const labels of session.wires?.active?.labels ?? []) labels.fill(0);
}
