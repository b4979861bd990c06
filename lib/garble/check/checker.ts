/** What the parts of the checker see of each other. */

import type { Block, Expr } from "../ast.ts";
import type { Context } from "./context.ts";
import type { TypeResolver } from "./declare.ts";
import type { Draft } from "./draft.ts";

/** A checker in the middle of its work. */
export interface Checker {
  /** Declarations, scopes and problems. */
  readonly c: Context;
  /** The types of the program. */
  readonly types: TypeResolver;
  /** Types an expression bottom-up; undefined if it is wrong, which was reported. */
  infer(expr: Expr): Draft | undefined;
  /** Types a block in a scope of its own. */
  inferBlock(block: Block): Draft | undefined;
}
