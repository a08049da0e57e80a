/** The rows of a vector file, and what is wrong with those that are none. */
import { readFileSync } from "node:fs";

/** One line of a vector file; README.md says what its members are. */
export interface Vector {
  readonly fn: string;
  readonly in: readonly (string | number | boolean | null)[];
  readonly b64?: boolean;
  readonly b64out?: boolean;
  readonly out?: unknown;
  readonly err?: string;
  readonly type?: string;
  readonly inner?: string;
}

/** A file's vectors, the lines that they are in, and "LINE: why" for each line that is none. */
export interface Rows {
  readonly vectors: Vector[];
  readonly lines: number[];
  readonly wrong: string[];
}

/** Reads the text of a vector file. Blank lines are no rows. */
export function readRows(text: string): Rows {
  const rows: Rows = { vectors: [], lines: [], wrong: [] };
  text.split("\n").forEach((line, i) => {
    const row = line.trim();
    if (row === "") return;
    try {
      const value: unknown = JSON.parse(row);
      const why = mistake(value);
      if (why !== undefined) {
        rows.wrong.push(`${i + 1}: ${why}`);
        return;
      }
      rows.vectors.push(value as Vector);
      rows.lines.push(i + 1);
    } catch (error) {
      rows.wrong.push(`${i + 1}: ${(error as Error).message}`);
    }
  });
  return rows;
}

/** The vectors of a file that has no wrong line. */
export function readVectors(file: string | URL): Vector[] {
  const { vectors, wrong } = readRows(readFileSync(file, "utf8"));
  if (wrong.length > 0) throw new Error(`${file}:${wrong.join("\n")}`);
  return vectors;
}

/** Why a value is no vector. */
function mistake(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "no object";
  const row = value as Record<string, unknown>;
  const { fn, in: inputs, b64, b64out, out, err } = row;
  if (typeof fn !== "string") return '"fn" is not a string';
  if (!Array.isArray(inputs)) return '"in" is not a list';
  if (!inputs.every((one) => one === null || SCALARS.has(typeof one))) {
    return '"in" holds something else than strings, numbers, true, false and null';
  }
  for (const key of ["b64", "b64out"]) {
    if (!["boolean", "undefined"].includes(typeof row[key])) return `"${key}" is not a boolean`;
  }
  for (const key of ["err", "type", "inner"]) {
    if (!["string", "undefined"].includes(typeof row[key])) return `"${key}" is not a string`;
  }
  if ((out === undefined) === (err === undefined)) return 'not one of "out" and "err"';
  if (b64 === true && !isBase64(inputs)) return '"in" is not base64';
  if (b64out === true && !isBase64(out ?? err)) {
    return `"${out === undefined ? "err" : "out"}" is not base64`;
  }
  return undefined;
}

const SCALARS = new Set(["string", "number", "boolean"]);

/** Whether each string in a value is base64. */
function isBase64(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).every(isBase64);
  if (typeof value !== "string") return true;
  return Buffer.from(value, "base64").toString("base64") === value;
}
