/**
 * npm run vectors -- FILE.jsonl …: runs vector files, prints every mismatch and "N passed, N
 * failed".
 */
import { readFileSync } from "node:fs";
import { check } from "./check.ts";
import { guest, type Vector } from "./guest.ts";

const files = process.argv.slice(2);
if (files.length === 0) {
  process.stderr.write("usage: npm run vectors -- FILE.jsonl ...\n");
  process.exit(2);
}

const vectors: Vector[] = files.flatMap((file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Vector),
);
const { counts, mismatches } = check(vectors, (await guest())(vectors));
for (const mismatch of mismatches) console.log(mismatch);

let passed = 0;
let failed = 0;
for (const [fn, count] of [...counts].sort()) {
  passed += count.passed;
  failed += count.failed;
  if (count.failed === 0) continue;
  console.log(
    `${fn}: ${count.passed} passed, ${count.failed} failed${count.missing ? ", no such fn" : ""}`,
  );
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
