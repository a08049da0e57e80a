/** What the fuzzer makes of its command line. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { suite } from "../harness.ts";
import { readOptions, USAGE, UsageError } from "./options.ts";

const test = suite("fuzz options");

test.table(
  "good",
  [
    { name: "both", args: ["--seconds", "60", "--seed", "7"], seconds: 60, seed: 7 },
    { name: "a part of a second", args: ["--seconds=0.5", "--seed=0"], seconds: 0.5, seed: 0 },
    { name: "no seconds", args: ["--seed", "4294967295"], seconds: 10, seed: 4294967295 },
  ],
  ({ args, seconds, seed }) => assert.deepEqual(readOptions(args), { seconds, seed }),
);

test("no seed is one of chance", () => {
  const { seed } = readOptions([])!;
  assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 1_000_000, `${seed}`);
});

test.table(
  "help",
  [
    { name: "long", args: ["--help"] },
    { name: "short, with others", args: ["-h", "--seconds", "abc"] },
  ],
  ({ args }) => assert.equal(readOptions(args), undefined),
);

test.table(
  "mistakes",
  [
    { name: "seconds that are no number", args: ["--seconds", "abc"], why: /--seconds .*: abc$/ },
    { name: "no seconds", args: ["--seconds", "0"], why: /--seconds .*: 0$/ },
    { name: "seconds below 0", args: ["--seconds=-1"], why: /--seconds .*: -1$/ },
    { name: "seconds below 0, apart", args: ["--seconds", "-1"], why: /--seconds/ },
    { name: "endless seconds", args: ["--seconds", "Infinity"], why: /--seconds/ },
    { name: "empty seconds", args: ["--seconds="], why: /--seconds/ },
    { name: "seconds in hex", args: ["--seconds", "0x10"], why: /--seconds/ },
    { name: "seconds of nothing", args: ["--seconds"], why: /--seconds/ },
    { name: "a seed that is no number", args: ["--seed", "x"], why: /--seed .*: x$/ },
    { name: "a part of a seed", args: ["--seed", "1.5"], why: /--seed .*: 1.5$/ },
    { name: "a seed that is too large", args: ["--seed", "4294967296"], why: /--seed/ },
    { name: "a seed below 0", args: ["--seed=-1"], why: /--seed/ },
    { name: "an empty seed", args: ["--seed="], why: /--seed/ },
    { name: "an unknown option", args: ["--bogus"], why: /--bogus/ },
    { name: "what is no option", args: ["60"], why: /'60'/ },
  ],
  ({ args, why }) => {
    assert.throws(
      () => readOptions(args),
      (error) => error instanceof UsageError && why.test(error.message),
    );
  },
);

test.table(
  "as a process",
  [
    { name: "help", args: ["--help"], status: 0, out: `${USAGE}\n`, err: /^$/ },
    {
      name: "a mistake",
      args: ["--seed", "x"],
      status: 2,
      out: "",
      err: /^fuzz: --seed .*\nusage/,
    },
  ],
  ({ args, status, out, err }) => {
    const script = fileURLToPath(new URL("run.ts", import.meta.url));
    const all = ["--import", "tsx", script, ...args];
    const ended = spawnSync(process.execPath, all, { encoding: "utf8" });
    assert.match(ended.stderr, err);
    assert.deepEqual([ended.status, ended.stdout], [status, out]);
  },
  { timeout: 60_000 },
);

test.run();
