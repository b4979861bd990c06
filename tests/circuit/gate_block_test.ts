import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BlockCodec,
  type GateBlock,
  MARK_BITS,
  type MarkedBlock,
} from "../../lib/circuit/gate_block.ts";
import { OperandCode } from "../../lib/circuit/operand_code.ts";
import { VarintReader, VarintWriter } from "../../lib/circuit/varint.ts";

const RUNS = { numRuns: Deno.env.get("P2P_MPC_SLOW") === "1" ? 5000 : 200 };

/** What one of the gates of a loop reads: its own loop's wires, or one that is far away. */
interface Operand {
  readonly back: number;
  readonly isFar: boolean;
}

interface Shape {
  readonly firstNode: number;
  readonly loop: readonly { readonly x: Operand; readonly y: Operand }[];
  readonly rounds: number;
}

const operand = fc.record({ back: fc.integer({ min: 1, max: 900_000 }), isFar: fc.boolean() });
const shape: fc.Arbitrary<Shape> = fc.record({
  firstNode: fc.integer({ min: 1_000_000, max: 2 ** 29 }),
  loop: fc.array(
    fc.record({ x: operand, y: operand }),
    { minLength: 1, maxLength: 30 },
  ),
  rounds: fc.integer({ min: 1, max: 40 }),
});

/** A block of equal rounds, but for what lies far away. */
function blockOf({ firstNode, loop, rounds }: Shape): GateBlock {
  const count = loop.length * rounds;
  const wire = ({ back, isFar }: Operand, gate: number): number =>
    isFar ? Math.max(1, 2 * firstNode - back) : 2 * (firstNode + gate) - 1 - back % 400;
  const at = (gate: number): Shape["loop"][number] => loop[gate % loop.length] ?? assert.fail();
  return {
    count,
    firstNode,
    a: Uint32Array.from({ length: count }, (_, gate) => wire(at(gate).x, gate)),
    b: Uint32Array.from({ length: count }, (_, gate) => wire(at(gate).y, gate)),
  };
}

function assertEqual(got: MarkedBlock, wanted: GateBlock, marks?: Uint8Array): void {
  assert.equal(got.count, wanted.count);
  for (let gate = 0; gate < wanted.count; gate++) {
    const mark = (got.marks[gate] ?? NaN) % 2 ** MARK_BITS;
    assert.equal(mark, marks?.[gate] ?? 0, `mark of gate ${gate}`);
    assert.equal(got.a[gate], wanted.a[gate], `first operand of gate ${gate}`);
    assert.equal(got.b[gate], wanted.b[gate], `second operand of gate ${gate}`);
  }
}

Deno.test("blocks of gates are unpacked as they were packed, by one codec after the other", () => {
  const codec = new BlockCodec();
  const property = fc.property(fc.array(shape, { minLength: 1, maxLength: 3 }), (shapes) => {
    const blocks = shapes.map(blockOf);
    const packed = blocks.map((block) => codec.pack(block));
    const other = new BlockCodec();
    blocks.forEach((block, i) => {
      const bytes = packed[i] ?? assert.fail();
      assertEqual(other.unpack(bytes, block.firstNode, block.count), block);
    });
  });
  fc.assert(property, RUNS);
});

Deno.test("an unpacked block can be packed again with other marks", () => {
  const property = fc.property(shape, (some) => {
    const codec = new BlockCodec();
    const block = blockOf(some);
    const { firstNode, count } = block;
    const marks = Uint8Array.from(block.a, (wire) => wire % 2 ** MARK_BITS);
    codec.unpack(codec.pack(block), firstNode, count);
    const again = codec.packAgain(marks);
    assertEqual(codec.unpack(again, firstNode, count), block, marks);
  });
  fc.assert(property, RUNS);
});

Deno.test("a loop takes few bytes, wherever its rows lie", () => {
  const rounds = 100;
  const gates = 50;
  const firstNode = 10_000_000;
  const count = rounds * gates;
  // Rows lie in no order; their bits are evenly spaced.
  const row = (round: number): number => 2 * ((round * 7919) % 1000) * 1000;
  const block: GateBlock = {
    count,
    firstNode,
    a: Uint32Array.from({ length: count }, (_, gate) => 2 * (firstNode + gate) - 2),
    b: Uint32Array.from(
      { length: count },
      (_, gate) => row(Math.floor(gate / gates)) + 8 * (gate % gates) + 2,
    ),
  };
  const bytes = new BlockCodec().pack(block).length;
  assert.ok(bytes < 20 * rounds, `${bytes} bytes for ${count} gates`);
  assert.ok(new BlockCodec().pack({ ...block, count: gates }).length < bytes);
});

Deno.test("names of operands stay below 2^32 and are read back", () => {
  const wires = fc.array(
    fc.record({
      gate: fc.integer({ min: 2 ** 30, max: 2 ** 30 + 2 ** 29 }),
      back: fc.oneof(fc.integer({ min: 1, max: 2 ** 30 - 1 }), fc.integer({ min: 1, max: 9000 })),
    }),
  );
  const property = fc.property(wires, (list) => {
    const [writing, reading] = [new OperandCode(), new OperandCode()];
    for (const { gate, back } of list) {
      const name = writing.name(gate - back, gate);
      assert.equal(name, name >>> 0);
      assert.equal(reading.operand(name, writing.kind, gate), gate - back);
    }
  });
  fc.assert(property, RUNS);
});

Deno.test("VarintReader reads what VarintWriter wrote", () => {
  const number = fc.oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.integer({ min: 0, max: 300 }),
  );
  const property = fc.property(fc.array(number, { maxLength: 100 }), (numbers) => {
    const writer = new VarintWriter();
    for (const value of numbers) writer.write(value);
    const reader = new VarintReader(writer.take());
    assert.deepEqual(numbers.map(() => reader.read()), numbers);
    assert.equal(writer.take().length, 0);
  });
  fc.assert(property, RUNS);
});
