/** The runner itself: whatever becomes of a test file, it is counted, and no failure is lost. */
import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "../harness.ts";
import { runFile } from "./file.ts";

const test = suite("runner");
const root = fileURLToPath(new URL("../..", import.meta.url));

// In the project, where the files find its packages.
mkdirSync(join(root, "build"), { recursive: true });
const folder = mkdtempSync(join(root, "build", "runner-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

const SUITE = `import { suite } from "../../tests/harness.ts"; const test = suite("of a test");\n`;
const GOOD = `test("good", () => {});`;

interface Row {
  readonly name: string;
  readonly source: string;
  readonly passed: number;
  readonly failed: number;
  readonly wrong?: string;
  readonly says?: RegExp;
  /** Seconds that it may take. */
  readonly limit?: number;
}

const rows: readonly Row[] = [
  {
    name: "a test passes, another one fails",
    source: `${SUITE} ${GOOD} test("bad", () => { throw new Error("no luck"); }); test.run();`,
    passed: 1,
    failed: 1,
    says: /FAILED: of a test bad\n[\s\S]*no luck/,
  },
  {
    name: "a forgotten .run()",
    source: `${SUITE} ${GOOD} ${GOOD}`,
    passed: 0,
    failed: 2,
  },
  {
    name: "a rejection that is no Error",
    source: `${SUITE} test("bad", () => Promise.reject("words")); ${GOOD} test.run();`,
    passed: 1,
    failed: 1,
    says: /rejected with words/,
  },
  {
    name: "an exit in mid-run",
    source: `${SUITE} ${GOOD} test("exit", () => process.exit(0)); ${GOOD} test.run();`,
    passed: 1,
    failed: 2,
  },
  {
    name: "a test that never ends, with nothing to wait for",
    source: `${SUITE} test("never", () => new Promise(() => {}), { timeout: 50 }); ${GOOD} test.run();`,
    passed: 1,
    failed: 1,
    says: /timed out after 50 ms/,
  },
  {
    name: "an error that nobody awaits, when all tests have passed",
    source: `${SUITE} ${GOOD} test.run(); setTimeout(() => Promise.reject(new Error("late")), 50);`,
    passed: 1,
    failed: 1,
    wrong: "ended with code 1",
    says: /late/,
  },
  {
    name: "no test",
    source: "export {};",
    passed: 0,
    failed: 1,
    wrong: "ran no test",
  },
  {
    name: "no test, but a suite",
    source: `${SUITE} test.run();`,
    passed: 0,
    failed: 1,
    wrong: "ended with code 1",
  },
  {
    name: "a file that cannot be read",
    source: `import "./missing.ts";`,
    passed: 0,
    failed: 1,
    wrong: "ended with code 1",
    says: /missing/,
  },
  {
    name: "an await that never ends",
    source: `${SUITE} await new Promise(() => {}); ${GOOD} test.run();`,
    passed: 0,
    failed: 1,
    wrong: "ended with code 1",
  },
  {
    name: "a crash",
    source: `${SUITE} test("kill", () => process.kill(process.pid, "SIGSEGV")); test.run();`,
    passed: 0,
    failed: 1,
    wrong: "killed by SIGSEGV",
  },
  {
    name: "a good last line of a process that then crashes",
    source: `console.log("7 passed, 0 failed"); process.kill(process.pid, "SIGKILL");`,
    passed: 7,
    failed: 1,
    wrong: "killed by SIGKILL",
  },
  {
    name: "a file that does not end",
    source: `${SUITE} ${GOOD} test.run(); setInterval(() => {}, 1000);`,
    passed: 0,
    failed: 1,
    wrong: "hung: no end after 2 s",
    limit: 2,
    says: /Passed: +1/,
  },
  {
    name: "a thread that spins",
    source: `${SUITE} test("spin", () => { for (;;); }); test.run();`,
    passed: 0,
    failed: 1,
    wrong: "hung: no end after 2 s",
    limit: 2,
  },
  {
    name: "a process left behind, which has the output open",
    source: `import { spawn } from "node:child_process"; ${SUITE}
      test("spawn", () => void spawn("sleep", ["1000"], { stdio: "inherit" }).unref()); test.run();`,
    passed: 1,
    failed: 0,
  },
];

test.table(
  "a file",
  rows,
  async ({ name, source, passed, failed, wrong, says = /^/, limit = 30 }) => {
    const outcome = await runFile(write("files", name, source), limit);
    assert.deepEqual(
      { passed: outcome.passed, failed: outcome.failed, wrong: outcome.wrong },
      { passed, failed, wrong },
      outcome.output,
    );
    assert.match(outcome.output, says);
  },
  { timeout: 40_000 },
);

test("the sum of all, in the last line", async () => {
  write("sum", "one", `${SUITE} ${GOOD} ${GOOD} test.run();`);
  write("sum", "two", `${SUITE} ${GOOD} test("left out", () => {}, { skip: "why" }); test.run();`);
  assert.deepEqual(await run("sum"), { code: 0, last: "3 passed, 0 failed, 1 skipped" });
  write("sum", "skips", `${SUITE} test("left out", () => {}, { skip: "why" }); test.run();`);
  assert.deepEqual(await run("sum"), { code: 0, last: "3 passed, 0 failed, 2 skipped" });
  write("sum", "bad", "process.exit(3);");
  assert.deepEqual(await run("sum"), { code: 1, last: "3 passed, 1 failed, 2 skipped" });
});

test("patterns choose files", async () => {
  write("patterns", "one", `${SUITE} ${GOOD} test.run();`);
  write("patterns", "two", `${SUITE} ${GOOD} test.run();`);
  write("patterns", "three", `${SUITE} ${GOOD} test.run();`);
  assert.deepEqual(await run("patterns", "/one", "^.*e\\.test"), {
    code: 0,
    last: "2 passed, 0 failed",
  });
  assert.deepEqual(await run("patterns", "four"), { code: 1, last: "0 passed, 0 failed" });
});

test("files run beside each other, but those that run alone after all others", async () => {
  const [socket, log] = [join(folder, "meet"), join(folder, "log")];
  const wrote = `(await import("node:fs")).appendFileSync(${JSON.stringify(log)}, "done\\n")`;
  const at = JSON.stringify(socket);
  // Each waits for the other one to come.
  const meet = `import { createServer, connect } from "node:net"; ${SUITE}
    test("meet", async () => {
      await new Promise((resolve) => {
        const server = createServer((one) => { one.end(); server.close(resolve); });
        server.on("error", () => connect(${at}).resume().on("end", resolve));
        server.listen(${at});
      });
      ${wrote};
    });
    test.run();`;
  write("alone", "b", meet);
  write("alone", "c", meet);
  const after = `/**\n * Runs alone: to test it.\n */
    import { readFileSync } from "node:fs"; ${SUITE}
    test("all others are done", () => {
      const lines = readFileSync(${JSON.stringify(log)}, "utf8");
      if (lines !== "done\\ndone\\n") throw new Error(lines);
    });
    test.run();`;
  write("alone", "a", after);
  // Two at once: if it did not wait, the one that runs alone would come first, before the others are both there.
  assert.deepEqual(await run("alone", "--jobs=2"), { code: 0, last: "3 passed, 0 failed" });
});

test("who ends the runner ends the files", async () => {
  const server = createServer();
  const path = join(folder, "held");
  await once(server.listen(path), "listening");
  write(
    "ended",
    "holds",
    `import { connect } from "node:net"; connect(${JSON.stringify(path)}).resume();`,
  );
  const runner = start("ended");
  const [socket] = await once(server, "connection");
  const [[, signal]] = await Promise.all([
    once(runner, "exit"),
    once(socket.resume(), "close"),
    runner.kill("SIGTERM"),
  ]);
  assert.equal(signal, "SIGTERM");
  server.close();
});

/** write makes a test file and answers its path. */
function write(group: string, name: string, source: string): string {
  const file = join(folder, group, `${name.replaceAll(/\W/g, "-")}.test.ts`);
  mkdirSync(join(folder, group), { recursive: true });
  writeFileSync(file, source.replaceAll("../../tests/", `${root}tests/`));
  return file;
}

/** start starts the runner on a group of files. */
function start(group: string, ...args: readonly string[]): ChildProcess {
  const words = ["--folder", relative(root, join(folder, group)), "--limit", "30", ...args];
  const runner = join(root, "tests", "run.ts");
  return spawn(process.execPath, ["--import", "tsx", runner, ...words], {
    cwd: root,
    env: { ...process.env, CI: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function run(
  group: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly last: string }> {
  const runner = start(group, ...args);
  let output = "";
  runner.stdout!.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  const [code] = await once(runner, "close");
  return { code, last: output.trimEnd().split("\n").at(-1)! };
}

test.run();
