/**
 * CSV with a header: one row for each element of an array, or one row for any other type. Struct fields
 * are columns by name in any order; tuple elements are columns in order, with any names.
 *
 * A cell is a number, `true` or `false`, the text of a byte string, the name of a variant, or else the
 * text of a value in the language.
 */
import { CsvError, parse } from "csv-parse/sync";
import { isByteString, readByteText, writeByteText } from "./byte_text.ts";
import { DataProblem, within } from "./data_problem.ts";
import { integerOf } from "./json_text.ts";
import { fixedLength } from "./layout.ts";
import { readValue } from "./literal.ts";
import { showType, type Type } from "./types.ts";
import { type GarbleValue, printValue } from "./value.ts";

/** A row with the number of its last line. */
interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/** A column of the table that a type is. */
interface Column {
  readonly name: string;
  readonly type: Type;
}

/** Reads a value of a type whose array sizes are all numbers. @throws DataProblem */
export function readCsv(type: Type, text: string): GarbleValue {
  const [header, ...rows] = readRows(text);
  if (header === undefined) {
    throw new DataProblem("a header with the names of the columns is needed");
  }
  const table = isTable(type);
  const rowType = table ? type.element : type;
  const places = within(() => "header", () => columnPlaces(rowType, header.cells));
  const count = table ? fixedLength(type) : 1;
  if (rows.length !== count) {
    const form = table ? ` of type ${showType(rowType)}` : "";
    throw new DataProblem(
      `${count} ${count === 1 ? "row is" : "rows are"} needed${form}, and ${rows.length} given`,
    );
  }
  const elements = rows.map((row, i) => {
    const step = (): string => `row ${i + 1} (line ${row.line})`;
    return within(step, () => readRow(rowType, { row, places, width: header.cells.length }));
  });
  const [only] = elements;
  return table || only === undefined ? { kind: "array", elements } : only;
}

/** Whether each element of the value is a row. A byte string alone is one cell. */
function isTable(type: Type): type is Type & { readonly kind: "array" } {
  return type.kind === "array" && !isByteString(type);
}

function readRows(text: string): Row[] {
  try {
    // Why: rows of another length are found here, since the library's error quotes them.
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true };
    const records: unknown = parse(text, options);
    return (records as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => {
      return { cells: record, line: info.lines };
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? ` at line ${error["lines"]}` : "";
    throw new DataProblem(`it is no valid CSV${line}: ${csvProblem(error.code)}`);
  }
}

function csvProblem(code: string): string {
  if (code === "CSV_QUOTE_NOT_CLOSED") return "a quote is not closed";
  return code === "INVALID_OPENING_QUOTE"
    ? "a quote stands inside a cell that is not quoted"
    : 'cells with commas, quotes or line breaks must be quoted, as in "a ""b"", c"';
}

/** Whether the parts of a row are its columns. A row without parts is one column, or it would be no line. */
function hasColumns(rowType: Type): boolean {
  if (rowType.kind === "struct") return rowType.fields.length > 0;
  return rowType.kind === "tuple" && rowType.elements.length > 0;
}

function columnsOf(rowType: Type): readonly Column[] {
  if (hasColumns(rowType) && rowType.kind === "struct") return rowType.fields;
  if (hasColumns(rowType) && rowType.kind === "tuple") {
    return rowType.elements.map((type, i) => ({ name: `${i + 1}`, type }));
  }
  return [{ name: "value", type: rowType }];
}

/** For each column of the type, its place in the rows. */
function columnPlaces(rowType: Type, header: readonly string[]): readonly number[] {
  const columns = columnsOf(rowType);
  const names = columns.map(({ name }) => name).join(", ");
  if (rowType.kind !== "struct" || !hasColumns(rowType)) {
    if (header.length === columns.length) return columns.map((_, i) => i);
    throw new DataProblem(`a row of type ${showType(rowType)} has ${columns.length} columns`);
  }
  const places = new Map(header.map((cell, place) => [cell.trim(), place]));
  for (const { name } of columns) {
    if (!places.has(name)) throw new DataProblem(`the column ${name} is missing`);
  }
  // Why: the cells are not quoted; without a header they would be those of the first row.
  if (header.length !== columns.length) {
    throw new DataProblem(`there are more columns than ${rowType.name} has fields: ${names}`);
  }
  return columns.map(({ name }) => places.get(name) ?? 0);
}

interface RowPlaces {
  readonly row: Row;
  readonly places: readonly number[];
  readonly width: number;
}

function readRow(rowType: Type, { row, places, width }: RowPlaces): GarbleValue {
  if (row.cells.length !== width) {
    throw new DataProblem(`it has ${row.cells.length} cells, and the header ${width}`);
  }
  const cells = columnsOf(rowType).map(({ name, type }, i) => {
    const cell = row.cells[places[i] ?? 0] ?? "";
    return { name, value: within(() => `column ${name}`, () => readCell(type, cell)) };
  });
  const elements = cells.map(({ value }) => value);
  const [only] = elements;
  if (!hasColumns(rowType) && only !== undefined) return only;
  return rowType.kind === "struct"
    ? { kind: "struct", name: rowType.name, fields: cells }
    : { kind: "tuple", elements };
}

function readCell(type: Type, cell: string): GarbleValue {
  const text = cell.trim();
  if (type.kind === "int") return { kind: "int", value: integerOf(type, text) };
  if (type.kind === "bool") {
    const value = text.toLowerCase() === "true";
    if (!value && text.toLowerCase() !== "false") throw new DataProblem("true or false is needed");
    return { kind: "bool", value };
  }
  if (type.kind === "array" && isByteString(type)) return readByteText(type, cell);
  if (type.kind === "enum") {
    const variant = type.variants.find((v) => v.name === text && v.payload === undefined);
    const { name } = type;
    if (variant) return { kind: "enum", name, variant: variant.name, payload: undefined };
  }
  const read = readValue(type, text);
  if (read.ok) return read.value;
  throw new DataProblem(`${read.problem.needed} is needed`);
}

/** The table of a value of the type, each line ended by a line feed. */
export function writeCsv(type: Type, value: GarbleValue): string {
  const rowType = isTable(type) ? type.element : type;
  const rows = isTable(type) && value.kind === "array" ? value.elements : [value];
  const columns = columnsOf(rowType);
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => cellsOf(rowType, row))];
  return lines.map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

function cellsOf(rowType: Type, row: GarbleValue): string[] {
  const columns = columnsOf(rowType);
  if (!hasColumns(rowType)) return [writeCell(rowType, row)];
  if (row.kind === "struct") {
    return row.fields.map(({ value }, i) => writeCell(columns[i]?.type ?? rowType, value));
  }
  if (row.kind === "tuple") {
    return row.elements.map((value, i) => writeCell(columns[i]?.type ?? rowType, value));
  }
  return [writeCell(rowType, row)];
}

function writeCell(type: Type, value: GarbleValue): string {
  if (type.kind === "array" && isByteString(type) && value.kind === "array") {
    return writeByteText(value.elements);
  }
  return value.kind === "enum" && value.payload === undefined ? value.variant : printValue(value);
}

function quoted(cell: string): string {
  // Why: an empty cell alone would be an empty line, which is skipped.
  return cell === "" || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
