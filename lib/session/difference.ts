/** Says in words in what two descriptions of a session differ. */
import { equal } from "../base/mod.ts";
import { type Description, encodeDescription } from "./description.ts";
import { encodeCbor } from "./codec.ts";
import { shortHash } from "./state.ts";

/** Whose description is compared with the own one. */
export interface DifferenceInit {
  /** The own description. */
  readonly own: Description;
  /** The other one's description. */
  readonly other: Description;
  /** Number of the party that the other description is from. */
  readonly party: number;
}

/** The fields in the order in which a difference explains most, with the words for each. */
const FIELDS: readonly { readonly field: keyof Description; readonly words: string }[] = [
  { field: "version", words: "speaks another version of the session protocol" },
  { field: "engine", words: "runs another version of p2p-mpc" },
  { field: "session", words: "means another session" },
  { field: "creator", words: "means the session of another creator" },
  { field: "program", words: "uses another program" },
  { field: "entry", words: "uses another entry function" },
  { field: "constants", words: "uses other constants" },
  { field: "compileOptions", words: "compiles with other options" },
  { field: "preprocessing", words: "uses another preprocessing" },
  { field: "roster", words: "knows another list of parties" },
  { field: "inputs", words: "expects other inputs" },
  { field: "circuit", words: "gets another circuit from the same program" },
  { field: "outputType", words: "expects another type of result" },
  { field: "outputParties", words: "gives the result to other parties" },
  { field: "evaluator", words: "has another evaluator" },
  { field: "k", words: "uses another size of OT chunks" },
  { field: "chunk", words: "uses another size of preprocessing chunks" },
  { field: "limits", words: "has other limits" },
  { field: "channel", words: "uses another kind of channel" },
  { field: "deadline", words: "has another deadline" },
];

/**
 * The first difference that matters, such as `party 2 uses another program: 9b3e… instead of our
 * 01c4…`, or undefined if the descriptions are the same.
 */
export function describeDifference({ own, other, party }: DifferenceInit): string | undefined {
  for (const { field, words } of FIELDS) {
    if (equal(encodeCbor(own[field]), encodeCbor(other[field]))) continue;
    const [theirs, ours] = field === "preprocessing"
      ? [other, own].map(preprocessingText)
      : [show(other[field]), show(own[field])];
    return `party ${party} ${words}: ${theirs} instead of our ${ours}`;
  }
  if (equal(encodeDescription(own), encodeDescription(other))) return undefined;
  return `party ${party} describes the session in another way`;
}

/** The preprocessing that a session makes or uses, in words. */
export function preprocessingText({ preprocessing }: Pick<Description, "preprocessing">): string {
  switch (preprocessing?.kind) {
    case "make":
      return `${preprocessing.ands} AND gates and ${preprocessing.inputs} input bits`;
    case "use":
      return shortHash(preprocessing.sid);
    case undefined:
      return "none";
  }
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return shortHash(value);
  const text = JSON.stringify(value, (_, part: unknown) => {
    return part instanceof Uint8Array ? shortHash(part) : part;
  });
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
