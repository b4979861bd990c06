import assert from "node:assert/strict";
import process from "node:process";
import fc from "fast-check";
import { getBit, LimitError } from "../../lib/base/mod.ts";
import { evaluate, validateCircuit } from "../../lib/circuit/mod.ts";
import { compile, decodeOutput, encodeInput, type Program } from "../../lib/garble/mod.ts";
import { renderDiagnostics } from "../../lib/garble/mod.ts";
import { interpret, type Interpretation } from "../reference/interpret.ts";
import { simulate } from "../sim/engine.ts";
import { choicesOf, smallest } from "../sim/programs/choices.ts";
import { CONSTRUCTS } from "../sim/programs/constructs.ts";
import { type GenInputs, type GenProgram, inputs, program } from "../sim/programs/program.ts";
import { accept } from "./front_end.ts";

const SLOW = process.env.P2P_MPC_SLOW === "1";

/** Choices that a program, or its inputs, may use up. */
const PROGRAM_CHOICES = 1200;
const INPUT_CHOICES = 60;

/** Inputs of one program. */
const RUNS = 4;

/** Gates above which a program is left out. */
const GATES_MAX = 300_000;

/** What is counted over all programs. */
class Shares {
  readonly #counts = new Map<string, number>();
  programs = 0;

  add(facts: Iterable<string>): void {
    this.programs++;
    for (const fact of new Set(facts)) this.#counts.set(fact, (this.#counts.get(fact) ?? 0) + 1);
  }

  percent(fact: string): number {
    return 100 * (this.#counts.get(fact) ?? 0) / this.programs;
  }

  /** One line for each fact. */
  show(facts: readonly string[]): string {
    return facts.map((fact) => `${this.percent(fact).toFixed(1).padStart(6)} %  ${fact}`).join(
      "\n",
    );
  }
}

/** Facts about runs, beside the constructs. */
const FACTS = [
  "no panic",
  "a panic",
  "Overflow",
  "DivByZero",
  "OutOfBounds",
  "a panic in a branch",
  "duplicate keys",
];

/** The circuit, or undefined if it is too large. */
function circuitOf({ text, constants }: GenProgram): Program | undefined {
  const source = { name: "random.garble", text };
  try {
    const compiled = compile(source, { constants, limits: { gates: GATES_MAX } });
    assert.ok(
      compiled.ok,
      compiled.ok ? "" : text + renderDiagnostics(source, compiled.diagnostics),
    );
    return compiled.program;
  } catch (error) {
    if (error instanceof LimitError) return undefined;
    throw error;
  }
}

function bitsOf(packed: Uint8Array, count: number): string {
  return Array.from({ length: count }, (_, i) => getBit(packed, i)).join("");
}

/** A source with what it was run on, for messages. */
function describe({ text, constants }: GenProgram, { texts }: GenInputs): string {
  const supplied = [...constants].map(([key, value]) => `${key} = ${value}\n`).join("");
  return `\n${text}\n\n${supplied}inputs: ${texts.join("; ")}`;
}

/** Runs a program in both ways and demands the same bits. */
function runBoth(made: GenProgram, compiled: Program, given: GenInputs): Interpretation {
  const shown = describe(made, given);
  const tree = accept(made.text);
  const { externals } = made;
  const wanted = interpret(tree, { entry: "main", inputs: given.values, externals });
  const packed = given.texts.map((text, party) => encodeInput(compiled, party, text));
  const output = evaluate(compiled.circuit, packed);
  const got = bitsOf(output, compiled.circuit.header.outputs.length);
  assert.equal(got.slice(0, 161), wanted.bits.slice(0, 161), `the panic differs${shown}`);
  assert.equal(got.slice(161), wanted.bits.slice(161), `the result differs${shown}`);
  const outcome = decodeOutput(compiled, output);
  assert.equal(outcome.kind, wanted.panic === undefined ? "value" : "panic", shown);
  return wanted;
}

function facts(made: GenProgram, runs: readonly Interpretation[]): string[] {
  const found: string[] = [...made.tags];
  for (const { panic, inBranch, duplicateKeys } of runs) {
    found.push(panic === undefined ? "no panic" : "a panic");
    if (panic !== undefined) found.push(panic);
    if (inBranch) found.push("a panic in a branch");
    if (duplicateKeys) found.push("duplicate keys");
  }
  return found;
}

/** A program and its inputs. */
interface Case {
  readonly choices: readonly number[];
  readonly inputs: readonly (readonly number[])[];
}

function caseOf(seed: number): Case {
  return {
    choices: choicesOf(seed, 300 + seed % PROGRAM_CHOICES),
    inputs: Array.from({ length: RUNS }, (_, i) => choicesOf(seed + 1 + i, INPUT_CHOICES)),
  };
}

/** Seeds of programs and their inputs; programs shrink by {@linkcode smallest}, not their seeds. */
const seeds = fc.noShrink(fc.noBias(fc.nat()));

/** Runs the check; of a program that fails it, the error of a smaller one that fails too. */
function checkSmall(list: readonly number[], check: (list: readonly number[]) => void): void {
  try {
    check(list);
  } catch {
    const fails = (shorter: readonly number[]): boolean => {
      try {
        check(shorter);
        return false;
      } catch {
        return true;
      }
    };
    check(smallest(list, fails));
  }
}

/** The same programs in every quick run, others in every slow one. */
const SEED = SLOW ? {} : { seed: 20 };

Deno.test("random programs: interpreter and circuit agree in all bits, every construct occurs", () => {
  const shares = new Shares();
  let large = 0;
  const check = (list: readonly number[], runs: readonly (readonly number[])[]): void => {
    const made = program(list);
    const compiled = circuitOf(made);
    if (compiled === undefined) {
      large++;
      return;
    }
    validateCircuit(compiled.circuit);
    shares.add(facts(made, runs.map((run) => runBoth(made, compiled, inputs(made, run)))));
  };
  const property = fc.property(seeds, (seed) => {
    const { choices, inputs: runs } = caseOf(seed);
    checkSmall(choices, (shorter) => check(shorter, runs));
  });
  fc.assert(property, { numRuns: SLOW ? 25_000 : 800, ...SEED });
  const all = [...FACTS, ...CONSTRUCTS];
  const table = `\n${shares.programs} programs, ${large} too large\n${shares.show(all)}\n`;
  if (SLOW) process.stderr.write(table);
  assert.ok(large < shares.programs / 50, `${large} programs were too large`);
  const rare = all.filter((fact) => shares.percent(fact) < 5);
  assert.deepEqual(rare, [], `too rare:\n${shares.show(rare)}`);
});

/** What sessions in memory can be made of in reasonable time. */
const MPC_ANDS = { min: 10, max: 2_500 };

Deno.test("random programs: sessions in memory give the bits of the interpreter to every party", async () => {
  const seen = { values: 0, panics: 0 };
  const wanted = SLOW ? 100 : 6;
  for (let seed = 1; seen.values + seen.panics < 2 * wanted; seed++) {
    const { choices, inputs: [run = []] } = caseOf(seed);
    const made = program(choices);
    const compiled = circuitOf(made);
    if (compiled === undefined || compiled.parties < 2 || compiled.parties > 4) continue;
    const { ands, outputs } = compiled.circuit.header;
    if (ands < MPC_ANDS.min || ands > MPC_ANDS.max) continue;
    const given = inputs(made, run);
    const { bits, panic } = runBoth(made, compiled, given);
    const kind = panic === undefined ? "values" : "panics";
    // As many panics as values.
    if (seen[kind] === wanted) continue;
    seen[kind]++;
    const packed = given.texts.map((text, party) => encodeInput(compiled, party, text));
    const session = await simulate(compiled.circuit, packed, {
      parties: compiled.parties,
      seed: `${seed}`,
    });
    for (const output of session.outputs) {
      assert.ok(output !== undefined);
      assert.equal(bitsOf(output, outputs.length), bits, describe(made, given));
    }
  }
});
