import { type Comparison, comparisonOptions, runComparison } from "./comparison.ts";
import type { Bench } from "./report.ts";

const comparison: Comparison = { program: "echo", mode: "rate", unit: "connection" };

/** Connect, one exchange, close: what accepting and tearing down costs. */
export const rate: Bench = {
  summary: "CPU per connection that makes one exchange, connections per second and p99",
  takes: comparisonOptions,
  defaults: { connections: [50], sizes: [64] },
  run: (options) => runComparison(comparison, options),
};
