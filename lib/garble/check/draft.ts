/**
 * The tree while types are still moving. A draft's `type` is its stored type in the sense of the typing
 * rules: it may be overwritten from an untyped literal type to a concrete one. `finish()` then turns
 * the draft into the final tree and inserts the conversions that this requires.
 */

import type { BinaryOperator } from "../ast.ts";
import type { Extent } from "../source.ts";
import type { Local, Statement, TypedConstant, TypedFunction, TypedPattern } from "../typed.ts";
import type { EnumType, IntName, StructType, Type } from "../types.ts";

/** One arm of a match. */
export interface DraftArm {
  /** The finished pattern. */
  readonly pattern: TypedPattern;
  /** The body. */
  readonly body: Draft;
}

/** What a draft consists of; see the nodes of the typed tree. */
export type DraftForm =
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: bigint; readonly suffix: IntName }
  | { readonly kind: "range"; readonly from: bigint; readonly to: bigint }
  | { readonly kind: "local"; readonly local: Local }
  | { readonly kind: "constant"; readonly constant: TypedConstant }
  | { readonly kind: "array"; readonly elements: readonly Draft[] }
  | { readonly kind: "repeat"; readonly element: Draft }
  | { readonly kind: "tuple"; readonly elements: readonly Draft[] }
  | { readonly kind: "struct"; readonly struct: StructType; readonly fields: readonly Draft[] }
  | {
    readonly kind: "enum";
    readonly enumType: EnumType;
    readonly variant: number;
    readonly fields: readonly Draft[];
  }
  | { readonly kind: "field"; readonly target: Draft; readonly field: number }
  | { readonly kind: "index"; readonly array: Draft; readonly index: Draft }
  | { readonly kind: "unary"; readonly operator: "!" | "-"; readonly operand: Draft }
  | {
    readonly kind: "binary";
    readonly operator: BinaryOperator;
    readonly left: Draft;
    readonly right: Draft;
  }
  | { readonly kind: "cast"; readonly operand: Draft; readonly target: Type }
  | { readonly kind: "call"; readonly callee: TypedFunction; readonly args: readonly Draft[] }
  | { readonly kind: "join"; readonly left: Draft; readonly right: Draft }
  | {
    readonly kind: "block";
    readonly statements: readonly Statement[];
    readonly result: Draft | undefined;
  }
  | {
    readonly kind: "if";
    readonly condition: Draft;
    readonly then: Draft;
    readonly otherwise: Draft;
  }
  | { readonly kind: "match"; readonly scrutinee: Draft; readonly arms: readonly DraftArm[] };

/** An expression whose type may still be narrowed. */
export interface Draft extends Extent {
  /** The stored type. */
  type: Type;
  /** The node. */
  readonly form: DraftForm;
}

/** A draft without anything in it but its parts. */
export function draft(extent: Extent, type: Type, form: DraftForm): Draft {
  const { span, position } = extent;
  return { span, position, type, form };
}
