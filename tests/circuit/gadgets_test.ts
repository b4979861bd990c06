import assert from "node:assert/strict";
import fc from "fast-check";
import {
  add,
  type Builder,
  constantWord,
  divideSigned,
  divideUnsigned,
  equal,
  lessSigned,
  lessUnsigned,
  multiplyConstant,
  multiplySigned,
  multiplyUnsigned,
  negate,
  shiftLeft,
  shiftOverflow,
  shiftRight,
  subtract,
  type Wire,
  type Word,
} from "../../lib/circuit/mod.ts";
import { wordCircuit } from "./words.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";

/** One gadget: its circuit, and what it must compute on n-bit numbers; undefined means anything. */
interface Case {
  readonly name: string;
  readonly build: (b: Builder, x: Wire[], y: Wire[]) => readonly Word[];
  readonly expect: (x: bigint, y: bigint, n: number) => readonly (bigint | undefined)[];
}

const unsigned = (value: bigint, n: number): bigint => BigInt.asUintN(n, value);
const signed = (value: bigint, n: number): bigint => BigInt.asIntN(n, value);
const flag = (condition: boolean): bigint => condition ? 1n : 0n;
/** An exact signed result as its bits and whether it does not fit. */
const exact = (value: bigint, n: number): readonly bigint[] => [
  unsigned(value, n),
  flag(signed(value, n) !== value),
];

/** What stands in the word of a product that overflows means nothing. */
const unlessOverflow = (
  [value, overflow]: readonly (bigint | undefined)[],
): (bigint | undefined)[] => [overflow === 1n ? undefined : value, overflow];
const exactUnsigned = (value: bigint, n: number): (bigint | undefined)[] =>
  unlessOverflow([unsigned(value, n), flag(value >= 1n << BigInt(n))]);

const CASES: readonly Case[] = [
  {
    name: "add",
    build: (b, x, y) => {
      const { word, carry, signedOverflow } = add(b, x, y);
      return [word, [carry], [signedOverflow]];
    },
    expect: (x, y, n) => [
      unsigned(x + y, n),
      (x + y) >> BigInt(n),
      exact(signed(x, n) + signed(y, n), n)[1],
    ],
  },
  {
    name: "subtract",
    build: (b, x, y) => {
      const { word, carry, signedOverflow } = subtract(b, x, y);
      return [word, [carry], [signedOverflow]];
    },
    expect: (x, y, n) => [
      unsigned(x - y, n),
      flag(x >= y),
      exact(signed(x, n) - signed(y, n), n)[1],
    ],
  },
  {
    name: "negate",
    build: (b, x) => {
      const { word, overflow } = negate(b, x);
      return [word, [overflow]];
    },
    expect: (x, _, n) => exact(-signed(x, n), n),
  },
  {
    name: "compare",
    build: (b, x, y) => [
      [equal(b, x, y), lessUnsigned(b, x, y), lessSigned(b, x, y)],
    ],
    expect: (x, y, n) => [
      flag(x === y) * 4n + flag(x < y) * 2n + flag(signed(x, n) < signed(y, n)),
    ],
  },
  {
    name: "multiplyUnsigned",
    build: (b, x, y) => {
      const { word, overflow } = multiplyUnsigned(b, x, y);
      return [word, [overflow]];
    },
    expect: (x, y, n) => exactUnsigned(x * y, n),
  },
  {
    name: "multiplySigned",
    build: (b, x, y) => {
      const { word, overflow } = multiplySigned(b, x, y);
      return [word, [overflow]];
    },
    expect: (x, y, n) => unlessOverflow(exact(signed(x, n) * signed(y, n), n)),
  },
  {
    name: "multiply by itself",
    build: (b, x) => {
      const [u, s] = [multiplyUnsigned(b, x, x), multiplySigned(b, x, x)];
      return [u.word, [u.overflow], s.word, [s.overflow]];
    },
    expect: (x, _, n) => [
      ...exactUnsigned(x * x, n),
      ...unlessOverflow(exact(signed(x, n) ** 2n, n)),
    ],
  },
  {
    name: "multiply numbers with constant zeros on top",
    build: (b, x, y) => {
      const half = y.map((wire, i) => i < y.length / 2 ? 0 : wire);
      const [p, q] = [multiplyUnsigned(b, x, half), multiplyUnsigned(b, half, x)];
      return [p.word, [p.overflow], q.word, [q.overflow]];
    },
    expect: (x, y, n) => {
      const wanted = exactUnsigned(x * (y % (1n << BigInt(n >> 1))), n);
      return [...wanted, ...wanted];
    },
  },
  {
    name: "divideUnsigned",
    build: (b, x, y) => {
      const { quotient, remainder, byZero } = divideUnsigned(b, x, y);
      return [quotient, remainder, [byZero]];
    },
    expect: (x, y) => y === 0n ? [undefined, undefined, 1n] : [x / y, x % y, 0n],
  },
  {
    name: "divideSigned",
    build: (b, x, y) => {
      const { quotient, remainder, byZero, overflow } = divideSigned(b, x, y);
      return [quotient, [overflow], remainder, [byZero]];
    },
    expect: (x, y, n) => {
      if (y === 0n) return [undefined, undefined, undefined, 1n];
      const [p, q] = [signed(x, n), signed(y, n)];
      return [...exact(p / q, n), unsigned(p % q, n), 0n];
    },
  },
  {
    name: "shift",
    build: (b, word, amount) => [
      [shiftOverflow(b, { word, amount })],
      shiftLeft(b, { word, amount }),
      shiftRight(b, { word, amount }, 0),
      shiftRight(b, { word, amount }, word[0] as Wire),
    ],
    expect: (x, y, n) => {
      if (y >= BigInt(n)) return [1n, undefined, undefined, undefined];
      return [0n, unsigned(x << y, n), x >> y, unsigned(signed(x, n) >> y, n)];
    },
  },
];

function checkCase(gadget: Case, n: number, pairs: Iterable<readonly [bigint, bigint]>): void {
  const { run } = wordCircuit([n, n], gadget.build);
  for (const [x, y] of pairs) {
    const wanted = gadget.expect(x, y, n);
    const got = run(x, y);
    wanted.forEach((value, i) => {
      if (value !== undefined) {
        assert.equal(got[i], value, `${gadget.name}(${x}, ${y}) at ${n} bits, output ${i}`);
      }
    });
  }
}

function* allPairs(n: number): Iterable<readonly [bigint, bigint]> {
  for (let x = 0n; x < 1n << BigInt(n); x++) {
    for (let y = 0n; y < 1n << BigInt(n); y++) yield [x, y];
  }
}

/** Numbers of n bits in which the edges and small values are frequent. */
function numbers(n: number): fc.Arbitrary<bigint> {
  const top = 1n << BigInt(n);
  const edges = [0n, 1n, 2n, BigInt(n), top - 1n, top - 2n, top / 2n, top / 2n - 1n, top / 2n + 1n];
  const size = fc.integer({ min: 1, max: n });
  const sized = size.chain((bits) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }));
  return fc.oneof(fc.constantFrom(...edges), sized, fc.bigInt({ min: 0n, max: top - 1n }));
}

for (const gadget of CASES) {
  Deno.test(`${gadget.name} is right on all pairs of 4-bit numbers`, () => {
    checkCase(gadget, 4, allPairs(4));
    checkCase(gadget, 1, allPairs(1));
    checkCase(gadget, 3, allPairs(3));
  });

  Deno.test(`${gadget.name} agrees with exact integers at 8 to 64 bits`, () => {
    for (const n of [8, 16, 32, 64]) {
      const { run } = wordCircuit([n, n], gadget.build);
      const property = fc.property(numbers(n), numbers(n), (x, y) => {
        const got = run(x, y);
        gadget.expect(x, y, n).forEach((value, i) => {
          if (value !== undefined) assert.equal(got[i], value, `output ${i} at ${n} bits`);
        });
      });
      fc.assert(property, { numRuns: SLOW ? 3000 : 100 });
    }
  });
}

Deno.test("the basic gadgets cost the ANDs they promise", () => {
  const cost = (build: Case["build"], n = 32): number =>
    wordCircuit([n, n], build).circuit.header.ands;
  assert.equal(cost((b, x, y) => [add(b, x, y).word]), 31);
  assert.equal(cost((b, x, y) => [add(b, x, y).word, [add(b, x, y).carry]]), 32);
  assert.equal(cost((b, x, y) => [subtract(b, x, y).word]), 31);
  assert.equal(cost((b, x, y) => [[lessUnsigned(b, x, y)]]), 32);
  assert.equal(cost((b, x, y) => [[lessSigned(b, x, y)]]), 32);
  assert.equal(cost((b, x, y) => [[equal(b, x, y)]]), 31);
  assert.ok(
    cost((b, x, y) => {
      const { word, overflow } = multiplyUnsigned(b, x, y);
      return [word, [overflow]];
    }) <= 745,
  );
  assert.ok(cost((b, x, y) => [divideUnsigned(b, x, y).quotient]) <= 32 * 32 + 96);
});

Deno.test("division by a constant, and of a number with constant zeros on top, is right and cheap", () => {
  for (let divisor = 0n; divisor < 64n; divisor++) {
    const { run } = wordCircuit([6], (b, x) => {
      const { quotient, remainder, byZero } = divideUnsigned(b, x, constantWord(divisor, 6));
      return [quotient, remainder, [byZero]];
    });
    for (let x = 0n; x < 64n; x++) {
      const [quotient, remainder, byZero] = run(x);
      assert.equal(byZero, flag(divisor === 0n));
      if (divisor !== 0n) assert.deepEqual([quotient, remainder], [x / divisor, x % divisor]);
    }
  }
  const zeros: Wire[] = [0, 0, 0];
  const { run } = wordCircuit(
    [3, 6],
    (b, x, y) => [divideUnsigned(b, [...zeros, ...x], y).quotient],
  );
  for (let x = 0n; x < 8n; x++) {
    for (let y = 1n; y < 64n; y++) assert.deepEqual(run(x, y), [x / y]);
  }
  const byTen = wordCircuit([32], (b, x) => [divideUnsigned(b, x, constantWord(10n, 32)).quotient]);
  assert.ok(byTen.circuit.header.ands < 300, `${byTen.circuit.header.ands}`);
  const byEight = wordCircuit(
    [32],
    (b, x) => [divideUnsigned(b, x, constantWord(8n, 32)).quotient],
  );
  assert.equal(byEight.circuit.header.ands, 0);
});

Deno.test("comparison with every constant is right on all 4-bit numbers", () => {
  for (let c = 0n; c < 16n; c++) {
    const { run, circuit } = wordCircuit([4], (b, x) => {
      const y = constantWord(c, 4);
      return [
        [lessUnsigned(b, x, y), lessUnsigned(b, y, x), lessSigned(b, x, y), lessSigned(b, y, x)],
      ];
    });
    assert.ok(circuit.header.ands <= 12);
    for (let x = 0n; x < 16n; x++) {
      const [p, q] = [signed(x, 4), signed(c, 4)];
      const wanted = [x < c, c < x, p < q, q < p];
      assert.deepEqual(run(x), [wanted.reduce((all, one) => all * 2n + flag(one), 0n)]);
    }
  }
});

Deno.test("comparison with a constant agrees with exact integers at 8 to 64 bits", () => {
  for (const n of [8, 16, 32, 64]) {
    const property = fc.property(numbers(n), numbers(n), (x, c) => {
      const { run } = wordCircuit([n], (b, word) => {
        const y = constantWord(c, n);
        return [[lessUnsigned(b, word, y), lessUnsigned(b, y, word), lessSigned(b, word, y)]];
      });
      const less = flag(signed(x, n) < signed(c, n));
      assert.deepEqual(run(x), [flag(x < c) * 4n + flag(c < x) * 2n + less]);
    });
    fc.assert(property, { numRuns: SLOW ? 1000 : 50 });
  }
});

Deno.test("ranges of one number share what their bounds have in common", () => {
  const { circuit } = wordCircuit([32], (b, x) => {
    return [[10n, 100n, 200n].map((c) => lessUnsigned(b, x, constantWord(c, 32)))];
  });
  assert.ok(circuit.header.ands <= 24 + 3 * 8, `${circuit.header.ands}`);
});

Deno.test("multiplication by every constant is right on all 4-bit numbers", () => {
  for (let factor = -8n; factor < 16n; factor++) {
    const isSigned = factor < 0n;
    for (const sign of factor < 8n && !isSigned ? [true, false] : [isSigned]) {
      const { run } = wordCircuit([4], (b, x) => {
        const { word, overflow } = multiplyConstant(b, x, { value: factor, signed: sign });
        return [word, [overflow]];
      });
      for (let x = 0n; x < 16n; x++) {
        const wanted = sign
          ? unlessOverflow(exact(signed(x, 4) * factor, 4))
          : exactUnsigned(x * factor, 4);
        const got = run(x);
        wanted.forEach((value, i) => {
          if (value !== undefined) {
            assert.equal(got[i], value, `${x} * ${factor}, ${sign}, output ${i}`);
          }
        });
      }
    }
  }
});

Deno.test("multiplication by constants agrees with exact integers at 8 to 64 bits", () => {
  for (const n of [8, 16, 32, 64]) {
    const property = fc.property(
      numbers(n),
      fc.array(numbers(n), { minLength: 4 }),
      (c, values) => {
        for (const sign of [false, true]) {
          const factor = sign ? signed(c, n) : c;
          const { run } = wordCircuit([n], (b, x) => {
            const { word, overflow } = multiplyConstant(b, x, { value: factor, signed: sign });
            return [word, [overflow]];
          });
          for (const x of [...values, (1n << BigInt(n - 1)) / (c || 1n)]) {
            const wanted = sign
              ? unlessOverflow(exact(signed(x, n) * factor, n))
              : exactUnsigned(x * c, n);
            const got = run(x);
            wanted.forEach((value, i) => {
              if (value !== undefined) assert.equal(got[i], value, `${x} * ${factor}, output ${i}`);
            });
          }
        }
      },
    );
    fc.assert(property, { numRuns: SLOW ? 1000 : 40 });
  }
});
