/**
 * Instruments a WebAssembly module so that everything which an observer of time and caches could see is
 * reported: the address of every load and store, every condition of a branch or a select, every target of
 * a jump table, the operands of divisions, the lengths of copies and fills. Works on the committed binary itself, by its text form.
 *
 * A select counts as a branch, since a compiler may make one of it. Indirect calls and floating point are
 * refused.
 */
import binaryen from "binaryen";

/** A node of the text form: an atom, or a list whose first atom names it. */
type Node = string | Node[];

const REFUSED =
  /^i64\.(div|rem)|^f(32|64)\.|call_indirect|call_ref|return_call|table\.|atomic|memory\.init/;
const DIVISION = /^i32\.(div|rem)/;
const ACCESS = /^[a-z0-9]+\.(load|store)/;

function parse(text: string): Node {
  const tokens = text.replaceAll(/;;.*$|\(;.*?;\)/gm, "").match(/"[^"]*"|[()]|[^\s()]+/g) ?? [];
  const stack: Node[][] = [[]];
  for (const token of tokens) {
    if (token === "(") stack.push([]);
    else if (token === ")") {
      const list = stack.pop() as Node[];
      stack.at(-1)?.push(list);
    } else stack.at(-1)?.push(token);
  }
  return stack[0]?.[0] as Node;
}

function print(node: Node): string {
  return typeof node === "string" ? node : `(${node.map(print).join(" ")})`;
}

/** The operands of `list` that are to be reported, as positions in it. */
function reported(list: readonly Node[]): number[] {
  const name = list[0] as string;
  const operands = list.flatMap((node, i) => Array.isArray(node) ? [i] : []);
  if (ACCESS.test(name)) return operands.slice(0, 1);
  if (DIVISION.test(name)) return operands;
  if (name === "memory.copy" || name === "memory.fill") {
    return name === "memory.copy" ? operands : [operands[0] ?? 0, operands[2] ?? 0];
  }
  if (name === "if") {
    // A result type may stand before the condition.
    return operands.filter((i) => !["result", "then", "else"].includes(headOf(list[i])));
  }
  return name === "br_if" || name === "br_table" || name === "select" ? operands.slice(-1) : [];
}

function headOf(node: Node | undefined): string {
  return Array.isArray(node) ? String(node[0]) : "";
}

function instrumentNode(node: Node): Node {
  if (typeof node === "string") return node;
  const name = headOf(node);
  if (REFUSED.test(name)) throw new Error(`Cannot trace ${name}`);
  const places = reported(node);
  return node.map((child, i) => {
    const inner = instrumentNode(child);
    return places.includes(i) ? ["call", "$trace", inner] : inner;
  });
}

/** `binary`, instrumented: it imports `env.trace`, a function that returns its argument. */
export function instrument(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const source = binaryen.readBinary(binary);
  const [head, ...fields] = instrumentNode(parse(source.emitText())) as Node[];
  const trace = parse('(import "env" "trace" (func $trace (param i32) (result i32)))');
  const types = fields.filter((field) => headOf(field) === "type");
  const rest = fields.filter((field) => headOf(field) !== "type");
  const module = binaryen.parseText(print([head as Node, ...types, trace, ...rest]));
  module.setFeatures(binaryen.Features.All);
  return new Uint8Array(module.emitBinary());
}

/** What was reported: how many values, and a fingerprint of their sequence. */
export interface Trace {
  readonly count: number;
  readonly fingerprint: string;
}

/** An instance of an instrumented module. */
export class Traced {
  /** The exports of the module. */
  readonly exports: WebAssembly.Exports;
  #count = 0;
  #low = 0;
  #high = 0;

  constructor(binary: Uint8Array<ArrayBuffer>) {
    const trace = (value: number): number => {
      this.#count++;
      this.#low = Math.imul(this.#low ^ value, 0x01000193);
      this.#high = Math.imul(this.#high ^ value, 0x5bd1e995) ^ (this.#high >>> 15);
      return value;
    };
    const module = new WebAssembly.Module(instrument(binary));
    this.exports = new WebAssembly.Instance(module, { env: { trace } }).exports;
  }

  /** What `run` makes the module report. */
  record(run: () => void): Trace {
    [this.#count, this.#low, this.#high] = [0, 0, 0];
    run();
    return { count: this.#count, fingerprint: `${this.#low} ${this.#high}` };
  }
}
