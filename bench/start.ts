import { statSync } from "node:fs";
import { machine } from "./machine.ts";
import { bufferFor, type Options } from "./options.ts";
import { residentMemory } from "./proc.ts";
import { type Bench, failures, mebibytes, type Outcome, table, writeJson } from "./report.ts";
import { rotated } from "./rounds.ts";
import { prepareServers, startServer } from "./servers.ts";
import { spread } from "./stats.ts";

/** From the command to the first connection it could take. */
export const start: Bench = {
  summary: "time until an echo server listens, its memory then, and the size of its program",
  takes: ["rounds", "servers", "with", "json"],
  defaults: { rounds: 10 },
  run: runStart,
};

const MEANING =
  "ms: from the start of the process until it says that it listens, median and in brackets least " +
  "and most; resident: its memory at that moment; program: the file that was compiled.";

interface Started extends Outcome {
  readonly milliseconds: number[];
  readonly resident: number[];
  failure?: string;
}

async function runStart(options: Options): Promise<boolean> {
  const { specs, notes } = prepareServers("echo", options);
  const results: Started[] = specs.map((spec) => ({ spec, milliseconds: [], resident: [] }));
  const about = [machine(), ...notes];
  console.log([...about, MEANING, ""].join("\n"));
  // The first round also brings the programs into the page cache: it does not count.
  for (let round = -1; round < options.rounds; round++) {
    for (const result of rotated(results, round + 1)) {
      await startOnce(result, bufferFor(64, options), round >= 0);
    }
  }
  console.log(startTable(results));
  writeJson(options.json, { about, options, results });
  return results.every((result) => result.failure === undefined);
}

async function startOnce(result: Started, buffer: number, counts: boolean): Promise<void> {
  if (result.failure !== undefined) return;
  try {
    // Not pinned: a user's command is not either, and Node compiles on several threads.
    const server = await startServer(result.spec, buffer, []);
    if (counts) {
      result.milliseconds.push(server.startup);
      result.resident.push(residentMemory(server.child.pid));
    }
    await server.child.stop();
  } catch (error) {
    result.failure = (error as Error).message;
  }
}

function startTable(results: readonly Started[]): string {
  const header = ["server", "ms", "", "resident MiB", "program KiB"];
  const rows = results.flatMap(({ spec, milliseconds, resident, failure }) => {
    if (failure !== undefined) return [];
    const { median, min, max } = spread(milliseconds);
    return [
      [
        spec.title,
        median.toFixed(0),
        `(${min.toFixed(0)}–${max.toFixed(0)})`,
        mebibytes(spread(resident).median),
        spec.program === undefined ? "" : (statSync(spec.program).size / 1024).toFixed(1),
      ],
    ];
  });
  return [table([header, ...rows]), ...failures(results)].join("\n");
}
