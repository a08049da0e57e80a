import * as assert from "node:assert/strict";
import { suite } from "../harness.ts";
import { shrink } from "./shrink.ts";

const test = suite("shrink");

/** Shrinks texts as long as a test on them holds. */
function shrunk(texts: readonly string[], holds: (...texts: string[]) => boolean): string[] {
  const inputs = texts.map((text) => Buffer.from(text));
  const least = shrink(inputs, (all) =>
    all.map((candidate) => holds(...candidate.map((input) => Buffer.from(input).toString()))),
  );
  return least.map((input) => Buffer.from(input).toString());
}

test("only what makes the difference stays", () => {
  assert.deepEqual(
    shrunk(["2001:db8::1%eth0"], (text) => text.includes("::")),
    ["::"],
  );
});

test("bytes that may be any are plain ones", () => {
  assert.deepEqual(
    shrunk(["192.0.2.117"], (text) => text.length > 3),
    ["0000"],
  );
  assert.deepEqual(
    shrunk(["x7", "y"], (a, b) => /\D/.test(a) && b !== ""),
    ["a", "0"],
  );
});

test("each of several inputs is shortened", () => {
  const both = (a: string, b: string): boolean => a.includes("[") && b.includes(":");
  assert.deepEqual(shrunk(["ab[cd]", "12:34"], both), ["[", ":"]);
});

test("what shows nothing stays as it is", () => {
  assert.deepEqual(
    shrunk(["abc"], () => false),
    ["abc"],
  );
});

test.run();
