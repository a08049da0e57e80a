import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { checks } from "./support/checks.ts";

const test = suite("pipe");
const wasm = await buildGuest("tests/guests/pipe/main.ts");

for (const part of ["pipe", "deadlines", "buffers"]) {
  checks(test, wasm, { file: `pipe/${part}.ts`, words: [part] });
}

test.run();
