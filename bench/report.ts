import { writeFileSync } from "node:fs";
import type { OptionSpec, Options } from "./options.ts";
import type { ServerSpec } from "./servers.ts";

/** A benchmark of the command line. */
export interface Bench extends OptionSpec {
  readonly summary: string;
  /** Prints its tables; false when a server failed. */
  run(options: Options): Promise<boolean>;
}

/** What there is to say of a server, whatever was measured. */
export interface Outcome {
  readonly spec: ServerSpec;
  readonly failure?: string;
}

/** Lays cells out in columns: the first to the left, figures to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))),
    )
    .map((row) => `  ${row.join("  ")}`.trimEnd())
    .join("\n");
}

/** Says below a table why a server is not in it. */
export function failures(results: readonly Outcome[]): string[] {
  return results
    .filter(({ failure }) => failure !== undefined)
    .map(({ spec, failure }) => `  ${spec.title} failed: ${failure}`);
}

export function bytes(n: number): string {
  return n >= 1024 && n % 1024 === 0 ? `${n / 1024} KiB` : `${n} B`;
}

export function mebibytes(n: number): string {
  return (n / 2 ** 20).toFixed(1);
}

export function writeJson(file: string | undefined, data: unknown): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(data, null, 2)}\n`);
}
