/**
 * Exhaustiveness of match: is the row of wildcards useful after the arms?
 * Source: L. Maranget, "Warnings for pattern matching", J. Funct. Program. 17(3), 2007, section 3. Unsigned columns are
 * split into segments at the numbers in the patterns. A signed column has one constructor, the whole domain, so it is
 * covered only by a name or by one range over all values: a rule of the language.
 */

import type { TypedPattern } from "../typed.ts";
import { intRange, type IntType, type Type } from "../types.ts";

/** Steps after which a match counts as too complex; each visits one column of a matrix. */
const STEPS_MAX = 20_000;

/** Cells of a matrix that may be visited in all. */
const CELLS_MAX = 60_000_000;

/** A pattern in the matrix; undefined matches everything. */
type Cell = TypedPattern | undefined;

type Row = readonly Cell[];

/** A constructor of a column: how it specialises a cell, its fields, and how a missing case looks. */
interface Constructor {
  readonly fields: readonly Type[];
  /** Cells of the fields, or undefined if the pattern does not match the constructor. */
  specialise(cell: TypedPattern): Row | undefined;
  show(fields: readonly string[]): string;
}

interface Budget {
  steps: number;
  cells: number;
  readonly step: () => void;
}

class TooComplex extends Error {}

/** Undefined if the patterns cover the type, else an example of what is missing. `step` is called at each matrix. */
export function isExhaustive(
  patterns: readonly TypedPattern[],
  type: Type,
  step: () => void,
): string | undefined {
  try {
    const missing = uncovered(patterns.map((p) => [p]), [type], { steps: 0, cells: 0, step });
    return missing === undefined ? undefined : `${missing.join(", ")} is missing`;
  } catch (error) {
    if (!(error instanceof TooComplex)) throw error;
    return "it is too complex to be checked";
  }
}

/** A row of cases that no row of the matrix matches. */
function uncovered(
  rows: readonly Row[],
  types: readonly Type[],
  budget: Budget,
): string[] | undefined {
  budget.steps++;
  budget.step();
  budget.cells += rows.length * (types.length + 1);
  if (budget.steps > STEPS_MAX || budget.cells > CELLS_MAX) throw new TooComplex();
  const [type, ...others] = types;
  if (type === undefined) return rows.length === 0 ? [] : undefined;
  const first = rows.map((row) => row[0]).filter((cell) => isTest(cell));
  if (first.length === 0) {
    const missing = uncovered(rows.map((row) => row.slice(1)), others, budget);
    return missing && ["_", ...missing];
  }
  for (const constructor of constructors(type, first)) {
    const { fields } = constructor;
    budget.cells += rows.length;
    const special = rows.flatMap((row) => specialiseRow(row, constructor));
    const missing = uncovered(special, [...fields, ...others], budget);
    if (missing !== undefined) {
      const own = constructor.show(missing.slice(0, fields.length));
      return [own, ...missing.slice(fields.length)];
    }
  }
  return undefined;
}

function isTest(cell: Cell): cell is TypedPattern {
  return cell !== undefined && cell.kind !== "binding";
}

/** No rows, or one. */
function specialiseRow(row: Row, constructor: Constructor): readonly Row[] {
  const [cell, ...rest] = row;
  const wild: Row = constructor.fields.map(() => undefined);
  const fields = isTest(cell) ? constructor.specialise(cell) : wild;
  return fields === undefined ? [] : [[...fields, ...rest]];
}

function constructors(type: Type, cells: readonly TypedPattern[]): readonly Constructor[] {
  switch (type.kind) {
    case "bool":
      return [true, false].map((value) => ({
        fields: [],
        specialise: (p) => p.kind === "bool" && p.value === value ? [] : undefined,
        show: () => String(value),
      }));
    case "int":
      return type.signed ? [wholeDomain(type)] : segments(type, cells);
    case "tuple":
      return [{
        fields: type.elements,
        specialise: (p) => p.kind === "tuple" ? p.elements : undefined,
        show: (fields) => `(${fields.join(", ")})`,
      }];
    case "struct":
      return [{
        fields: type.fields.map((f) => f.type),
        specialise: (p) => p.kind === "struct" ? p.fields : undefined,
        show: (fields) => {
          const parts = type.fields.map((f, i) => `${f.name}: ${fields[i] ?? "_"}`);
          return `${type.name} {${parts.join(", ")}}`;
        },
      }];
    case "enum":
      return type.variants.map(({ name, payload }, index) => ({
        fields: payload ?? [],
        specialise: (p) => p.kind === "enum" && p.variant === index ? p.fields : undefined,
        show: (fields) =>
          payload === undefined
            ? `${type.name}::${name}`
            : `${type.name}::${name}(${fields.join(", ")})`,
      }));
    case "array":
      return [{ fields: [], specialise: () => undefined, show: () => "_" }];
  }
}

interface Segment {
  readonly min: bigint;
  readonly max: bigint;
}

function segmentConstructor(segment: Segment, type: IntType): Constructor {
  const { min, max } = segment;
  const name = type.name.endsWith("?") ? "" : type.name;
  const range = intRange(type);
  return {
    fields: [],
    specialise: (p) => p.kind === "range" && p.min <= min && max <= p.max ? [] : undefined,
    show: () => {
      if (min === range.min && max === range.max) return "_";
      return min === max ? `${min}${name}` : `${min}${name}..=${max}${name}`;
    },
  };
}

function wholeDomain(type: IntType): Constructor {
  return segmentConstructor(intRange(type), type);
}

function segments(type: IntType, cells: readonly TypedPattern[]): readonly Constructor[] {
  const { min, max } = intRange(type);
  const starts = new Set([min]);
  for (const cell of cells) {
    if (cell.kind !== "range" || cell.min > cell.max) continue;
    starts.add(cell.min);
    if (cell.max < max) starts.add(cell.max + 1n);
  }
  const sorted = [...starts].sort((a, b) => a < b ? -1 : 1);
  return sorted.map((start, i) => {
    const next = sorted[i + 1];
    return segmentConstructor({ min: start, max: next === undefined ? max : next - 1n }, type);
  });
}
