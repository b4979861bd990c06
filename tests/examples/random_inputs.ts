/** Random inputs of the examples, as texts: more than the files that stand beside the programs. */
import fc from "fast-check";

/** One text for each party. */
type Inputs = fc.Arbitrary<string[]>;

function integers(parties: number, max: number, min = 0): Inputs {
  const one = fc.integer({ min, max }).map(String);
  return fc.array(one, { minLength: parties, maxLength: parties });
}

/** Sorted, without repetition; from a small range, so that two lists meet. */
function keys(count: number, max: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: count, maxLength: count })
    .map((list) => list.toSorted((a, b) => a - b));
}

function tables(rows: readonly [number, number], key: (key: number) => string): Inputs {
  const clinic = keys(rows[0], 20).map((list) => list.map((k) => `(${key(k)}, ${k + 7})`));
  const cost = fc.integer({ min: 0, max: 9999 });
  const cells = fc.array(fc.record({ cost, relapse: fc.boolean() }), {
    minLength: rows[1],
    maxLength: rows[1],
  });
  const insurer = fc.tuple(keys(rows[1], 20), cells).map(([list, more]) =>
    list.map((k, i) => `(${key(k)}, ${more[i]?.relapse}, ${more[i]?.cost})`)
  );
  return fc.tuple(clinic, insurer).map((pair) => pair.map((list) => `[${list.join(", ")}]`));
}

/** Twenty bytes that are sorted like their number. */
function wide(key: number): string {
  const bytes = Array.from({ length: 20 }, (_, i) => i === 1 ? key >>> 2 : i === 19 ? key & 3 : 5);
  return `[${bytes.join(", ")}]`;
}

const VOTES = fc.oneof(
  fc.constant("Vote::Abstain"),
  fc.integer({ min: 0, max: 255 }).map((option) => `Vote::Option(${option})`),
  fc.integer({ min: 1, max: 3 }).map((option) => `Vote::Option(${option})`),
);

const CUSTOMER = fc.record({
  income: fc.integer({ min: 0, max: 200_000 }),
  debts: fc.integer({ min: 0, max: 500_000 }),
  age: fc.integer({ min: 10, max: 99 }),
  late: fc.integer({ min: 0, max: 12 }),
  home: fc.constantFrom("Rented", "Owned", "Mortgage(199999)", "Mortgage(200000)"),
}).map(({ income, debts, age, late, home }) =>
  `Customer { income: ${income}, debts: ${debts}, age: ${age}, late_payments: ${late}, ` +
  `home: Home::${home} }`
);

const WEIGHTS = fc.record({
  income: fc.integer({ min: 0, max: 20 }),
  late: fc.integer({ min: 0, max: 99 }),
  good: fc.integer({ min: 300, max: 900 }),
}).map(({ income, late, good }) =>
  `Weights { per_thousand_income: ${income}, per_late_payment: ${late}, owned_home: 120, ` +
  `mortgaged_home: 60, good_from: ${good}, fair_from: ${Math.floor(good / 2)} }`
);

const COMPANY = fc.record({
  costs: fc.integer({ min: 0, max: 9_999_999 }),
  employees: fc.integer({ min: 50, max: 200 }),
}).map(({ costs, employees }) => `Company { costs: ${costs}, employees: ${employees} }`);

/** By the name of the example. None of them lets the program panic. */
export const RANDOM_INPUTS: Readonly<Record<string, Inputs>> = {
  sum: integers(3, 2 ** 31, -(2 ** 31)),
  millionaires: fc.oneof(integers(2, 2 ** 40), integers(2, 3)),
  average_salary: integers(5, 2 ** 32 - 1),
  auction: fc.oneof(integers(4, 2 ** 31), integers(4, 3, 1)),
  set_intersection: fc.tuple(keys(8, 15), keys(6, 15)).map((lists) =>
    lists.map((list) => `[${list.join(", ")}]`)
  ),
  table_join: tables([8, 8], String),
  table_join_wide: tables([5, 4], wide),
  vote: fc.array(VOTES, { minLength: 7, maxLength: 7 }),
  credit_score: fc.tuple(CUSTOMER, WEIGHTS).map((pair) => [...pair]),
  benchmark: fc.array(COMPANY, { minLength: 5, maxLength: 5 }),
};
