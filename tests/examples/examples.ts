/** The examples in plain TypeScript: what each one has to come to, from the texts of its inputs. */

/** One example. */
export interface Example {
  /** Folder, and name of the program. */
  readonly name: string;
  /** Files of the inputs, by party. */
  readonly inputs: readonly string[];
  /** The result as the language prints it, from the texts of the inputs. */
  readonly expected: (texts: readonly string[]) => string;
}

function numbers(text: string | undefined): number[] {
  return (text?.match(/-?\b\d+\b/g) ?? []).map(Number);
}

function first(text: string | undefined): number {
  return numbers(text)[0] ?? NaN;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function parties(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `party_${i}.txt`);
}

/** The field of a struct's text. */
function field(text: string | undefined, name: string): number {
  return first(new RegExp(`\\b${name}: (\\d+)`).exec(text ?? "")?.[1]);
}

function millionaires([alice, bob]: readonly string[]): string {
  if (first(alice) === first(bob)) return "Answer::BothAreEqual";
  return first(alice) > first(bob) ? "Answer::AliceIsRicher" : "Answer::BobIsRicher";
}

function auction(texts: readonly string[]): string {
  const bids = texts.map(first);
  const [, price] = bids.toSorted((a, b) => b - a);
  return `Outcome {price: ${price}, winner: ${bids.indexOf(Math.max(...bids))}}`;
}

/** Rows of a table: everything between the parentheses, one row as a list of words. */
function rows(text: string | undefined): { readonly key: string; readonly rest: string[] }[] {
  const found = [...(text ?? "").matchAll(/\(\s*(\[[^\]]*\]|\d+)\s*,([^)]*)\)/g)];
  return found.map(([, key = "", rest = ""]) => {
    return { key, rest: rest.split(",").map((word) => word.trim()) };
  });
}

function tableJoin([clinic, insurer]: readonly string[]): string {
  const doses = new Map(rows(clinic).map(({ key, rest }) => [key, Number(rest[0])]));
  const both = rows(insurer).filter(({ key }) => doses.has(key));
  const costs = both.map(({ rest }) => Number(rest[1]));
  const fields = {
    highest_cost: Math.max(0, ...costs),
    patients: both.length,
    relapses: both.filter(({ rest }) => rest[0] === "true").length,
    total_cost: total(costs),
    total_dose: total(both.map(({ key }) => doses.get(key) ?? NaN)),
  };
  const list = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return `Statistics {${list.join(", ")}}`;
}

/** Matches in the order of the sorting network that the language prescribes: computed on the model below. */
function intersection([alice, bob]: readonly string[]): string {
  const [a, b] = [numbers(alice), numbers(bob)];
  const sequence = [...a, ...b.toReversed()].toSorted((x, y) => x - y);
  const pairs = sequence.slice(1).map((value, i) => {
    return { flag: value === sequence[i], value };
  });
  const list = sortByFlag(pairs, true).map(({ flag, value }) => `(${flag}, ${flag ? value : 0})`);
  return `[${list.join(", ")}]`;
}

interface Flagged {
  readonly flag: boolean;
  readonly value: number;
}

/** A bitonic sort for any length; equal keys are swapped where it sorts downwards. */
function sortByFlag(list: readonly Flagged[], up: boolean): Flagged[] {
  if (list.length <= 1) return [...list];
  const half = list.length >>> 1;
  const [low, high] = [sortByFlag(list.slice(0, half), !up), sortByFlag(list.slice(half), up)];
  return mergeByFlag([...low, ...high], up);
}

function mergeByFlag(list: Flagged[], up: boolean): Flagged[] {
  if (list.length <= 1) return list;
  let half = 1;
  while (half * 2 < list.length) half *= 2;
  for (let i = 0; i + half < list.length; i++) {
    const [x, y] = [list[i], list[i + half]];
    if (x === undefined || y === undefined || (x.flag && !y.flag) !== up) continue;
    [list[i], list[i + half]] = [y, x];
  }
  return [...mergeByFlag(list.slice(0, half), up), ...mergeByFlag(list.slice(half), up)];
}

function vote(texts: readonly string[]): string {
  const counts = [0, 0, 0, 0];
  for (const text of texts) {
    const option = text.includes("Abstain") ? 0 : first(text);
    const place = option <= 3 ? option : 0;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return `[${counts.join(", ")}]`;
}

function creditScore([customer, bank]: readonly string[]): string {
  const own = (name: string): number => field(customer, name);
  const weight = (name: string): number => field(bank, name);
  const mortgage = /Home::Mortgage\((\d+)\)/.exec(customer ?? "")?.[1];
  const home = mortgage !== undefined && Number(mortgage) < 200_000
    ? weight("mortgaged_home")
    : customer?.includes("Home::Owned")
    ? weight("owned_home")
    : 0;
  const good = Math.floor(own("income") / 1000) * weight("per_thousand_income") + home;
  const bad = own("late_payments") * weight("per_late_payment") + Math.floor(own("debts") / 1000);
  const score = Math.max(0, good - bad);
  if (own("age") < 18 || score < weight("fair_from")) return "Decision::Refused";
  const limit = Math.floor(own("income") / (score >= weight("good_from") ? 2 : 10));
  return `Decision::Limit(${limit})`;
}

function benchmark(texts: readonly string[]): string {
  const own = texts.map((text) => Math.floor(field(text, "costs") / field(text, "employees")));
  const average = Math.floor(total(own) / own.length);
  const margin = Math.floor(average / 20);
  const standings = own.map((value) => {
    if (value > average + margin) return "Standing::Above";
    return value + margin < average ? "Standing::Below" : "Standing::Near";
  });
  return `(${average}, [${standings.join(", ")}])`;
}

const TABLES = ["clinic.txt", "insurer.txt"];

/** All examples that are programs. */
export const EXAMPLES: readonly Example[] = [
  {
    name: "sum",
    inputs: ["alice.txt", "bob.txt", "carol.txt"],
    expected: (texts) => String(total(texts.map(first))),
  },
  { name: "millionaires", inputs: ["alice.txt", "bob.txt"], expected: millionaires },
  {
    name: "average_salary",
    inputs: parties(5),
    expected: (texts) => String(Math.floor(total(texts.map(first)) / texts.length)),
  },
  { name: "auction", inputs: parties(4), expected: auction },
  { name: "set_intersection", inputs: ["alice.txt", "bob.txt"], expected: intersection },
  { name: "table_join", inputs: TABLES, expected: tableJoin },
  { name: "table_join_wide", inputs: TABLES, expected: tableJoin },
  { name: "vote", inputs: parties(7), expected: vote },
  { name: "credit_score", inputs: ["customer.txt", "bank.txt"], expected: creditScore },
  { name: "benchmark", inputs: parties(5), expected: benchmark },
];
