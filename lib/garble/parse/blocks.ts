/** Blocks, `if` and `match`. */

import type { Arm, Block, Expr, Statement } from "../ast.ts";
import { joinExtents } from "../source.ts";
import type { Cursor } from "./cursor.ts";
import { makeExpr, parseExpr } from "./expressions.ts";
import { parsePattern } from "./patterns.ts";
import { parseStatement, parseStatements } from "./statements.ts";

/** Parses statements in braces. */
export function parseBlock(p: Cursor): Block {
  const first = p.expect("{");
  const statements = p.delimited(() => parseStatements(p));
  const extent = joinExtents(first, p.expect("}"));
  return { statements, height: heightOf(p, statements), ...extent };
}

function heightOf(p: Cursor, statements: readonly Statement[]): number {
  return p.above(statements.map((s) => s.height));
}

/** Parses `if`; operators behind an `else if` belong to that last branch. */
export function parseIf(p: Cursor): Expr {
  return p.nested(() => {
    const first = p.expect("if");
    const condition = p.header(() => parseExpr(p));
    if (p.at("=")) p.expect("{", 'write "==" to compare');
    const then = parseBlock(p);
    let otherwise: Expr | undefined;
    if (p.accept("else") !== undefined) {
      if (!p.at("{") && !p.at("if")) p.expect("{");
      otherwise = parseExpr(p);
    }
    const extent = joinExtents(first, otherwise ?? then);
    const heights = [condition.height, then.height, otherwise?.height ?? 0];
    return makeExpr(p, extent, heights, { kind: "if", condition, then, otherwise });
  });
}

/** Parses `match`. */
export function parseMatch(p: Cursor): Expr {
  return p.nested(() => {
    const first = p.expect("match");
    const scrutinee = p.header(() => parseExpr(p));
    p.expect("{");
    const arms = p.delimited(() => parseArms(p));
    const extent = joinExtents(first, p.expect("}"));
    const heights = [scrutinee.height, ...arms.map((arm) => arm.body.height)];
    return makeExpr(p, extent, heights, { kind: "match", scrutinee, arms });
  });
}

function parseArms(p: Cursor): Arm[] {
  const arms: Arm[] = [];
  do {
    const pattern = parsePattern(p);
    p.expect("=>");
    const statement = parseStatement(p);
    const { span, position } = statement;
    const body = { statements: [statement], height: heightOf(p, [statement]), span, position };
    arms.push({ pattern, body });
    if (p.accept(",") === undefined && !p.at("}") && !endsItself(statement)) p.expect(",");
  } while (!p.at("}"));
  return arms;
}

/** Whether the comma behind an arm with this body may be dropped. */
function endsItself(statement: Statement): boolean {
  if (statement.kind !== "expression") return false;
  const { kind } = statement.expression;
  return kind === "block" || kind === "if" || kind === "match";
}
