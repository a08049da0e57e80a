/** The runtime of programs (assembly/rt): as it is, and with the collector at its worst. */
import * as assert from "node:assert/strict";
import { buildStressed, buildWith, Stress } from "../build.ts";
import { suite } from "../harness.ts";
import { checks, run } from "./support/checks.ts";

const test = suite("rt");
const guest = "tests/guests/rt/main.ts";
const modes = ["cooperative"] as const;

// Who takes all memory shall not take the machine's: it ends at 320 MiB.
const wasm = await buildWith(guest, "--maximumMemory", "5120");
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
  "a program ends",
  [
    { name: "too large an object", words: ["too-large"], text: /^panic: Allocation too large\n/ },
    { name: "no more memory", words: ["exhaust"], text: /^fatal error: out of memory\n$/ },
    {
      name: "an element that is nothing",
      words: ["hole"],
      text: /^panic: Element type must be nul/,
    },
    { name: "pinned twice", words: ["pin-twice"], text: /^panic: Object already pinned\n/ },
    { name: "unpinned twice", words: ["unpin-none"], text: /^panic: Object is not pinned\n/ },
  ],
  async ({ words, text }) => {
    const { code, stderr } = await run(wasm, "dedicated", ...words);
    assert.match(stderr, text);
    assert.equal(code, 2);
  },
  { timeout: 30_000 },
);

test.run();
