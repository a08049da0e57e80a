import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { checks } from "./support/checks.ts";

const test = suite("task");
const wasm = await buildGuest("tests/guests/task/main.ts");

const parts = [
  "sched",
  "timer",
  "chan",
  "select",
  "sync",
  "fdmutex",
  "context",
  "frames",
  "calls",
  "tick",
];
for (const part of parts) checks(test, wasm, { file: `task/${part}.ts`, words: [part] });

test.run();
