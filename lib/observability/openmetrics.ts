/** A page of metrics as OpenMetrics, for those who ask for it as Prometheus does. */
import type { MetricsPage } from "./register.ts";

const CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const TOTAL = "_total";

/** Whether a request with this header `accept` asks for OpenMetrics. */
export function asksForOpenMetrics(accept: string | null): boolean {
  return /\bapplication\/openmetrics-text\s*;\s*version=1\.0\.0\b/.test(accept ?? "");
}

/**
 * The page in that form, from the text format of Prometheus. The samples are the same; what is said about a counter has its name
 * without `_total`, and a counter of somebody else that has another ending is of no known type, as it may not be a counter there.
 *
 * Why not by `prom-client`: it renames the counters in its registry for good, so that the next page as text is wrong.
 */
export function openMetrics({ body }: MetricsPage): MetricsPage {
  const counters = new Set([...body.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name]) => name));
  const about = (line: string, word: string, name: string, rest: string): string => {
    if (!counters.has(name)) return line;
    if (name.endsWith(TOTAL)) return `# ${word} ${name.slice(0, -TOTAL.length)} ${rest}`;
    return word === "TYPE" ? `# TYPE ${name} unknown` : line;
  };
  const text = body.replaceAll(/^# (HELP|TYPE) (\S+) (.*)$/gm, about).replaceAll(/\n{2,}/g, "\n");
  return { contentType: CONTENT_TYPE, body: `${text}# EOF\n` };
}
