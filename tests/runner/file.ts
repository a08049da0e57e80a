/**
 * One test file in a process of its own: its output, whole, and what came of it. Whatever becomes of the process, a file that did
 * not say so to its end has failed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const entry = fileURLToPath(new URL("entry.ts", import.meta.url));

/** Outcome is what came of a file. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** All that the file wrote, to either stream, but for its counts. */
  readonly output: string;
  /** What went wrong with the file as a whole, such as its process. */
  readonly wrong: string | undefined;
  readonly seconds: number;
}

const COUNTS = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\n/gm;
const running = new Set<ChildProcess>();

/** stopAll ends the files that are running, and all that they have started. */
export function stopAll(): void {
  for (const child of running) stop(child);
}

/** runFile runs a file, for at most some seconds. */
export async function runFile(file: string, limit: number): Promise<Outcome> {
  const start = performance.now();
  // A group of its own, so that what the file has started ends with it.
  const child = spawn(process.execPath, ["--import", "tsx", entry, file], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const all: Buffer[] = [];
  const stdout: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => all.push(chunk));
  child.stdout.on("data", (chunk: Buffer) => {
    all.push(chunk);
    stdout.push(chunk);
  });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    stop(child);
    // Who left the group could hold these open for ever.
    child.stdout.destroy();
    child.stderr.destroy();
  }, limit * 1000);
  child.once("exit", () => stop(child));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  clearTimeout(timer);
  running.delete(child);
  const end = hung ? `hung: no end after ${limit} s` : ended(code, signal);
  return {
    ...verdict(Buffer.concat(stdout).toString(), end),
    // The only counts on a line of their own are the sum's.
    output: Buffer.concat(all).toString().replaceAll(COUNTS, ""),
    seconds: (performance.now() - start) / 1000,
  };
}

function ended(code: number | null, signal: string | null): string | undefined {
  if (signal !== null) return `killed by ${signal}`;
  return code === 0 ? undefined : `ended with code ${code}`;
}

/** verdict reads the line that tests/harness.ts ends with, and does not believe it when the process ended badly. */
function verdict(
  stdout: string,
  end: string | undefined,
): Pick<Outcome, "passed" | "failed" | "skipped" | "wrong"> {
  const counts = [...stdout.matchAll(COUNTS)].at(-1)?.slice(1) ?? [];
  const [passed = 0, failed = 0, skipped = 0] = counts.map((count) => Number(count ?? 0));
  if (failed > 0) {
    // Which the code must say, too.
    const wrong = end === "ended with code 1" ? undefined : (end ?? "ended with code 0");
    return { passed, failed, skipped, wrong };
  }
  const wrong = end ?? (passed + skipped === 0 ? "ran no test" : undefined);
  return { passed, failed: wrong === undefined ? 0 : 1, skipped, wrong };
}

/** stop ends a process's whole group, of which nothing may be left. */
function stop({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
