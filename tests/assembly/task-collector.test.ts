/** The checks of goroutines with the collector in the midst of its work at every allocation (assembly/rt/stress.ts). */
import { buildStressed, Stress } from "../build.ts";
import { suite } from "../harness.ts";
import { checks } from "./support/checks.ts";

const test = suite("task-collector");
const wasm = await buildStressed("tests/guests/task/main.ts", Stress.aStep);

const parts = ["sched", "timer", "chan", "select", "sync", "fdmutex", "context", "frames", "calls"];
for (const part of [...parts, "stress"]) {
  checks(test, wasm, { file: `task/${part}.ts`, words: [part], modes: ["cooperative"] });
}

test.run();
