/** Numbers whose sign belongs to the token. */

import { type NumberToken, showToken } from "../token.ts";
import type { Cursor } from "./cursor.ts";

/** Fails if the token is only a number when its sign is read as an operator. */
export function usableNumber(p: Cursor, token: NumberToken): void {
  if (token.problem === undefined) return;
  p.fail(token.problem, `the number ${showToken(token)} does not fit into its type`);
}
