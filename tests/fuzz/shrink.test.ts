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

test("a long input is done in few rounds", () => {
  const long = Buffer.from("\\xff".repeat(1250));
  let bytes = 0;
  const [least] = shrink([long], (all) => {
    for (const inputs of all) bytes += inputs[0]!.length;
    // A round of single bytes has ten thousand candidates of this length.
    assert.ok(bytes < 50_000_000);
    return all.map((inputs) => inputs[0]!.length > 3000);
  });
  assert.ok(least!.length < 3100, `${least!.length}`);
  assert.ok(least!.every((byte) => byte === 0x30));
});

test("a difference in a long input is found to the byte", () => {
  const long = `${"\\xff".repeat(1250)}::`;
  assert.deepEqual(
    shrunk([long], (text) => text.includes("::")),
    ["::"],
  );
});

test("what shows nothing stays as it is", () => {
  assert.deepEqual(
    shrunk(["abc"], () => false),
    ["abc"],
  );
});

test.run();
