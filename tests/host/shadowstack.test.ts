import * as assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Stress } from "../build.ts";
import { suite } from "../harness.ts";
import { compareRuns } from "./shadowstack/compare.ts";
import { rows } from "./shadowstack/rows.ts";
import { type Run, torture } from "./shadowstack/torture.ts";
import { assign, enter, leave, trim } from "./shadowstack/trim.ts";

const test = suite("shadowstack");

test.table("function", rows, ({ functions, frame, stores, zeroed }) => {
  const left = trim(functions);
  assert.deepEqual(
    { frame: left.frame, stores: left.stores, zeroed: left.zeroed },
    { frame, stores, zeroed },
    left.text,
  );
});

test("an unknown expression leaves the module alone", () => {
  const left = trim(
    `(func $f (local $x i32) ${enter(1)} ${assign(0, "x", "(i32.const 64)")}
    (block $b (drop (br_if $b (i32.const 1)))) ${leave(1)})`.replace(
      "(block $b (drop (br_if $b (i32.const 1))))",
      "(drop (block $b (result i32) (br_if $b (i32.const 1) (i32.const 2))))",
    ),
  );
  assert.deepEqual(left.stores, [0]);
});

test(
  "the collector finds on the stack what it found before",
  () => {
    let looks = 0;
    for (let seed = 0; seed < 60; seed++) {
      const run = compareRuns(seed, 8);
      assert.ok(run.trimmed.stores[1] < run.trimmed.stores[0], `seed ${seed}`);
      looks += run.looks;
    }
    assert.ok(looks > 10_000, `${looks} looks`);
  },
  { timeout: 60_000 },
);

const guest = fileURLToPath(new URL("../guests/shadowstack/torture.ts", import.meta.url));
/** What the guest does with the whole shadow stack. */
let expected: Promise<Run> | undefined;

test.table(
  "no object is lost",
  [
    { name: "when everything is collected at every allocation", stress: Stress.everything },
    { name: "when every allocation is in the midst of a cycle", stress: Stress.aStep },
  ],
  async ({ stress }) => {
    expected ??= torture(guest, Stress.everything, true);
    const [whole, trimmed] = await Promise.all([expected, torture(guest, stress, false)]);
    assert.equal(trimmed.output, whole.output);
    assert.match(trimmed.output, /checks \d{4,}\n$/);
    assert.ok(trimmed.freed > 10_000, `${trimmed.freed} objects freed`);
  },
  { timeout: 60_000 },
);

test.run();
