/** Go, asked by the program that writes the vectors. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Vector } from "../vectors/row.ts";
import type { Question } from "./questions.ts";

/** Go is not there, or its program does not run. */
export class GoError extends Error {}

/** Builds the program in a folder. */
export function buildGo(folder: string): string {
  const program = join(folder, "gen");
  const cwd = fileURLToPath(new URL("../vectors/gen", import.meta.url));
  const env = { ...process.env, CGO_ENABLED: "0" };
  const args = ["build", "-o", program, "."];
  const { status, error } = spawnSync("go", args, { cwd, env, stdio: "inherit" });
  if (error) throw new GoError(`go cannot be run: ${error.message}`);
  if (status !== 0) throw new GoError("go build failed");
  return program;
}

/** What Go answers; questions whose answer depends on the machine are left out. */
export function askGo(program: string, questions: readonly Question[]): Vector[] {
  const input = questions
    .map((q) =>
      JSON.stringify({ fn: q.fn, in: q.in.map((s) => Buffer.from(s).toString("base64")) }),
    )
    .join("\n");
  const { stdout, stderr, status } = spawnSync(program, ["-ask"], { input, maxBuffer: 1 << 30 });
  if (status !== 0) throw new GoError(stderr.toString());
  return stdout
    .toString()
    .split("\n")
    .filter((line) => line.length > 2)
    .map((line) => JSON.parse(line) as Vector);
}
