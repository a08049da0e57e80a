/** What the fuzzer asks, and that Go answers it. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "../harness.ts";
import { check } from "../vectors/check.ts";
import { guest } from "../vectors/guest.ts";
import type { Vector } from "../vectors/row.ts";
import { askGo, buildGo } from "./go.ts";
import { random } from "./mutate.ts";
import { FUNCTIONS, keyOf, newQuestion, questionOf, readCorpus } from "./questions.ts";

const test = suite("fuzz questions");
const corpus = readCorpus();
const pick = random(1);
const asked = Array.from({ length: 20_000 }, () => newQuestion(corpus, pick));
const inputs = asked.flatMap((question) => question.in);

test("a seed's questions are the same each time", () => {
  const again = random(1);
  for (const question of asked) assert.equal(keyOf(newQuestion(corpus, again)), keyOf(question));
});

test("some inputs are long, and none too long", () => {
  const long = inputs.filter((input) => input.length > 300).length;
  assert.ok(long > 20 && long < 200, `${long}`);
  assert.ok(inputs.some((input) => input.length > 3000));
  assert.ok(inputs.every((input) => input.length <= 5000));
});

test("a long input may be of bytes that are escaped", () => {
  const escaped = inputs.filter(
    (input) => input.filter((byte) => byte < 0x20 || byte > 0x7e).length > 1000,
  );
  assert.ok(escaped.length > 0);
});

test.table(
  "arguments of vectors",
  [
    { name: "text", vector: { fn: "net.ParseIP", in: ["é"] }, bytes: [0xc3, 0xa9] },
    { name: "base64", vector: { fn: "net.ParseIP", in: ["/w=="], b64: true }, bytes: [0xff] },
    { name: "hex", vector: { fn: "netip.Addr.UnmarshalBinary", in: ["7f00"] }, bytes: [0x7f, 0] },
  ] as { name: string; vector: Vector; bytes: number[] }[],
  ({ vector, bytes }) =>
    assert.deepEqual(
      questionOf(vector).in.map((one) => [...one]),
      [bytes],
    ),
);

const folder = mkdtempSync(join(tmpdir(), "wasi-net-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const skip = spawnSync("go", ["version"]).status === 0 ? undefined : "needs go";
const vectors = skip === undefined ? askGo(buildGo(folder), asked) : [];
const answers = (await guest())(vectors);

test.table(
  "answered by Go and the port alike",
  [...FUNCTIONS].map((name) => ({ name })),
  ({ name }) => {
    const of = vectors.flatMap((vector, i) => (vector.fn === name ? [i] : []));
    assert.ok(of.length > 0);
    const { mismatches } = check(
      of.map((i) => vectors[i]!),
      of.map((i) => answers[i]!),
    );
    assert.equal(mismatches.length, 0, mismatches.slice(0, 10).join("\n"));
  },
  { skip },
);

test.run();
