/** Where in the data of a party something is wrong, in words. Data is private: it is never quoted. */
import { ProgramError } from "../base/mod.ts";

/** What is needed at a place of the data; leaves the recursion of the readers and never the layer. */
export class DataProblem extends Error {
  /** From the outside inwards: `row 17`, `field age`. */
  readonly path: string[] = [];
}

/**
 * Runs `work`, and adds the step that `step` names to the path of a problem in it. The name is made only
 * then, since data has many places and few problems.
 */
export function within<T>(step: () => string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DataProblem) error.path.unshift(step());
    throw error;
  }
}

/**
 * Runs the reader of a whole input.
 *
 * @throws ProgramError instead of a {@linkcode DataProblem}, with path and hint
 */
export function readingInput<T>(hint: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DataProblem)) throw error;
    const place = error.path.map((step) => `${step}, `).join("").replace(/, $/, ": ");
    throw new ProgramError(`Cannot use the input: ${place}${error.message}`, { hint });
  }
}
