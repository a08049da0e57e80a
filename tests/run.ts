/**
 * npm test: each test file in a process of its own, as many at once as there are processors. With patterns, only the files whose
 * paths match one of them:
 *
 *     npm test
 *     npm test -- host/fd e2e/load
 *
 * A file that says ` * Runs alone: ` and why has the machine for itself, after all others. The last line is the sum,
 * `N passed, N failed`; unless nothing failed, the exit code is 1.
 */
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Outcome, runFile, stopAll } from "./runner/file.ts";

/** These take longest and start first, so that none of them is left to run when all else is done. */
const LONGEST = [
  "tests/e2e/interop.test.ts",
  "tests/e2e/faults.test.ts",
  "tests/e2e/nettest.test.ts",
  "tests/assembly/task-ends.test.ts",
  "tests/e2e/http.test.ts",
  "tests/package/consumer.test.ts",
  "tests/e2e/echo.test.ts",
  "tests/e2e/schedules.test.ts",
  "tests/e2e/networks.test.ts",
  "tests/e2e/dialer.test.ts",
  "tests/e2e/examples.test.ts",
  "tests/host/shadowstack.test.ts",
  "tests/host/cli.test.ts",
  "tests/runner/run.test.ts",
];

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Where the files are. */
    folder: { type: "string", default: "tests" },
    /** How many run at once. */
    jobs: { type: "string", default: `${availableParallelism()}` },
    /** Seconds that a file may take. */
    limit: { type: "string", default: "300" },
  },
});
const [jobs, limit] = [values.jobs, values.limit].map(Number) as [number, number];
if (!(jobs >= 1 && limit > 0)) throw new Error("--jobs and --limit are numbers above 0");

const patterns = positionals.map((text) => new RegExp(text));
const files = readdirSync(resolve(root, values.folder), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => relative(root, resolve(root, values.folder, name)))
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => pattern.test(file)))
  .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    stopAll();
    process.kill(process.pid, signal);
  });
}

const alone = new Set(files.filter(runsAlone));
const outcomes = new Map<string, Outcome>();
await runAll(
  files.filter((file) => !alone.has(file)),
  jobs,
);
await runAll([...alone], 1);
report();

/** runAll runs files in order, some at once. */
async function runAll(queue: readonly string[], jobs: number): Promise<void> {
  const left = queue.values();
  const worker = async (): Promise<void> => {
    // One iterator for all: each takes the next file when it is free.
    for (const file of left) {
      const outcome = await runFile(file, limit);
      outcomes.set(file, outcome);
      const title = `${file}: ${sum(outcome)} (${outcome.seconds.toFixed(1)} s)`;
      process.stdout.write(`\n${title}\n${outcome.output.trim()}\n`);
      if (outcome.wrong !== undefined) process.stdout.write(`FAILED: ${file}: ${outcome.wrong}\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

function report(): void {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [file, { passed, failed, skipped, wrong }] of outcomes) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    if (failed > 0) process.stdout.write(`\nfailed: ${file}: ${wrong ?? `${failed} of its tests`}`);
  }
  if (files.length === 0) process.stdout.write("\nno test file matches");
  if (total.failed > 0 || total.passed + total.skipped === 0) process.exitCode = 1;
  process.stdout.write(`\n${sum(total)}\n`);
}

function sum({ passed, failed, skipped }: Pick<Outcome, "passed" | "failed" | "skipped">): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function rank(file: string): number {
  const at = LONGEST.indexOf(file);
  return at < 0 ? LONGEST.length : at;
}

/** runsAlone tells whether a file says that it does. */
function runsAlone(file: string): boolean {
  return /^ \* Runs alone: /m.test(readFileSync(resolve(root, file), "utf8"));
}
