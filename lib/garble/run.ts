/** Inputs and outputs of a compiled program. */
import { getBit, ProgramError } from "../base/mod.ts";
import type { Parameter, ProgramFacts } from "./compile.ts";
import { renderExcerpt } from "./diagnostic.ts";
import { exampleText, readValue } from "./literal.ts";
import { PANIC_BITS, PANIC_REASONS, type PanicReason } from "./lower/panic.ts";
import { lineColumn, type Position } from "./source.ts";
import { showType } from "./types.ts";
import { decodeValue, encodeValue, type GarbleValue, printValue } from "./value.ts";

/** A result of a program. */
export interface ValueOutcome {
  /** Discriminant. */
  readonly kind: "value";
  /** As the language prints it. */
  readonly text: string;
  /** The value. */
  readonly value: GarbleValue;
}

/** A panic of a program. */
export interface PanicOutcome {
  /** Discriminant. */
  readonly kind: "panic";
  /** Why. */
  readonly reason: PanicReason;
  /** The extent as the circuit reports it. */
  readonly position: Position;
  /** Where, as people count. */
  readonly line: number;
  /** Where, as people count. */
  readonly column: number;
  /** The reason in words, name and place, and the line with the operator marked. */
  readonly text: string;
}

/** What a program came to. */
export type Outcome = ValueOutcome | PanicOutcome;

const LABELS: Readonly<Record<PanicReason, string>> = {
  Overflow: "Overflow",
  DivByZero: "Division By Zero",
  OutOfBounds: "Array Access Out Of Bounds",
};

/**
 * The parameter of a party (numbered from 0).
 *
 * @throws ProgramError when the program has no such party
 */
export function parameterOf(program: ProgramFacts, party: number): Parameter {
  const parameter = program.parameters[party];
  if (parameter !== undefined) return parameter;
  throw new ProgramError(
    `Cannot use the input: ${program.entry} has ${program.parties} parties, and none is ${party}`,
    { hint: "Parties are numbered from 0, in the order of the parameters" },
  );
}

/**
 * The packed input bits of a party (numbered from 0), from the text of its value.
 *
 * @throws ProgramError when the text is no value of the parameter's type. The message never quotes it.
 */
export function encodeInput(
  program: ProgramFacts,
  party: number,
  text: string,
): Uint8Array<ArrayBuffer> {
  const { name, type } = parameterOf(program, party);
  const read = readValue(type, text);
  if (read.ok) return encodeValue(type, read.value);
  const { line, column, needed } = read.problem;
  throw new ProgramError(
    `Cannot use the input: ${program.entry}'s parameter \`${name}\` has type ${showType(type)}, ` +
      `and ${needed} is needed at line ${line}, column ${column}`,
    { hint: `A value of type ${showType(type)} is, for example, ${exampleText(type)}` },
  );
}

/**
 * What packed output bits mean: the panic record of 161 bits, then the result.
 *
 * @throws RangeError when the bits are too few or no output of the program
 */
export function decodeOutput(program: ProgramFacts, bits: Uint8Array): Outcome {
  if (bits.length * 8 < PANIC_BITS) throw new RangeError("Cannot decode: there are too few bits");
  if (getBit(bits, 0) === 0) {
    const value = decodeValue(program.result, bits, PANIC_BITS);
    return { kind: "value", text: printValue(value), value };
  }
  const [code, startLine, startCol, endLine, endCol] = panicFields(bits);
  const position = { startLine, startCol, endLine, endCol };
  const reason = (Object.keys(PANIC_REASONS) as PanicReason[])
    .find((reason) => PANIC_REASONS[reason] === code);
  if (reason === undefined) throw new RangeError("Cannot decode: the panic has no known reason");
  return panicOutcome(program, reason, position);
}

function panicFields(bits: Uint8Array): readonly [number, number, number, number, number] {
  const field = (index: number): number => {
    let value = 0;
    for (let i = 0; i < 32; i++) value = value * 2 + getBit(bits, 1 + index * 32 + i);
    return value;
  };
  return [field(0), field(1), field(2), field(3), field(4)];
}

function panicOutcome(
  program: ProgramFacts,
  reason: PanicReason,
  position: Position,
): PanicOutcome {
  // The reported columns are skewed by a rule of the language; the place itself knows its true extent.
  const place = program.panicPlaces.find((place) =>
    place.reason === reason && samePosition(place.position, position)
  );
  if (place === undefined) throw new RangeError("Cannot decode: the panic is at no known place");
  const { line, column } = lineColumn(program.source.text, place.span.start);
  const text = `${LABELS[reason]}\n${renderExcerpt(program.source, place.span)}`;
  return { kind: "panic", reason, position, line, column, text };
}

function samePosition(a: Position, b: Position): boolean {
  return a.startLine === b.startLine && a.startCol === b.startCol && a.endLine === b.endLine &&
    a.endCol === b.endCol;
}
