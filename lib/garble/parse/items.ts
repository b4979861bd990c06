/** Items: constants, structs, enums and functions. */

import type {
  ConstItem,
  EnumItem,
  FieldItem,
  FnItem,
  Name,
  ParamItem,
  StructItem,
  TypeExpr,
  VariantItem,
} from "../ast.ts";
import { showToken, type Token } from "../token.ts";
import { parseBlock } from "./blocks.ts";
import { type Cursor, ParseFailure } from "./cursor.ts";
import { parseExpr } from "./expressions.ts";
import { parseType, toConst } from "./types.ts";

/** The items of a program, to be filled. */
export interface Items {
  /** Constants in source order. */
  readonly consts: ConstItem[];
  /** Structs in source order. */
  readonly structs: StructItem[];
  /** Enums in source order. */
  readonly enums: EnumItem[];
  /** Functions in source order. */
  readonly functions: FnItem[];
}

/** Parses all items; a broken one is skipped up to the next. */
export function parseItems(p: Cursor): Items {
  const items: Items = { consts: [], structs: [], enums: [], functions: [] };
  while (!p.atEnd) {
    const before = p.index;
    try {
      parseItem(p, items);
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      if (!error.recoverable) break;
      if (p.index === before) p.next();
      while (!p.atEnd && !p.atItem()) p.next();
    }
  }
  return items;
}

function parseItem(p: Cursor, items: Items): void {
  const first = p.token;
  const isPublic = p.accept("pub") !== undefined;
  if (p.at("fn")) items.functions.push(parseFn(p, first, isPublic));
  else if (p.at("const")) items.consts.push(parseConst(p));
  else if (p.at("struct")) items.structs.push(parseStruct(p));
  else if (p.at("enum")) items.enums.push(parseEnum(p));
  else if (!isPublic || !p.atEnd) {
    const message = `expected fn, const, struct or enum, found ${showToken(p.token)}`;
    p.fail("InvalidTopLevelDef", message);
  }
}

function nameOf(token: Token): Name {
  return { text: token.text, span: token.span, position: token.position };
}

function parseConst(p: Cursor): ConstItem {
  const first = p.expect("const");
  const name = nameOf(p.identifier());
  p.expect(":", "a constant needs a type");
  const type = parseType(p);
  p.expect("=");
  const value = toConst(p, parseExpr(p));
  const last = p.expect(";");
  return { name, type, value, span: { start: first.span.start, end: last.span.end } };
}

function parseField(p: Cursor): FieldItem {
  const name = nameOf(p.identifier());
  p.expect(":");
  return { name, type: parseType(p) };
}

function parseStruct(p: Cursor): StructItem {
  p.expect("struct");
  const name = nameOf(p.identifier());
  p.expect("{");
  const fields: FieldItem[] = [];
  while (!p.at("}")) {
    fields.push(parseField(p));
    if (p.accept(",") === undefined) break;
  }
  p.expect("}");
  return { name, fields };
}

function parseEnum(p: Cursor): EnumItem {
  p.expect("enum");
  const name = nameOf(p.identifier());
  p.expect("{");
  const variants: VariantItem[] = [];
  do {
    const variant = nameOf(p.identifier());
    variants.push({ name: variant, payload: parsePayload(p) });
  } while (p.accept(",") !== undefined && !p.at("}"));
  p.expect("}");
  return { name, variants };
}

function parsePayload(p: Cursor): readonly TypeExpr[] | undefined {
  if (p.accept("(") === undefined) return undefined;
  const payload: TypeExpr[] = [];
  // The language allows a comma in place of the first type.
  p.accept(",");
  while (!p.at(")")) {
    payload.push(parseType(p));
    if (p.accept(",") === undefined) break;
  }
  p.expect(")");
  return payload;
}

function parseFn(p: Cursor, first: Token, isPublic: boolean): FnItem {
  p.expect("fn");
  const name = nameOf(p.identifier());
  p.expect("(", p.at("<") ? "there are no generics" : undefined);
  const params: ParamItem[] = [];
  while (!p.at(")")) {
    const mutable = p.accept("mut") !== undefined;
    params.push({ mutable, ...parseField(p) });
    if (p.accept(",") === undefined) break;
  }
  p.expect(")");
  p.expect("->", 'every function names its result type, "-> ()" if there is none');
  const result = parseType(p);
  const body = parseBlock(p);
  const span = { start: first.span.start, end: body.span.end };
  return { isPublic, name, params, result, body, span };
}
