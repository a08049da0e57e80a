import * as assert from "node:assert/strict";
import { suite } from "../harness.ts";
import { check } from "../vectors/check.ts";
import { guest } from "../vectors/guest.ts";
import { readVectors, type Vector } from "../vectors/row.ts";

const vectors = readVectors(new URL("../vectors/go-net.jsonl", import.meta.url));
const answers = (await guest())(vectors);
const byFunction = new Map<string, number[]>();
/** How many vectors the port has no answer to, by function. */
const absent: Record<string, number> = {};
answers.forEach((answer, i) => {
  const fn = vectors[i]?.fn ?? "";
  if (Object.keys(answer).length === 0) absent[fn] = (absent[fn] ?? 0) + 1;
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
