/** The ways in which a program ends: code, standard output and standard error, in both modes. */
import * as assert from "node:assert/strict";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { type Ending, MODES, run } from "./support/checks.ts";

const test = suite("task ends");
const wasm = await buildGuest("tests/guests/task/main.ts");

/** A way to end, by its name in tests/guests/task/ends.ts, and what is to be seen of it. */
interface Row {
  readonly name: string;
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr: string | RegExp;
}

function rows(rows: readonly Row[]): void {
  for (const mode of MODES) {
    // All at once: the most of a guest's time is the start of its thread.
    let endings: Promise<Ending>[] | undefined;
    const start = (): Promise<Ending>[] =>
      rows.map(({ name }) => {
        const ending = run(wasm, mode, "ends", name);
        ending.catch(() => undefined); // Its own test awaits it.
        return ending;
      });
    test.table(
      mode,
      rows,
      async (row) => {
        endings ??= start();
        const ending = await endings[rows.indexOf(row)];
        const { code = 2, stdout = "", stderr } = row;
        assert.ok(ending);
        same(ending, { code, stdout }, stderr);
      },
      { timeout: 30_000 },
    );
  }
}

function same(ending: Ending, want: Omit<Ending, "stderr">, stderr: string | RegExp): void {
  assert.deepEqual({ ...ending, stderr: "" }, { ...want, stderr: "" }, ending.stderr);
  if (typeof stderr === "string") assert.equal(ending.stderr, stderr);
  else assert.match(ending.stderr, stderr);
}

rows([
  { name: "return", code: 0, stdout: "main\n", stderr: "" },
  { name: "exit", code: 7, stderr: "" },
  { name: "goroutine: exit", code: 7, stderr: "" },
]);

const deadlock = (reason: string, ...others: string[]): string =>
  [
    `fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [${reason}]:\nmain()\n`,
    ...others.map((other, i) => `goroutine ${i + 2} [${other}]:\n`),
  ].join("\n");
rows([
  { name: "wait: receive", stderr: deadlock("chan receive") },
  { name: "wait: send", stderr: deadlock("chan send") },
  { name: "wait: send to a full buffer", stderr: deadlock("chan send") },
  { name: "wait: select", stderr: deadlock("select") },
  { name: "wait: select without cases", stderr: deadlock("select (no cases)") },
  { name: "wait: lock", stderr: deadlock("sync.Mutex.Lock") },
  { name: "wait: group", stderr: deadlock("sync.WaitGroup.Wait") },
  { name: "wait: fd", stderr: deadlock("semacquire") },
  { name: "wait: others too", stderr: deadlock("chan receive", "sync.Mutex.Lock", "select") },
  {
    name: "wait: every way",
    stderr: deadlock(
      "sync.WaitGroup.Wait",
      ...["chan receive", "chan send", "select", "select (no cases)", "sync.Mutex.Lock"],
      ...["semacquire", "select"],
    ),
  },
  { name: "wait: others end", stderr: deadlock("sync.WaitGroup.Wait") },
]);

for (const mode of MODES) {
  test(
    `${mode} deadlock of a thousand`,
    async () => {
      const { code, stderr } = await run(wasm, mode, "ends", "wait: many");
      const found = [...stderr.matchAll(/^goroutine (\d+) \[(.*)\]:$/gm)];
      const wait = new Map(found.map(([, id, reason]) => [Number(id), reason]));
      const want = new Map([[1, "sync.Mutex.Lock"]]);
      for (let id = 2; id <= 2000; id += 2) want.set(id, "chan send");
      assert.deepEqual(
        [...wait].sort(([a], [b]) => a - b),
        [...want],
      );
      assert.equal(found.length, want.size);
      assert.equal(code, 2);
    },
    { timeout: 30_000 },
  );
}

for (const mode of MODES) {
  test(`${mode} numbers of chance are others in each run`, async () => {
    const random = async (): Promise<number> =>
      Number((await run(wasm, mode, "ends", "random")).stdout);
    const [first, second] = [await random(), await random()];
    assert.ok(first > 0 && first < 1 && second > 0 && second < 1, `${first} ${second}`);
    assert.notEqual(first, second);
  });
}

const atTop = "fatal error: a call that waits must be in main, not at the top of a file\n";
rows(
  ["receive", "send", "select", "select without cases", "lock", "group", "sleep", "gosched"].map(
    (how) => ({ name: `top: ${how}`, stderr: atTop }),
  ),
);

const sendClosed = "panic: send on closed channel\n";
const receiveClosed = "panic: receive of an object from a closed channel (use receiveOk)\n";
rows([
  { name: "channel: close twice", stderr: "panic: close of closed channel\n" },
  { name: "channel: send when closed", stderr: sendClosed },
  { name: "channel: select a send when closed", stderr: sendClosed },
  { name: "channel: attempt a send when closed", stderr: sendClosed },
  { name: "channel: closed while sending", stderr: sendClosed },
  { name: "channel: closed while selecting a send", stderr: sendClosed },
  { name: "channel: receive an object when closed", stderr: receiveClosed },
  { name: "channel: closed while an object is waited for", stderr: receiveClosed },
]);

const inconsistent = "panic: inconsistent poll.fdMutex\n";
const tooMany = "panic: too many concurrent operations on a single file or socket (max 1048575)\n";
rows([
  { name: "unlock", stderr: "fatal error: sync: unlock of unlocked mutex\n" },
  { name: "negative", stderr: "panic: sync: negative WaitGroup counter\n" },
  { name: "fd: decref", stderr: inconsistent },
  { name: "fd: read unlock", stderr: inconsistent },
  { name: "fd: write unlock", stderr: inconsistent },
  { name: "fd: unlock twice", stderr: inconsistent },
  { name: "fd: too many", stdout: "so far\n", stderr: tooMany },
]);

rows([
  { name: "ticker", stderr: "panic: non-positive interval for NewTicker\n" },
  { name: "ticker's reset", stderr: "panic: non-positive interval for Ticker.Reset\n" },
  { name: "unwrap", stderr: "panic: dial tcp: no luck\n" },
  { name: "value", stderr: "panic: no number\n" },
  { name: "index", stderr: /^panic: Index out of range\n\t~lib\/array\.ts:\d+:\d+\n$/ },
  { name: "null", stderr: /^panic: Unexpected 'null' .*\n\tends\.ts:\d+:\d+\n$/ },
  { name: "assert", stderr: /^panic: there are words: ünïcödé\n\tends\.ts:\d+:\d+\n$/ },
  { name: "throw", stderr: /^panic: thrown\n\tends\.ts:\d+:\d+\n$/ },
  { name: "divide", stderr: "panic: divide by zero\n" },
  { name: "unreachable", stderr: "panic: unreachable\n" },
  { name: "memory", stderr: "panic: memory access out of bounds\n" },
  { name: "goroutine: unwrap", stderr: "panic: dial tcp: no luck\n" },
  { name: "goroutine: index", stderr: /^panic: Index out of range\n/ },
]);

// Which of a guest's stacks is full first depends on the thread: the end is the same.
const overflow =
  /^(runtime: goroutine stack exceeds 1048576-byte limit\n)?fatal error: stack overflow\n$/;
const DEPTHS = [
  "and wait",
  "and wait, with more behind the buffer",
  "with objects",
  "with objects and wait",
  "for ever",
];
for (const mode of MODES) {
  test.table(
    `${mode} recurse`,
    DEPTHS.map((name) => ({ name })),
    async ({ name }) => {
      const beside = run(wasm, mode, "ends", "bystander");
      const { code, stderr } = await run(wasm, mode, "ends", `recurse: ${name}`);
      assert.match(stderr, overflow);
      assert.equal(code, 2);
      const fine: Ending = { code: 0, stdout: "bystander 2550\n", stderr: "" };
      assert.deepEqual(await beside, fine);
      assert.deepEqual(await run(wasm, mode, "ends", "bystander"), fine);
    },
    { timeout: 30_000 },
  );
}

test("a stack that is too large for its buffer, in a thread that has room", async () => {
  const { code, stdout, stderr } = await run(wasm, "dedicated", "ends", "recurse: and wait");
  assert.deepEqual({ code, stdout }, { code: 2, stdout: "at the bottom\n" });
  assert.match(stderr, overflow);
});

test("a stack that has written over what is behind its buffer", async () => {
  const way = "recurse: and wait, with more behind the buffer";
  const { code, stdout, stderr } = await run(wasm, "dedicated", "ends", way);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: "at the bottom\n".repeat(4) });
  assert.equal(
    stderr,
    "runtime: goroutine stack exceeds 1048576-byte limit\nfatal error: stack overflow\n",
  );
});

test.run();
