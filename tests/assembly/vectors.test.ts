import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite } from "../harness.ts";
import { check } from "../vectors/check.ts";
import { guest, type Vector } from "../vectors/guest.ts";

const file = new URL("../vectors/go-net.jsonl", import.meta.url);
const vectors = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Vector);
const answers = (await guest())(vectors);
const byFunction = new Map<string, number[]>();
/** How many vectors the port has no answer to, by function. */
const absent: Record<string, number> = {};
answers.forEach(({ out, err }, i) => {
  const fn = vectors[i]?.fn ?? "";
  if (out === undefined && err === undefined) absent[fn] = (absent[fn] ?? 0) + 1;
  else byFunction.set(fn, [...(byFunction.get(fn) ?? []), i]);
});

const test = suite("vectors");

test.table(
  "as Go answers",
  [...byFunction].map(([name, indices]) => ({ name, indices })),
  ({ indices }) => {
    const { mismatches } = check(
      indices.map((i) => vectors[i] as Vector),
      indices.map((i) => answers[i] ?? {}),
    );
    assert.equal(mismatches.length, 0, mismatches.slice(0, 10).join("\n"));
  },
);

test("nothing is unanswered", () => assert.deepEqual(absent, {}));

test.run();
