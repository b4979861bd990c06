import { type Fact, Order } from "../../lib/mpc/mod.ts";

/** An order table that forgets one fact. */
export class Forgetful extends Order {
  readonly #fact: Fact;

  constructor(fact: Fact) {
    super();
    this.#fact = fact;
  }

  override passed(fact: Fact, chunk = 0): void {
    if (fact !== this.#fact) super.passed(fact, chunk);
  }
}
