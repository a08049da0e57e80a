import { type Generator, type Load, LoadProcess } from "./load.ts";
import type { Options } from "./options.ts";
import type { Pinning } from "./pin.ts";
import { cpuTime } from "./proc.ts";
import type { Outcome } from "./report.ts";
import { rotated } from "./rounds.ts";
import { type Server, type ServerSpec, startServer } from "./servers.ts";

/** One server in one window. */
export interface Sample {
  /** The server's CPU time for one request, in ns. */
  readonly cpu: number;
  /** Requests per second. */
  readonly throughput: number;
  /** 99th percentile of the latency in ns, where requests have replies. */
  readonly p99: number | undefined;
  /** Share of the window in which the server's threads ran. */
  readonly busy: number;
}

/** A server's samples, one for each round, up to its failure if it failed. */
export interface Result extends Outcome {
  readonly samples: Sample[];
  failure?: string;
}

/** What a comparison runs on. */
export interface Setting {
  readonly specs: readonly ServerSpec[];
  readonly generator: Generator;
  readonly pinning: Pinning;
  readonly options: Options;
}

/**
 * Compares servers under one load. All are started once and stay; in each round every server has
 * its window while the others idle, in an order that turns with the round, so that what the
 * machine does meanwhile falls on all alike.
 */
export async function compare(setting: Setting, load: Load, buffer: number): Promise<Result[]> {
  const { seconds, warmup, rounds } = setting.options;
  const results: Result[] = setting.specs.map((spec) => ({ spec, samples: [] }));
  const servers = new Map<Result, Server>();
  try {
    for (const result of results) {
      await guarded(result, async () => {
        servers.set(result, await startServer(result.spec, buffer, setting.pinning.server));
        if (warmup > 0) await measure(servers.get(result)!, setting.generator, load, warmup);
      });
    }
    for (let round = 0; round < rounds; round++) {
      for (const result of rotated(results, round)) {
        await guarded(result, async () => {
          const server = servers.get(result)!;
          result.samples.push(await measure(server, setting.generator, load, seconds));
        });
      }
    }
  } finally {
    await Promise.all([...servers.values()].map((server) => server.child.stop()));
  }
  return results;
}

/** Runs a step of a server unless it failed before; a failure ends that server's part only. */
async function guarded(result: Result, step: () => Promise<void>): Promise<void> {
  if (result.failure !== undefined) return;
  try {
    await step();
  } catch (error) {
    result.failure = (error as Error).message;
  }
}

async function measure(
  server: Server,
  generator: Generator,
  load: Load,
  seconds: number,
): Promise<Sample> {
  const process = await LoadProcess.start(generator, load, server.port);
  try {
    const before = cpuTime(server.child.pid);
    const window = await process.run(seconds);
    const cpu = cpuTime(server.child.pid) - before;
    return {
      cpu: cpu / window.requests,
      throughput: window.requests / window.seconds,
      p99: window.p99,
      busy: cpu / 1e9 / window.seconds,
    };
  } finally {
    await process.stop();
  }
}
