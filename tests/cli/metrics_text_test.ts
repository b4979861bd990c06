import assert from "node:assert/strict";
import { readPage, readSample } from "../../lib/cli/metrics_text.ts";

const PAGE = `# HELP a_total First
# TYPE a_total counter
a_total{kind="x"} 1
a_total{kind="y"} 2.5

# HELP b Second
# TYPE b gauge
b 3
# HELP c Third, without series
# TYPE c gauge
`;

Deno.test("readSample() reads names, labels and values of every form", () => {
  const read = readSample('up{job="a \\"b\\" \\\\ \\n",x=""} +Inf 1700000000000');
  assert.deepEqual(read, { name: "up", labels: { job: 'a "b" \\ \n', x: "" }, value: Infinity });
  assert.ok(Number.isNaN(readSample("a NaN").value));
  assert.equal(readSample("a:b -1.5e-3").value, -0.0015);
  for (const line of ["", "<html>", "a", "a b", "a 1 2 3", "1a 1"]) {
    assert.throws(() => readSample(line), SyntaxError, line);
  }
});

Deno.test("readPage() keeps the lines that match, with what they are", () => {
  assert.deepEqual(readPage(PAGE, /kind="y"/), [{
    about: ["# HELP a_total First", "# TYPE a_total counter"],
    lines: ['a_total{kind="y"} 2.5'],
  }]);
  assert.deepEqual(readPage(PAGE).map(({ lines }) => lines.length), [2, 1]);
  assert.throws(() => readPage("<html></html>"), SyntaxError);
});
