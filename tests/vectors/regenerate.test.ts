/** The vectors of this machine's own Go, made anew: another release may answer otherwise. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "../harness.ts";
import { check } from "./check.ts";
import { guest } from "./guest.ts";
import { readVectors, type Vector } from "./row.ts";

const GENERATOR = fileURLToPath(new URL("gen", import.meta.url));

const test = suite("vectors of this machine's Go");
const skip = spawnSync("go", ["version"]).status === 0 ? undefined : "needs go";
// Built now, and not in the time of the test.
const answer = await guest();

test(
  "as Go answers",
  async () => {
    const vectors = regenerate();
    assert.ok(vectors.length > 10_000);
    const { mismatches } = check(vectors, answer(vectors));
    assert.equal(mismatches.length, 0, mismatches.slice(0, 10).join("\n"));
  },
  { timeout: 120_000, skip },
);

test.run();

/** What the generator writes, every release's answers included. */
function regenerate(): Vector[] {
  const folder = mkdtempSync(join(tmpdir(), "wasi-net-vectors-"));
  try {
    const file = join(folder, "vectors.jsonl");
    const env = { ...process.env, CGO_ENABLED: "0" };
    const args = ["run", ".", "-all", "-o", file];
    const { status, stderr } = spawnSync("go", args, { cwd: GENERATOR, env });
    assert.equal(status, 0, String(stderr));
    return readVectors(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
