/**
 * Events and the sinks that show them.
 *
 * @module
 */
export * from "./bar.ts";
export * from "./event.ts";
export * from "./levels.ts";
export * from "./log.ts";
export * from "./metrics.ts";
export * from "./openmetrics.ts";
export * from "./progress.ts";
export * from "./redact.ts";
export * from "./register.ts";
export * from "./sanitize.ts";
export * from "./session_event.ts";
export * from "./otlp.ts";
export * from "./span.ts";
export * from "./spans.ts";
export * from "./text.ts";
export * from "./units.ts";
export * from "./trace_record.ts";
