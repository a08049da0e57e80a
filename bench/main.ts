/** The command line of the benchmarks: `npm run bench -- NAME [options]`. */
import { bulk } from "./bulk.ts";
import { echo } from "./echo.ts";
import { BenchError, UsageError } from "./errors.ts";
import { idle } from "./idle.ts";
import { optionHelp, parseOptions } from "./options.ts";
import { parse } from "./parse.ts";
import { rate } from "./rate.ts";
import type { Bench } from "./report.ts";
import { start } from "./start.ts";

const benches: Readonly<Record<string, Bench>> = { echo, rate, idle, bulk, start, parse };

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: string[]): Promise<number> {
  try {
    if (name === undefined || name === "--help" || name === "-h") {
      console.log(usage());
      return name === undefined ? 2 : 0;
    }
    const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
    if (!bench) throw new UsageError(`unknown benchmark ${name}\n\n${usage()}`);
    const options = parseOptions(args, bench);
    if (process.platform !== "linux") {
      throw new BenchError("the benchmarks read CPU time and memory from Linux's /proc");
    }
    return (await bench.run(options)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    process.stderr.write(`bench: ${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function usage(): string {
  const lines = ["usage: npm run bench -- NAME [options]", ""];
  for (const [name, bench] of Object.entries(benches)) {
    const options = bench.takes.map((option) => `--${option}`).join(" ");
    lines.push(`  ${name.padEnd(7)}${bench.summary}`, `         ${options}`);
  }
  return [...lines, "", optionHelp()].join("\n");
}
