/**
 * The one place where tests touch uvu.
 *
 * uvu 0.5.6 has sharp edges for a network project: a forgotten `.run()` passes with no test run, a rejection that is not an
 * `Error` ends the run with exit code 0 (lukeed/uvu#229), and a test that never settles takes every later one with it. Each is
 * closed here, and every file ends with `N passed, N failed` on a line of its own, which tests/run.ts adds up.
 */
import { suite as uvuSuite } from "uvu";

/** What a test may set for itself. */
export interface TestOptions {
  /** Milliseconds before the test fails. A hung socket must fail, not stall. */
  readonly timeout?: number;
  /** Why the test cannot run here, for example "needs go"; undefined runs it. With CI=true nothing is skipped: it fails. */
  readonly skip?: string | undefined;
}

/** A group of tests of one file. */
export interface Suite {
  (name: string, fn: () => unknown, options?: TestOptions): void;
  /** Registers one test per row, named `name/row.name`, like Go's t.Run. */
  table<Row extends { readonly name: string }>(
    name: string,
    rows: readonly Row[],
    fn: (row: Row) => unknown,
    options?: TestOptions,
  ): void;
  /** Queues the suite. Call it last. */
  run(): void;
}

const DEFAULT_TIMEOUT = 10_000;
const tally = { registered: 0, passed: 0, failed: 0, skipped: 0 };

/** Creates a suite. Its file must end with `test.run()`; a forgotten one fails the process. */
export function suite(title: string): Suite {
  const inner = uvuSuite(title);
  const add = (name: string, fn: () => unknown, options: TestOptions = {}): void => {
    if (options.skip !== undefined && process.env["CI"] !== "true") {
      tally.skipped++;
      process.stdout.write(`skipped: ${title} ${name}: ${options.skip}\n`);
      return;
    }
    tally.registered++;
    inner(name, () => settle(`${title} ${name}`, fn, options));
  };
  return Object.assign(add, {
    run: () => inner.run(),
    table<Row extends { readonly name: string }>(
      name: string,
      rows: readonly Row[],
      fn: (row: Row) => unknown,
      options?: TestOptions,
    ): void {
      for (const row of rows) add(`${name}/${row.name}`, () => fn(row), options);
    },
  });
}

async function settle(name: string, fn: () => unknown, options: TestOptions): Promise<void> {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`timed out after ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([(async () => fn())(), deadline]);
    tally.passed++;
  } catch (cause) {
    tally.failed++;
    process.stdout.write(`\nFAILED: ${name}\n`);
    throw cause instanceof Error ? cause : new Error(`rejected with ${String(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

process.on("exit", () => {
  const lost = tally.registered - tally.passed - tally.failed;
  const none = tally.registered + tally.skipped === 0;
  if (none || lost > 0 || tally.failed > 0) process.exitCode = 1;
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : "";
  // uvu may have stopped in the middle of a line.
  if (lost > 0) process.stdout.write("\n");
  process.stdout.write(`${tally.passed} passed, ${tally.failed + lost} failed${skipped}\n`);
});
