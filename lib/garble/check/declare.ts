/** Types as written to types, and the declarations of structs and enums. */

import type { ConstSyntax, EnumItem, SizeSyntax, StructItem, TypeExpr } from "../ast.ts";
import { externalKey } from "../consts.ts";
import {
  type ArraySize,
  BOOL,
  type EnumType,
  type EnumVariant,
  type IntName,
  INTS,
  showType,
  type SizeExpr,
  type StructField,
  type StructType,
  type Type,
} from "../types.ts";
import type { Context } from "./context.ts";
import { checkSize } from "./size.ts";

/** Turns types as written into types; resolves structs and enums on demand. */
export class TypeResolver {
  readonly #c: Context;
  readonly #structs: ReadonlyMap<string, StructItem>;
  readonly #enums: ReadonlyMap<string, EnumItem>;
  readonly #open: string[] = [];

  constructor(
    c: Context,
    items: { readonly structs: readonly StructItem[]; readonly enums: readonly EnumItem[] },
  ) {
    this.#c = c;
    this.#structs = new Map(items.structs.map((s) => [s.name.text, s]));
    this.#enums = new Map(items.enums.map((e) => [e.name.text, e]));
  }

  /** Declares all structs and then all enums. */
  declareAll(): void {
    for (const item of this.#structs.values()) this.#struct(item);
    for (const item of this.#enums.values()) this.#enum(item);
  }

  /** The type, or undefined if it is wrong (which was reported). */
  resolve(syntax: TypeExpr): Type | undefined {
    const type = this.#resolve(syntax);
    return type !== undefined && checkSize(this.#c, type, syntax.span) ? type : undefined;
  }

  #resolve(syntax: TypeExpr): Type | undefined {
    switch (syntax.kind) {
      case "name":
        return this.#named(syntax);
      case "tuple": {
        const elements = this.#all(syntax.elements);
        return elements === undefined ? undefined : { kind: "tuple", elements };
      }
      case "array": {
        const element = this.#resolve(syntax.element);
        const size = resolveSize(this.#c, syntax.size);
        if (element === undefined || size === undefined) return undefined;
        return { kind: "array", element, size };
      }
    }
  }

  #all(list: readonly TypeExpr[]): Type[] | undefined {
    const types: Type[] = [];
    for (const syntax of list) {
      const type = this.#resolve(syntax);
      if (type !== undefined) types.push(type);
    }
    return types.length === list.length ? types : undefined;
  }

  #named(syntax: TypeExpr & { kind: "name" }): Type | undefined {
    const { name, span } = syntax;
    if (name === "bool") return BOOL;
    if (isIntName(name)) return INTS[name];
    const struct = this.#structs.get(name);
    const enumItem = this.#enums.get(name);
    if (struct === undefined && enumItem === undefined) {
      const builtin = ["bool", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64"];
      const known = [...this.#structs.keys(), ...this.#enums.keys(), ...builtin];
      const message = `there is no type "${name}"`;
      return this.#c.report(
        "UnknownStructOrEnum",
        span,
        message,
        this.#c.suggest(name, () => known),
      );
    }
    if (this.#open.includes(name)) {
      const message = `the type "${name}" contains itself`;
      return this.#c.report("RecursiveType", span, message, "values have a fixed size");
    }
    const { definitions } = this.#c.nesting;
    if (this.#open.length >= definitions) {
      const message = `structs and enums are nested more than ${definitions} levels deep`;
      return this.#c.report("TypeNestedTooDeeply", span, message);
    }
    if (struct !== undefined) return this.#struct(struct);
    return enumItem === undefined ? undefined : this.#enum(enumItem);
  }

  #struct(item: StructItem): StructType | undefined {
    const name = item.name.text;
    if (this.#c.structs.has(name)) return this.#c.structs.get(name);
    this.#open.push(name);
    const fields: StructField[] = [];
    const seen = new Set<string>();
    for (const field of item.fields) {
      const fieldName = field.name.text;
      const type = this.#resolve(field.type);
      if (seen.has(fieldName)) {
        const message = `the struct "${name}" has two fields "${fieldName}"`;
        this.#c.report("DuplicateStructField", field.name.span, message);
      } else if (type !== undefined) fields.push({ name: fieldName, type });
      seen.add(fieldName);
    }
    this.#open.pop();
    fields.sort((a, b) => a.name < b.name ? -1 : 1);
    const whole: StructType = { kind: "struct", name, fields };
    const correct = fields.length === item.fields.length &&
      checkSize(this.#c, whole, item.name.span);
    this.#c.structs.set(name, correct ? whole : undefined);
    return correct ? whole : undefined;
  }

  #enum(item: EnumItem): EnumType | undefined {
    const name = item.name.text;
    if (this.#c.enums.has(name)) return this.#c.enums.get(name);
    this.#open.push(name);
    const variants: EnumVariant[] = [];
    for (const variant of item.variants) {
      const payload = variant.payload === undefined ? undefined : this.#all(variant.payload);
      if ((payload === undefined) === (variant.payload === undefined)) {
        variants.push({ name: variant.name.text, payload });
      }
    }
    this.#open.pop();
    const whole: EnumType = { kind: "enum", name, variants };
    const correct = variants.length === item.variants.length &&
      checkSize(this.#c, whole, item.name.span);
    this.#c.enums.set(name, correct ? whole : undefined);
    return correct ? whole : undefined;
  }
}

function isIntName(name: string): name is IntName {
  return Object.hasOwn(INTS, name);
}

/** The size of an array type or repeat literal; constants in it must exist and be of type usize. */
export function resolveSize(c: Context, size: SizeSyntax): ArraySize | undefined {
  switch (size.kind) {
    case "number":
      return { kind: "fixed", length: size.length };
    case "name":
      return checkSizeConstant(c, size) ? { kind: "named", name: size.name } : undefined;
    case "computed": {
      const expr = sizeExpr(c, size.expr);
      return expr === undefined ? undefined : { kind: "computed", expr };
    }
  }
}

function checkSizeConstant(
  c: Context,
  syntax: { name: string } & Pick<ConstSyntax, "span">,
): boolean {
  const { name, span } = syntax;
  if (!c.constants.has(name)) {
    const hint = c.suggest(name, () => [...c.constants.keys()]);
    c.report("UnknownIdentifier", span, `there is no constant "${name}"`, hint);
    return false;
  }
  const type = c.constants.get(name)?.type;
  if (type === undefined) return false;
  if (type.kind === "int" && type.name === "usize") return true;
  const message = `the size "${name}" must be of type usize, and is of type ${showType(type)}`;
  c.report("UnexpectedType", span, message, `declare it as "const ${name}: usize = …"`);
  return false;
}

function sizeExpr(c: Context, syntax: ConstSyntax): SizeExpr | undefined {
  switch (syntax.kind) {
    case "bool":
      return c.unexpected(syntax.span, { expected: INTS.usize, actual: BOOL });
    case "number":
      return { kind: "number", value: syntax.value, suffix: syntax.suffix };
    case "constant":
      return checkSizeConstant(c, syntax) ? { kind: "constant", name: syntax.name } : undefined;
    case "external": {
      const { party, name, span } = syntax;
      const external = c.externals.get(externalKey(party, name));
      if (external === undefined) {
        const message = `no constant is defined by ${externalKey(party, name)}`;
        const hint = "define a const by it first";
        return c.report("UnknownIdentifier", span, message, hint);
      }
      if (external.type.kind !== "int") {
        return c.unexpected(span, { expected: INTS.usize, actual: external.type });
      }
      return { kind: "external", party, name };
    }
    case "add":
    case "subtract": {
      const left = sizeExpr(c, syntax.left);
      const right = sizeExpr(c, syntax.right);
      if (left === undefined || right === undefined) return undefined;
      return { kind: syntax.kind, left, right };
    }
    case "max":
    case "min": {
      const operands = syntax.operands.map((operand) => sizeExpr(c, operand));
      const known = operands.filter((operand) => operand !== undefined);
      return known.length === operands.length ? { kind: syntax.kind, operands: known } : undefined;
    }
  }
}
