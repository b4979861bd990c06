import assert from "node:assert/strict";
import { asksForOpenMetrics, openMetrics } from "../../lib/observability/mod.ts";

Deno.test("a page as OpenMetrics has the same samples, and says of counters what that format allows", () => {
  const body = `# HELP a_total Things, "counted"
# TYPE a_total counter
a_total{kind="x"} 3

# HELP b Named by somebody else
# TYPE b counter
b 1

# HELP c_total A gauge with a counter's name
# TYPE c_total gauge
c_total 5

# HELP d Sizes
# TYPE d histogram
d_bucket{le="1"} 2
d_bucket{le="+Inf"} 2
d_sum 0.5
d_count 2
`;
  const page = openMetrics({ contentType: "text/plain", body });
  assert.match(page.contentType, /^application\/openmetrics-text; version=1\.0\.0/);
  assert.equal(
    page.body,
    `# HELP a Things, "counted"
# TYPE a counter
a_total{kind="x"} 3
# HELP b Named by somebody else
# TYPE b unknown
b 1
# HELP c_total A gauge with a counter's name
# TYPE c_total gauge
c_total 5
# HELP d Sizes
# TYPE d histogram
d_bucket{le="1"} 2
d_bucket{le="+Inf"} 2
d_sum 0.5
d_count 2
# EOF
`,
  );
});

Deno.test("OpenMetrics is for those who ask for the version that is written", () => {
  const prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;" +
    "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
  assert.ok(asksForOpenMetrics(prometheus));
  const others = [null, "*/*", "text/html", "application/openmetrics-text;version=0.0.1"];
  for (const accept of others) assert.ok(!asksForOpenMetrics(accept), `${accept}`);
});
