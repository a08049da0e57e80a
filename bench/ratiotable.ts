/** The table of servers relative to the yardstick, and what its figures mean. */
import type { Result, Sample } from "./compare.ts";
import { failures, table } from "./report.ts";
import type { ServerSpec } from "./servers.ts";
import { ratios, type Spread, spread } from "./stats.ts";

export function meaning(unit: string, specs: readonly ServerSpec[]): string {
  return (
    `CPU: the server's CPU time per ${unit} relative to ${baseline(specs)?.title} in the same ` +
    "round, less is better; throughput: relative too, more is better; p99: latency; busy: share " +
    "of the time that the server ran. Medians of the rounds, in brackets least and most."
  );
}

/** The yardstick's own figures: they differ from machine to machine and minute to minute. */
export function absolute(results: readonly Result[], unit: string): string {
  const base = baseResult(results);
  if (!base || base.samples.length === 0) return "";
  const cpu = spread(base.samples.map((sample) => sample.cpu)).median / 1000;
  const rate = spread(base.samples.map((sample) => sample.throughput)).median;
  return ` (${base.spec.title}: ${cpu.toFixed(2)} µs CPU per ${unit}, ${rate.toFixed(0)} per second)`;
}

export function ratioTable(results: readonly Result[], unit: string): string {
  const base = baseResult(results)?.samples ?? [];
  const latency = results.some(({ samples }) => samples.some((sample) => sample.p99));
  const p99Title = latency ? "p99 ms" : "";
  const header = ["server", `CPU/${unit}`, "", "throughput", "", p99Title, "", "busy"];
  const rows = results.flatMap(({ spec, samples, failure }) => {
    if (failure !== undefined) return [];
    const relative = (pick: (sample: Sample) => number) =>
      ratios(samples.map(pick), base.map(pick));
    const cpu = relative((sample) => sample.cpu);
    const throughput = relative((sample) => sample.throughput);
    const p99 = spread(samples.flatMap((sample) => sample.p99 ?? []).map((ns) => ns / 1e6));
    const busy = spread(samples.map((sample) => sample.busy * 100)).median;
    return [[spec.title, ...[cpu, throughput, p99].flatMap(cells), `${busy.toFixed(0)} %`]];
  });
  return [table([header, ...rows]), ...failures(results)].join("\n");
}

/** C epoll is the yardstick wherever it was measured. */
function baseline(specs: readonly ServerSpec[]): ServerSpec | undefined {
  return specs.find((spec) => spec.name === "c") ?? specs[0];
}

function baseResult(results: readonly Result[]): Result | undefined {
  const spec = baseline(results.map((result) => result.spec));
  return results.find((result) => result.spec === spec);
}

/** Nothing measured (no latency in one-way traffic, no yardstick) leaves the cells empty. */
function cells({ median, min, max }: Spread): string[] {
  if (Number.isNaN(median)) return ["", ""];
  return [median.toFixed(2), `(${min.toFixed(2)}–${max.toFixed(2)})`];
}
