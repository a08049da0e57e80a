/**
 * The compiled command, as a process of its own.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { compiled } from "./compiled.ts";

export const main: string = join(compiled, "cli", "main.js");

/** Result is how the command ended, and what it wrote. */
export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Child is the command while it runs. */
export interface Child {
  readonly result: Promise<Result>;
  /** line answers the next line on standard error. */
  line(): Promise<string>;
  /** output settles at the first output. */
  output(): Promise<unknown>;
  kill(signal: NodeJS.Signals): void;
}

const { PATH = "" } = process.env;

/** start runs the command; it finds the handles from 3 on. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  handles: readonly number[] = [],
): Child {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, ...env },
    stdio: ["pipe", "pipe", "pipe", ...handles],
  }) as ChildProcessWithoutNullStreams;
  child.stdin.end();
  let stdout = "";
  let stderr = "";
  let seen = 0;
  let told = (): void => undefined;
  child.stdout.on("data", (bytes) => {
    stdout += bytes;
    told();
  });
  child.stderr.on("data", (bytes) => {
    stderr += bytes;
    told();
  });
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      told = resolve;
    });
  const result = new Promise<Result>((resolve) => {
    child.once("close", (code) => {
      told();
      resolve({ code, stdout, stderr });
    });
  });
  return {
    result,
    async line() {
      let end = stderr.indexOf("\n", seen);
      while (end < 0) {
        if (child.exitCode !== null) throw new Error(`ended, after: ${stderr}`);
        await change();
        end = stderr.indexOf("\n", seen);
      }
      const line = stderr.slice(seen, end);
      seen = end + 1;
      return line;
    },
    async output() {
      while (stdout === "" && child.exitCode === null) await change();
    },
    kill: (signal) => void child.kill(signal),
  };
}

/** run waits for the end of the command. */
export function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  return start(args, env).result;
}
