/** A random run of gates with ideal shares for all parties, and its execution by given kernels. */
import type { GateBlocks, GateRun, Kernels, Rng } from "../../lib/crypto/mod.ts";
import { blockAt, toBlocks } from "./gf128.ts";
import { addShared, at, type Dealer, dealer, reveal, shareArrays, type Shared } from "./shares.ts";

const OPS = { XOR: 0, AND: 1, NOT: 2 };
/** Registers: constants 0 and 1 are never used, 2 … 7 hold inputs, the rest is written by gates. */
const REGISTERS = 12;
const INPUTS = [2, 3, 4, 5, 6, 7];

/** Everything that a test knows of a run before the kernels touch it. */
export interface Scene {
  readonly run: GateRun;
  readonly ideal: Dealer;
  /** By garbler (indexed by party), 0-labels of all registers before the run. */
  readonly labels: readonly Uint8Array<ArrayBuffer>[];
  /** Masked values of the registers before the run. */
  readonly z: Uint8Array;
  /** Shares of λ_α, λ_β and c by AND gate. */
  readonly alpha: readonly Shared[];
  readonly beta: readonly Shared[];
  readonly c: readonly Shared[];
  /** (value ⊕ λ) that each AND gate, and each register after the run, must have. */
  readonly andMasked: readonly number[];
  readonly masked: readonly (number | undefined)[];
}

interface Wire {
  readonly value: number;
  readonly mask: Shared;
}

/** A scene of `gates` random gates (a tenth NOT, the rest half AND, half XOR). */
export function randomScene(rng: Rng, parties: number, evaluator: number, gates: number): Scene {
  const garblers = Array.from({ length: parties }, (_, i) => i).filter((i) => i !== evaluator);
  const ideal = dealer(rng, parties, garblers[0] as number);
  const wires: (Wire | undefined)[] = Array<Wire | undefined>(REGISTERS).fill(undefined);
  for (const w of INPUTS) wires[w] = { value: ideal.bit(), mask: ideal.share() };
  const masked = (wire: Wire): number => wire.value ^ reveal(wire.mask.bits);
  const z = Uint8Array.from(wires, (wire) => wire === undefined ? 0 : masked(wire));
  const pick = (below: number): number => (rng.fill(new Uint8Array(1))[0] as number) % below;
  const live = (): number[] => wires.flatMap((wire, w) => wire === undefined ? [] : [w]);

  const [op, a, b, out] = [[], [], [], []] as [number[], number[], number[], number[]];
  const [alpha, beta, c] = [[], [], []] as [Shared[], Shared[], Shared[]];
  const andMasked: number[] = [];
  for (let gate = 0; gate < gates; gate++) {
    const first = live()[pick(live().length)] as number;
    const rest = live().filter((w) => w !== first);
    const kind = pick(10);
    const code = kind === 0 ? OPS.NOT : kind % 2 === 0 ? OPS.AND : OPS.XOR;
    const second = code === OPS.NOT ? first : rest[pick(rest.length)] as number;
    const target = 2 + pick(REGISTERS - 2);
    const x = wires[first] as Wire;
    const y = wires[second] as Wire;
    if (code === OPS.AND) {
      const mask = ideal.share();
      const product = ideal.share(reveal(x.mask.bits) & reveal(y.mask.bits));
      alpha.push(x.mask);
      beta.push(y.mask);
      c.push(addShared(product, mask));
      wires[target] = { value: x.value & y.value, mask };
      andMasked.push(masked(wires[target] as Wire));
    } else if (code === OPS.NOT) wires[target] = { value: x.value ^ 1, mask: x.mask };
    else wires[target] = { value: x.value ^ y.value, mask: addShared(x.mask, y.mask) };
    op.push(code);
    a.push(first);
    b.push(second);
    out.push(target);
  }
  const labels = ideal.deltas.map((_, i) =>
    i === evaluator ? new Uint8Array(0) : rng.fill(new Uint8Array(16 * REGISTERS))
  );
  const run: GateRun = {
    from: 0,
    to: gates,
    op: Uint8Array.from(op),
    a: Uint32Array.from(a),
    b: Uint32Array.from(b),
    out: Uint32Array.from(out),
    ands: alpha.length,
    index: 2 ** 32 - 5,
    salt: rng.fill(new Uint8Array(16)),
    parties,
    evaluator,
    garblers,
  };
  const end = wires.map((wire) => wire === undefined ? undefined : masked(wire));
  return { run, ideal, labels, z, alpha, beta, c, andMasked, masked: end };
}

/** MACs under the key of `key` that party `holder` has on its bits of the scene's AND gates. */
export function gateMacs(scene: Scene, holder: number, key: number): GateBlocks {
  const macs = (shares: readonly Shared[]): Uint8Array<ArrayBuffer> =>
    toBlocks(shares.map((share) => at(share.macs, holder, key)));
  return { alpha: macs(scene.alpha), beta: macs(scene.beta), c: macs(scene.c) };
}

/** What one garbler has after the run. */
export interface Garbled {
  readonly labels: Uint8Array<ArrayBuffer>;
  readonly tables: Uint8Array<ArrayBuffer>;
  readonly outLabels: Uint8Array<ArrayBuffer>;
}

/** Garbles the scene for garbler `self`. */
export function garbleScene(kernels: Kernels, scene: Scene, self: number): Garbled {
  const { run, ideal } = scene;
  const delta = toBlocks([ideal.deltas[self] as bigint]);
  const share = (shares: readonly Shared[]): Uint8Array<ArrayBuffer> =>
    kernels.keyShare(shareArrays(shares, self), delta, shares.length);
  const out: Garbled = {
    labels: (scene.labels[self] as Uint8Array<ArrayBuffer>).slice(),
    tables: new Uint8Array(16 * (3 * run.parties - 4) * run.ands),
    outLabels: new Uint8Array(16 * run.ands),
  };
  kernels.garble({
    ...run,
    self,
    delta,
    shares: { alpha: share(scene.alpha), beta: share(scene.beta), c: share(scene.c) },
    macs: ideal.deltas.map((_, o) =>
      o === self || o === run.evaluator ? undefined : gateMacs(scene, self, o)
    ),
    ...out,
  });
  return out;
}

/** What the evaluator has after the run. */
export interface Evaluated {
  readonly labels: readonly Uint8Array<ArrayBuffer>[];
  readonly z: Uint8Array;
  readonly outZ: Uint8Array<ArrayBuffer>;
  readonly outLabels: readonly Uint8Array<ArrayBuffer>[];
}

/** Evaluates the scene with the garblers' tables (by party). */
export function evaluateScene(
  kernels: Kernels,
  scene: Scene,
  garbled: readonly (Garbled | undefined)[],
): Evaluated {
  const { run, ideal } = scene;
  const lowest = garbled[run.garblers[0] as number] as Garbled;
  const lsb = new Uint8Array(Math.ceil(run.ands / 8));
  for (let m = 0; m < run.ands; m++) {
    lsb[m >>> 3] = (lsb[m >>> 3] as number) |
      (((lowest.outLabels[16 * m] as number) & 1) << (m & 7));
  }
  const active = scene.labels.map((labels, j) => {
    const blocks = labels.length / 16;
    return toBlocks(
      Array.from(
        { length: blocks },
        (_, w) => blockAt(labels, w) ^ (scene.z[w] ? ideal.deltas[j] as bigint : 0n),
      ),
    );
  });
  const out: Evaluated = {
    labels: active,
    z: scene.z.slice(),
    // Not zero, so that a bit which is not written shows.
    outZ: new Uint8Array(lsb.length).fill(0xff),
    outLabels: scene.labels.map((labels) =>
      new Uint8Array(labels.length === 0 ? 0 : 16 * run.ands)
    ),
  };
  kernels.evaluate({
    ...run,
    macs: ideal.deltas.map((_, j) =>
      j === run.evaluator ? undefined : gateMacs(scene, run.evaluator, j)
    ),
    tables: garbled.map((part) => part?.tables ?? new Uint8Array(0)),
    lsb,
    ...out,
  });
  return out;
}
