import { type Comparison, comparisonOptions, runComparison } from "./comparison.ts";
import type { Bench } from "./report.ts";

const comparison: Comparison = { program: "sink", mode: "bulk", unit: "MiB" };

/** One-way traffic in large writes, which the servers only read. */
export const bulk: Bench = {
  summary: "CPU per MiB that a server reads, and throughput",
  takes: comparisonOptions,
  // One connection: with several, cost depends mostly on whether what is queued fits the cache.
  defaults: { connections: [1], sizes: [262_144], buffer: 65_536 },
  run: (options) => runComparison(comparison, options),
};
