/** The command line of the fuzzer. */
import { parseArgs } from "node:util";

/** What a run is to do. */
export interface Options {
  readonly seconds: number;
  readonly seed: number;
}

/** A command line that asks for nothing that can be done: it has no number where one must be, say. */
export class UsageError extends Error {}

export const USAGE = `usage: npm run fuzz -- [--seconds N] [--seed N]

  --seconds N  how long to ask, 10 if not said
  --seed N     asks the questions of an earlier run: a whole number below 4294967296`;

/** Reads the arguments; undefined is a call for help. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { help, seconds, seed } = values(args);
  if (help) return undefined;
  const options = {
    seconds: Number(seconds),
    seed: seed === undefined ? Date.now() % 1_000_000 : Number(seed),
  };
  if (!/^\d+(\.\d+)?$/.test(seconds) || options.seconds === 0) {
    throw new UsageError(`--seconds is not a number above 0: ${seconds}`);
  }
  if (seed !== undefined && !(/^\d+$/.test(seed) && options.seed < 2 ** 32)) {
    throw new UsageError(`--seed is not a whole number below 4294967296: ${seed}`);
  }
  return options;
}

function values(args: readonly string[]): { help?: boolean; seconds: string; seed?: string } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h" },
        seconds: { type: "string", default: "10" },
        seed: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
