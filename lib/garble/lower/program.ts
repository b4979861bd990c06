/** A whole program: inputs, the entry function inlined, and the outputs behind the panic record. */
import { Builder, type PackedCircuit, type Wire } from "../../circuit/mod.ts";
import type { Constants } from "../consts.ts";
import type { Tick } from "../steps.ts";
import type { TypedFunction } from "../typed.ts";
import type { Type } from "../types.ts";
import { Context } from "./context.ts";
import { lowerExpr } from "./expressions.ts";
import type { CompileLimits } from "../limits.ts";
import type { PanicPlace } from "./panic.ts";
import { flatten, list, type Value } from "./values.ts";

/** What the lowering of a program needs. */
export interface LowerOptions {
  readonly entry: TypedFunction;
  readonly constants: Constants;
  readonly limits: CompileLimits;
  /** Bound of the search for equal gates, see {@linkcode BuilderOptions}. */
  readonly sharingBuckets: number;
  /** Called every few thousand steps; what it throws ends the lowering. */
  readonly tick?: Tick | undefined;
}

/** The input of one party. */
export interface PartyInput {
  /** Name of the parameter; `name[i]` if each element of an array is a party. */
  readonly name: string;
  /** Type as in the program. */
  readonly type: Type;
  /** Width in bits. */
  readonly bits: number;
}

/** A circuit with the parties' inputs. */
export interface Lowered {
  readonly circuit: PackedCircuit;
  /** The places that can panic. */
  readonly places: readonly PanicPlace[];
  readonly inputs: readonly PartyInput[];
}

/**
 * Lowers the entry function. Each parameter is the input of one party; a single parameter of an array
 * type gives each element to a party of its own, unless its size is a computed one. Outputs: the 161
 * bits of the panic record, then the result. Without a panic the record is all zeros, with one the
 * result is, so that a panic tells nothing but itself.
 *
 * @throws LimitError when the program needs more than a limit allows
 * @throws ProgramError when an array size has no value below 2^32
 */
export function lowerProgram(options: LowerOptions): Lowered {
  const { entry, constants, limits, sharingBuckets, tick } = options;
  const inputs = partyInputs(entry, new Context(new Builder({ inputs: [] }), constants, limits));
  const builder = new Builder({
    inputs: inputs.map(({ bits }) => bits),
    gatesMax: limits.gates,
    sharingBuckets,
    tick,
  });
  const ctx = new Context(builder, constants, limits, tick);
  const values = inputs.map(({ type, bits }, party): Value => {
    const wires = Array.from({ length: bits }, (_, bit) => builder.input(party, bit));
    return ctx.fromWires(type, wires);
  });
  const [only] = entry.params;
  if (only !== undefined && elementParties(entry) !== undefined) ctx.bind(only, list(values));
  else entry.params.forEach((param, i) => ctx.bind(param, values[i] as Value));
  const result = flatten(lowerExpr(ctx, entry.body));
  const { panicked } = ctx.panics;
  const shown = result.map((wire): Wire => builder.and(wire, builder.not(panicked)));
  return {
    circuit: builder.build([...ctx.panics.wires(), ...shown]),
    inputs,
    places: ctx.panics.places(),
  };
}

function partyInputs(entry: TypedFunction, ctx: Context): PartyInput[] {
  const elements = elementParties(entry);
  const [only] = entry.params;
  if (elements === undefined || only === undefined || only.type.kind !== "array") {
    ctx.checkedBits(entry.params.reduce((sum, param) => sum + ctx.widthOf(param.type), 0), 0);
    return entry.params.map(({ name, type }) => ({ name, type, bits: ctx.widthOf(type) }));
  }
  ctx.widthOf(only.type);
  const bits = ctx.widthOf(elements);
  return Array.from({ length: ctx.lengthOf(only.type) }, (_, i) => {
    return { name: `${only.name}[${i}]`, type: elements, bits };
  });
}

/** The element type if the entry function takes one array of which each element is a party's. */
function elementParties(entry: TypedFunction): Type | undefined {
  const [only] = entry.params;
  if (only === undefined || entry.params.length !== 1 || only.type.kind !== "array") {
    return undefined;
  }
  return only.type.size.kind === "computed" ? undefined : only.type.element;
}
