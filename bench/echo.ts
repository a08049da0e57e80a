import { type Comparison, comparisonOptions, runComparison } from "./comparison.ts";
import type { Bench } from "./report.ts";

const comparison: Comparison = { program: "echo", mode: "echo", unit: "request" };

/** Connections that stay open, each with one message under way. */
export const echo: Bench = {
  summary: "CPU per request, throughput and p99 of echo servers",
  takes: comparisonOptions,
  defaults: { connections: [50, 500], sizes: [64, 16384] },
  run: (options) => runComparison(comparison, options),
};
