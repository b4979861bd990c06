/** Random values of generated types, as text and as the interpreter holds them. */
import { listOf, type Value } from "../../reference/interpret_values.ts";
import type { Choices } from "./choices.ts";
import type { GenType, IntType } from "./types.ts";

/** A value in both forms. */
export interface GenValue {
  readonly text: string;
  readonly value: Value;
}

/** An integer of the type: mostly small, sometimes at the ends of the range, sometimes anything. */
export function number(choices: Choices, type: IntType): bigint {
  const bits = BigInt(type.bits);
  const [min, max] = type.signed
    ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n]
    : [0n, (1n << bits) - 1n];
  switch (choices.below(11)) {
    case 6:
      return max - BigInt(choices.below(3));
    case 7:
      return min + BigInt(choices.below(3));
    case 8:
    case 10: {
      const digits = Array.from({ length: 4 }, () => BigInt(choices.below(1 << 16)));
      const any = digits.reduce((sum, digit) => (sum << 16n) | digit, 0n);
      return type.signed ? BigInt.asIntN(type.bits, any) : BigInt.asUintN(type.bits, any);
    }
    case 9:
      return type.signed ? -BigInt(choices.below(12)) : BigInt(choices.below(100));
    default:
      return BigInt(choices.below(6));
  }
}

function list(values: readonly GenValue[], brackets: readonly [string, string]): GenValue {
  const text = brackets[0] + values.map((value) => value.text).join(", ") + brackets[1];
  return { text, value: listOf(values.map(({ value }) => value)) };
}

/** Orders rows by a small integer or bool in front, as joins like them. */
function byKey(a: GenValue, b: GenValue): number {
  const key = ({ value }: GenValue): Value | undefined =>
    typeof value === "object" && value.kind === "list" ? value.items[0] : value;
  const [x, y] = [key(a), key(b)];
  if (typeof x === "bigint" && typeof y === "bigint") return x < y ? -1 : Number(x > y);
  return 0;
}

/** A value of a type that can be written. */
export function value(choices: Choices, type: GenType): GenValue {
  switch (type.kind) {
    case "bool": {
      const bit = choices.below(2) === 1;
      return { text: String(bit), value: bit };
    }
    case "int": {
      const n = number(choices, type);
      return { text: String(n), value: n };
    }
    case "array": {
      const values = Array.from({ length: type.length }, () => value(choices, type.element));
      // Nothing in brackets is no literal of the language.
      if (type.length === 0) {
        return { text: `[${value(choices, type.element).text}; 0]`, value: listOf([]) };
      }
      if (choices.below(2) === 0) values.sort(byKey);
      return list(values, ["[", "]"]);
    }
    case "tuple": {
      const values = type.elements.map((element) => value(choices, element));
      return list(values, ["(", type.elements.length === 1 ? ",)" : ")"]);
    }
    case "struct": {
      const fields = type.fields.map((field) => {
        const { text, value: inner } = value(choices, field.type);
        return { text: `${field.name}: ${text}`, value: inner };
      });
      return list(fields, [`${type.text} {`, "}"]);
    }
    case "enum": {
      const variant = choices.below(type.variants.length);
      const { name = "", payload } = type.variants[variant] ?? {};
      const fields = (payload ?? []).map((inner) => value(choices, inner));
      const inner = payload === undefined ? "" : list(fields, ["(", ")"]).text;
      const text = `${type.text}::${name}${inner}`;
      return { text, value: { kind: "variant", variant, fields: fields.map((f) => f.value) } };
    }
  }
}
