/** Program text and the two ways of naming a place in it: true spans and the language's own positions. */

/** A program text with the name that diagnostics show for it. */
export interface Source {
  /** File name or another label; shown, never opened. */
  readonly name: string;
  /** The text. */
  readonly text: string;
}

/** A true extent: half-open, as UTF-16 offsets into the text. Diagnostics draw this. */
export interface Span {
  /** Offset of the first code unit. */
  readonly start: number;
  /** Offset after the last code unit. */
  readonly end: number;
}

/**
 * An extent in the coordinates that a circuit reports for a panic. Lines and columns are 0-based and
 * columns count Unicode scalar values, but they come from a slightly skewed counter that is part of
 * the language (see scan.ts), so they must not be used to draw anything.
 */
export interface Position {
  /** 0-based line of the start. */
  readonly startLine: number;
  /** Skewed column of the start. */
  readonly startCol: number;
  /** 0-based line of the end. */
  readonly endLine: number;
  /** Skewed column of the end. */
  readonly endCol: number;
}

/** Both extents of one syntactic node. */
export interface Extent {
  /** True extent. */
  readonly span: Span;
  /** Extent in panic coordinates. */
  readonly position: Position;
}

/** A place as people count: both numbers start at 1. */
export interface LineColumn {
  /** 1-based line. */
  readonly line: number;
  /** 1-based column in Unicode scalar values. */
  readonly column: number;
}

/** From the start of `first` to the end of `last`. */
export function joinExtents(first: Extent, last: Extent): Extent {
  return {
    span: { start: first.span.start, end: last.span.end },
    position: {
      startLine: first.position.startLine,
      startCol: first.position.startCol,
      endLine: last.position.endLine,
      endCol: last.position.endCol,
    },
  };
}

/** Line and column of an offset; an offset beyond the text counts as its end. */
export function lineColumn(text: string, offset: number): LineColumn {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
  return { line, column };
}
