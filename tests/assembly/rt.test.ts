/** The runtime of programs (assembly/rt): as it is, and with the collector at its worst. */
import * as assert from "node:assert/strict";
import { buildGuest, buildStressed, Stress } from "../build.ts";
import { suite } from "../harness.ts";
import { checks, run } from "./support/checks.ts";

const test = suite("rt");
const guest = "tests/guests/rt/main.ts";
const modes = ["cooperative"] as const;

const wasm = await buildGuest(guest);
for (const part of ["sizes", "containers", "kept", "growth"]) {
  checks(test, wasm, { file: `rt/${part}.ts`, words: [part], modes });
}
for (const [name, stress] of Object.entries(Stress)) {
  const stressed = await buildStressed(guest, stress);
  for (const part of ["containers", "kept"]) {
    checks(test, stressed, { file: `rt/${part}.ts`, words: [part, name], modes });
  }
}

test.table(
  "a program ends that wants more than there is",
  [
    { name: "an object too large", words: ["too-large"], text: /^panic: Allocation too large\n/ },
    { name: "objects until the end", words: ["exhaust"], text: /^fatal error: out of memory\n$/ },
  ],
  async ({ words, text }) => {
    const { code, stderr } = await run(wasm, "dedicated", ...words);
    assert.match(stderr, text);
    assert.equal(code, 2);
  },
  { timeout: 30_000 },
);

test.run();
