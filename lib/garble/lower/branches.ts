/**
 * Conditional code: both branches are lowered, values are selected afterwards. So are variables, unless
 * all changes in a branch were guarded: a change of an array at a variable index takes the path
 * condition into its index decoder, which is cheaper than to select the whole array afterwards.
 */
import { FALSE, TRUE, type Wire } from "../../circuit/mod.ts";
import type { IfExpr, LogicalExpr, MatchExpr } from "../typed_expr.ts";
import type { Context } from "./context.ts";
import { lowerExpr } from "./expressions.ts";
import { bindPattern, freePattern, matchPattern } from "./patterns.ts";
import { bitOf, muxValue, type Value, word } from "./values.ts";

/** What the two sides of a branch compute; called at most once each. */
export interface Branches {
  /** Where the condition holds. */
  readonly then: () => Value;
  /** Where it does not. */
  readonly otherwise: () => Value;
}

/**
 * Lowers both sides, `then` first, so that assignments and panics count only on the side that is
 * taken. A side that can never be reached is not lowered.
 */
export function lowerBranch(ctx: Context, condition: Wire, { then, otherwise }: Branches): Value {
  const b = ctx.builder;
  const path = ctx.path;
  const thenPath = b.and(path, condition);
  const otherwisePath = b.and(path, b.not(condition));
  if (condition === TRUE || otherwisePath === FALSE) return then();
  if (condition === FALSE || thenPath === FALSE) return otherwise();
  const [before, outer] = [ctx.slots.slice(), ctx.assigned];
  ctx.path = thenPath;
  ctx.assigned = new Set();
  const x = then();
  const [after, thenAssigned] = [ctx.slots, ctx.assigned];
  // Guarded changes have no effect on the other side, so they need not be undone there.
  ctx.slots = after.slice();
  for (const id of thenAssigned) ctx.slots[id] = before[id];
  ctx.path = otherwisePath;
  ctx.assigned = new Set();
  const y = otherwise();
  for (const id of new Set([...thenAssigned, ...ctx.assigned])) {
    const [value, other] = [after[id], ctx.slots[id]];
    // A variable that has a value on one side only is out of scope now.
    if (value === undefined || other === undefined) continue;
    ctx.slots[id] = muxValue(b, condition, value, other);
    outer.add(id);
  }
  ctx.path = path;
  ctx.assigned = outer;
  return muxValue(b, condition, x, y);
}

/** `if`. */
export function lowerIf(ctx: Context, expr: IfExpr): Value {
  return lowerBranch(ctx, bitOf(lowerExpr(ctx, expr.condition)), {
    then: () => lowerExpr(ctx, expr.then),
    otherwise: () => lowerExpr(ctx, expr.otherwise),
  });
}

/** `&& ||`: the right operand is evaluated only if the left one does not decide. */
export function lowerLogical(ctx: Context, expr: LogicalExpr): Value {
  const left = bitOf(lowerExpr(ctx, expr.left));
  const right = (): Value => lowerExpr(ctx, expr.right);
  if (expr.operator === "&&") {
    return lowerBranch(ctx, left, { then: right, otherwise: () => word([FALSE]) });
  }
  return lowerBranch(ctx, left, { then: () => word([TRUE]), otherwise: right });
}

/** `match`: the first arm that matches; the last is taken if none before was. */
export function lowerMatch(ctx: Context, expr: MatchExpr): Value {
  const scrutinee = lowerExpr(ctx, expr.scrutinee);
  const from = (index: number): Value => {
    const arm = expr.arms[index];
    if (arm === undefined) throw new TypeError("Cannot lower: a match has no arm");
    const last = index === expr.arms.length - 1;
    const condition = last ? TRUE : matchPattern(ctx, arm.pattern, scrutinee);
    return lowerBranch(ctx, condition, {
      then: () => {
        bindPattern(ctx, arm.pattern, scrutinee);
        const value = lowerExpr(ctx, arm.body);
        freePattern(ctx, arm.pattern);
        return value;
      },
      otherwise: () => from(index + 1),
    });
  };
  return from(0);
}
