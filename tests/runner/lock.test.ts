/** The lock that keeps two processes from building the same program. */
import * as assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "../harness.ts";
import { locked } from "../lock.ts";

const test = suite("lock");
const folder = mkdtempSync(join(tmpdir(), "wasi-net-lock-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

const COUNT = join(folder, "count");
const MODULE = new URL("../lock.ts", import.meta.url).href;

/** holder starts a process that does something while it has the lock. */
function holder(doing: string): ChildProcessWithoutNullStreams {
  const source = `import { readFileSync, writeFileSync } from "node:fs";
    import(${JSON.stringify(MODULE)}).then(({ locked }) => (async () => { ${doing} })());`;
  return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", source]);
}

test(
  "calls of many processes come one after another",
  async () => {
    writeFileSync(COUNT, "0");
    const path = JSON.stringify(COUNT);
    const add = `for (let i = 0; i < 50; i++) await locked(${path}, async () => {
    const count = Number(readFileSync(${path}, "utf8"));
    await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(${path}, String(count + 1));
  });`;
    const ends = Array.from({ length: 3 }, () => once(holder(add), "exit"));
    assert.deepEqual(await Promise.all(ends), Array(3).fill([0, null]));
    assert.equal(readFileSync(COUNT, "utf8"), "150");
  },
  { timeout: 30_000 },
);

test(
  "who dies lets go of it",
  async () => {
    const holding = holder(
      `await locked("dies", () => new Promise(() => setInterval(() => process.stdout.write("x"), 10)));`,
    );
    await once(holding.stdout, "data");
    const calls: string[] = [];
    const mine = locked("dies", async () => void calls.push("mine"));
    const other = locked("another", async () => void calls.push("other"));
    await other;
    assert.deepEqual(calls, ["other"]);
    holding.kill("SIGKILL");
    await mine;
    assert.deepEqual(calls, ["other", "mine"]);
  },
  { timeout: 30_000 },
);

test("what the call answers or throws comes out, and the lock is free again", async () => {
  assert.equal(await locked("throws", async () => 7), 7);
  await assert.rejects(
    locked("throws", () => Promise.reject(new Error("no luck"))),
    /no luck/,
  );
  assert.equal(await locked("throws", async () => 8), 8);
});

test.run();
