/** What is said of where a guest was when it died, if its module has names. */
import * as assert from "node:assert/strict";
import { build } from "../../host/build/index.ts";
import { trace } from "../../host/trace.ts";
import { MODES, run } from "../assembly/support/checks.ts";
import { buildPlain, remember } from "../build.ts";
import { suite } from "../harness.ts";
import { program } from "./support/wat.ts";

const test = suite("trace");
const guest = "tests/guests/trace/main.ts";
const named = remember(guest, "named", async () => (await build(guest, { debug: true })).wasm);

const running = (functions: string): string =>
  `\n\ngoroutine \\[running\\]:\n(~lib/wasi-net/assembly/errors/.*\n)*${functions}\n$`;
const deep = "(main/end\n)?(main/descend\n){2,3}main/main";

const ROWS = [
  { way: "unwrap", text: `^panic: no luck${running(deep)}` },
  {
    way: "goroutine",
    text: `^panic: no luck${running("(main/end\n)?(main/descend\n){1,2}main/worker")}`,
  },
  { way: "divide", text: `^panic: divide by zero${running(deep)}` },
  // Where the guest's own stack is full first, it goes on until the engine's is: what is noted then is how it gave up.
  {
    way: "recurse",
    text: "^fatal error: stack overflow\n(\ngoroutine .*\n(~.*\n)*(main/end\n)*)?$",
  },
  { way: "deadlock", text: "^fatal error: all .*\n\ngoroutine 1 .*\nmain\\(\\)\n$" },
  { way: "exit", text: "^$" },
];

for (const mode of MODES) {
  test.table(
    mode,
    ROWS.map((row) => ({ ...row, name: row.way })),
    async ({ way, text }) => {
      const { code, stderr } = await run(await named, mode, way);
      assert.match(stderr, new RegExp(text));
      assert.equal(code, 2);
    },
    { timeout: 120_000 },
  );

  test(
    `${mode}: without names nothing is said`,
    async () => {
      const { stderr } = await run(await buildPlain(guest), mode, "unwrap");
      assert.equal(stderr, "panic: no luck\n");
    },
    { timeout: 120_000 },
  );
}

test.table(
  "a guest's names",
  [
    { name: "as many as there is room for", length: 1000, shown: 16 },
    { name: "few", length: 4000, shown: 4 },
    { name: "longer than all that is shown", length: 20_000, shown: 0 },
    // Written out by the engine, a hundred of these are no string any more.
    { name: "as long as the module", length: 8_000_000, shown: 0 },
  ],
  ({ length, shown }) => {
    const name = "n".repeat(length);
    const text = trace(trapOf(recursive(name)), true);
    assert.equal(text.split("\n").filter((line) => line === name).length, shown);
  },
);

/** What a program throws, with all of its frames. */
function trapOf(wasm: Uint8Array): unknown {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  try {
    const imports = { wasi_snapshot_preview1: { sched_yield: () => 0 } };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), imports);
    return (exports["_start"] as () => void)();
  } catch (error) {
    return error;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** A module whose only function, of a name, calls itself some times and traps. */
function recursive(name: string): Uint8Array {
  const body = `
    (func (export "_start") (call $f (i32.const 90)))
    (func $f (param i32)
      (if (i32.eqz (local.get 0)) (then (unreachable)))
      (call $f (i32.sub (local.get 0) (i32.const 1))))`;
  const wasm = program(["sched_yield"], body);
  // One name, of function 2.
  const names = Buffer.concat([Buffer.from([1, 2, ...leb(name.length)]), Buffer.from(name)]);
  const section = Buffer.concat([Buffer.from([4, ...NAME, 1, ...leb(names.length)]), names]);
  return Buffer.concat([wasm, Buffer.from([0, ...leb(section.length)]), section]);
}

const NAME = Buffer.from("name");

function leb(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)];
}

test.run();
