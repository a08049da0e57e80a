import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { checks } from "./support/checks.ts";

const test = suite("task under stress");
const wasm = await buildGuest("tests/guests/task/main.ts");
const file = "task/stress.ts";

for (const seed of ["1", "2", "3"]) {
  checks(test, wasm, { file, words: ["stress", seed], modes: ["dedicated"] });
}
checks(test, wasm, { file, words: ["stress", "4"], modes: ["cooperative"] });

test.run();
