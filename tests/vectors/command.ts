/** The command of run.ts, as a function: what it prints goes to two functions. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { check } from "./check.ts";
import { guest } from "./guest.ts";
import { readRows, type Vector } from "./row.ts";

/** Where lines go. */
export interface Printed {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const USAGE = "usage: npm run vectors -- FILE.jsonl ...";

/**
 * Runs the vector files that args name and prints every mismatch and "N passed, N failed". The exit
 * code is 0 when there was something to check and nothing failed; 2 is a mistake in args.
 */
export async function command(args: readonly string[], { out, err }: Printed): Promise<number> {
  const files = filesOf(args);
  if (typeof files === "string") {
    err(`${files === "" ? "" : `vectors: ${files}\n`}${USAGE}`);
    return 2;
  }
  if (files === undefined) {
    out(USAGE);
    return 0;
  }
  const vectors: Vector[] = [];
  const places: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    const rows = read(file);
    for (const why of rows.wrong) err(`${file}:${why}`);
    if (rows.wrong.length + rows.vectors.length === 0) err(`${file}: no vectors`);
    for (const vector of rows.vectors) vectors.push(vector);
    for (const line of rows.lines) places.push(`${file}:${line}`);
    failed += rows.wrong.length;
  }
  if (vectors.length > 0) {
    const { counts, mismatches } = check(vectors, (await guest())(vectors), places);
    for (const mismatch of mismatches) out(mismatch);
    for (const [fn, count] of [...counts].sort()) {
      passed += count.passed;
      failed += count.failed;
      if (count.failed === 0) continue;
      const missing = count.missing ? ", no such fn" : "";
      out(`${fn}: ${count.passed} passed, ${count.failed} failed${missing}`);
    }
  }
  out(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** The files that args name, undefined for a call for help, or what is wrong. */
function filesOf(args: readonly string[]): string[] | undefined | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" } },
    });
    if (values.help) return undefined;
    return positionals.length > 0 ? positionals : "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** A file's rows. One that cannot be read is as one wrong line. */
function read(file: string): ReturnType<typeof readRows> {
  try {
    return readRows(readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "is a folder" : message;
    return { vectors: [], lines: [], wrong: [` ${why}`] };
  }
}
