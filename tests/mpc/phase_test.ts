import assert from "node:assert/strict";
import type { Event } from "../../lib/observability/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { simulate, simulateEndings } from "../sim/engine.ts";
import { flipBit } from "../sim/lies.ts";

type Span = Event & { readonly kind: "span" };

interface Told {
  readonly spans: Span[];
  readonly observe: (event: Event) => void;
}

function told(): Told {
  const spans: Span[] = [];
  return {
    spans,
    observe: (event): void => {
      if (event.kind === "span") spans.push(event);
    },
  };
}

/** Begin and end of each span in order; asserts that ids are different while they are open. */
function names(spans: readonly Span[]): string[] {
  const open = new Set<string>();
  const begun: string[] = [];
  for (const span of spans) {
    if (span.change === "begin") {
      assert.ok(!open.has(span.id), `${span.id} is open already`);
      open.add(span.id);
      begun.push(`${span.attributes?.["mpc.phase"]} ${span.attributes?.["mpc.chunk"]}`);
    } else {
      assert.ok(open.delete(span.id), `${span.id} ends without a begin`);
    }
  }
  assert.deepEqual([...open], [], "spans that never end");
  return begun.sort();
}

const CHUNK = 7;

Deno.test("each phase of each chunk is a span, at the garblers and at the evaluator", async () => {
  const circuit = randomCircuit(31, { parties: 3, inputsPerParty: 5, gates: 60 });
  const parties = [0, 1, 2].map(told);
  await simulate(circuit, randomInputs(31, circuit.header.inputs), {
    ...{ parties: 3, evaluator: 1, chunk: CHUNK },
    observe: (party) => parties[party]?.observe ?? (() => {}),
  });
  const chunks = Array.from({ length: Math.ceil(circuit.header.ands / CHUNK) }, (_, i) => i);
  assert.ok(chunks.length > 2);
  for (const [self, { spans }] of parties.entries()) {
    const each = ["authenticated bits", "leaky ANDs", "buckets"];
    const use = self === 1 ? "evaluation" : "garbling";
    const wanted = chunks.flatMap((i) => [...each, use].map((phase) => `${phase} ${i}`));
    const once = ["inputs undefined", "inputs undefined", "output undefined"];
    assert.deepEqual(names(spans), [...wanted, ...once].sort());
  }
});

Deno.test("a phase in which a check fails ends with the class of the error", async () => {
  const circuit = randomCircuit(32, { parties: 3, inputsPerParty: 5, gates: 30 });
  const { spans, observe } = told();
  const tap = flipBit({ step: "c0/d", from: 2, to: 0 });
  const endings = await simulateEndings(circuit, randomInputs(32, circuit.header.inputs), {
    ...{ parties: 3, network: { tap } },
    observe: (party) => party === 0 ? observe : () => {},
  });
  assert.ok(!endings[0]?.ok);
  const errors = spans.flatMap((span) => span.change === "end" ? [span] : [])
    .filter(({ id }) => id === "mpc phase buckets").map(({ error }) => error);
  assert.deepEqual(errors, ["CheatingError"]);
});
