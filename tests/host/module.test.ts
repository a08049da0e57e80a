import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as assert from "uvu/assert";
import { allow, type Code, Guest, WasiNetError } from "../../host/index.ts";
import { loadModule } from "../../host/module.ts";
import { functionImports } from "../../host/sections.ts";
import { suite } from "../harness.ts";
import { assemble, passthrough, program } from "./support/wat.ts";

const test = suite("module");

const memory = '(memory (export "memory") 1)';
const start = '(func (export "_start"))';
const wasi = (name: string, type: string): string =>
  `(import "wasi_snapshot_preview1" "${name}" (func ${type}))`;
const exit = wasi("proc_exit", "(param i32)");

interface Row {
  readonly name: string;
  readonly wasm: Uint8Array | string;
  readonly code: Code;
  readonly message: RegExp;
}

const bad: readonly Row[] = [
  {
    name: "nothing",
    wasm: new Uint8Array(),
    code: "WASI_NET_NOT_WASM",
    message: /not a WebAssembly module/,
  },
  {
    name: "text",
    wasm: Buffer.from("(module)"),
    code: "WASI_NET_NOT_WASM",
    message: /not a WebAssembly module/,
  },
  {
    name: "a component",
    wasm: Uint8Array.of(0, 97, 115, 109, 13, 0, 1, 0),
    code: "WASI_NET_NOT_WASM",
    message: /component/,
  },
  {
    name: "a module cut short",
    wasm: passthrough(false).subarray(0, 100),
    code: "WASI_NET_NOT_WASM",
    message: /not a valid WebAssembly module: /,
  },
  {
    name: "no imports",
    wasm: `${memory}${start}`,
    code: "WASI_NET_NO_WASI",
    message: /not a WASI program/,
  },
  { name: "no memory", wasm: `${exit}${start}`, code: "WASI_NET_NO_MEMORY", message: /memory/ },
  {
    name: "a function called memory",
    wasm: `${exit}${start}(func (export "memory"))`,
    code: "WASI_NET_NO_MEMORY",
    message: /memory/,
  },
  { name: "no _start", wasm: `${exit}${memory}`, code: "WASI_NET_NO_START", message: /_start/ },
  {
    name: "a foreign import",
    wasm: `(import "env" "abort" (func))${exit}${memory}${start}`,
    code: "WASI_NET_UNKNOWN_IMPORT",
    message:
      /unknown import env\.abort \(function\): not built for WASI preview1; wasi-net build does so/,
  },
  {
    name: "an unknown function of preview1",
    wasm: `${wasi("sock_getaddrinfo", "(result i32)")}${memory}${start}`,
    code: "WASI_NET_UNKNOWN_IMPORT",
    message: /sock_getaddrinfo/,
  },
  {
    name: "the name of an object's method",
    wasm: `${wasi("toString", "(result i32)")}${memory}${start}`,
    code: "WASI_NET_UNKNOWN_IMPORT",
    message: /toString/,
  },
  {
    name: "an imported memory",
    wasm: `(import "env" "memory" (memory 1))${exit}(export "memory" (memory 0))${start}`,
    code: "WASI_NET_UNKNOWN_IMPORT",
    message: /env\.memory \(memory\)/,
  },
  {
    name: "version 1's accept",
    wasm: `${wasi("sock_accept", "(param i32 i32) (result i32)")}${memory}${start}`,
    code: "WASI_NET_SIGNATURE",
    message: /sock_accept.*version 1/,
  },
  {
    name: "version 1's getpeeraddr behind other imports",
    wasm: `${exit}${wasi("sock_getpeeraddr", "(param i32 i32 i32 i32) (result i32)")}${memory}${start}`,
    code: "WASI_NET_SIGNATURE",
    message: /sock_getpeeraddr.*version 1/,
  },
  {
    name: "another runtime's open",
    wasm: `${wasi("sock_open", "(param i32 i32 i32 i32) (result i32)")}${memory}${start}`,
    code: "WASI_NET_SIGNATURE",
    message: /sock_open is imported as \(iiii\) -> \(i\), expected \(iii\)/,
  },
  {
    name: "no result",
    wasm: `${wasi("fd_close", "(param i32)")}${memory}${start}`,
    code: "WASI_NET_SIGNATURE",
    message: /fd_close/,
  },
];

const entries = [
  { name: "_start with a parameter", text: '(func (export "_start") (param i64))' },
  { name: "_start with a result", text: '(func (export "_start") (result i32) (i32.const 0))' },
  {
    name: "attaching in i64",
    text: `${start}(func (export "wasi_net_attach") (param i64 i64) (result i32) (i32.const 0))`,
  },
  {
    name: "attaching with floats",
    text: `${start}(func (export "wasi_net_attach") (param i32 i32) (result f64) (f64.const 8))`,
  },
  {
    name: "a tick in i32",
    text: `${start}(func (export "wasi_net_tick") (result i32) (i32.const 0))`,
  },
];

test.table("refuses an export's type:", entries, async ({ text }) => {
  await fails(Guest.start(assemble(`(module ${exit}${memory}${text})`)), /is exported as \(/);
});

test.table(
  "a compiled module whose export has another type is no fault of this host's:",
  entries.filter(({ text }) => /param i64/.test(text)),
  async ({ text }) => {
    const module = await WebAssembly.compile(
      assemble(`(module ${exit}${memory}${text})`) as Uint8Array<ArrayBuffer>,
    );
    const run = async (): Promise<unknown> => (await Guest.start(module)).exited;
    await fails(run(), /another type/);
  },
);

async function fails(run: Promise<unknown>, message: RegExp): Promise<void> {
  try {
    await run;
  } catch (error) {
    assert.is((error as WasiNetError).code, "WASI_NET_SIGNATURE");
    assert.match((error as WasiNetError).message, message);
    return;
  }
  assert.unreachable();
}

test("a type with references does not hide what follows it as something else", () => {
  // (type (func (param (ref null 0)))) by hand, then a plain one and an import of it.
  const wasm = Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...[1, 10, 2, 0x60, 1, 0x63, 0x70, 0, 0x60, 1, 0x7f, 0],
    ...[2, 7, 1, 1, 97, 1, 98, 0, 1],
  );
  const { parameters, results } = functionImports(wasm)[0]!;
  assert.equal([parameters, results], ["?", "?"]);
});

/** Calls whose policy one part of this host might judge by another number than the kernel gets. */
const FLOATS = [
  {
    name: "a port",
    import: "sock_connect",
    call: "(call $call (i32.load (i32.const 1000)) (i32.const 1024) (f64.const 1.5))",
    parameters: "i32 i32 f64",
  },
  {
    name: "a port beyond 32 bits",
    import: "sock_connect",
    call: "(call $call (i32.load (i32.const 1000)) (i32.const 1024) (f64.const 4294967297))",
    parameters: "i32 i32 f64",
  },
  {
    name: "an option that joins a group",
    import: "sock_setsockopt",
    call: `(call $call (i32.load (i32.const 1000)) (i32.const 4) (f64.const 35.5)
      (i32.const 1032) (i32.const 12))`,
    parameters: "i32 i32 f64 i32 i32",
  },
  {
    name: "a number of iovecs below zero",
    import: "sock_send",
    call: `(call $call (i32.load (i32.const 1000)) (i32.const 1024) (f64.const -4294967295)
      (i32.const 0) (i32.const 2000))`,
    parameters: "i32 i32 f64 i32 i32",
  },
  {
    name: "a pointer of 64 bits",
    import: "sock_connect",
    call: "(call $call (i32.load (i32.const 1000)) (i64.const 1024) (i32.const 9))",
    parameters: "i32 i64 i32",
  },
];

test.table(
  "a compiled module is ended at the call that has another type than this host's:",
  FLOATS.flatMap((row) =>
    (["dedicated", "cooperative"] as const).map((mode) => ({
      ...row,
      mode,
      name: `${row.name}, ${mode}`,
    })),
  ),
  async ({ import: name, call, parameters, mode }) => {
    const wasm = assemble(`(module
      (import "wasi_snapshot_preview1" "sock_open" (func $open (param i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "${name}" (func $call (param ${parameters}) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (data (i32.const 4096) "\\01\\00\\00\\00\\01")
      (data (i32.const 1024) "\\08\\04\\00\\00\\04\\00\\00\\00\\e0\\00\\00\\fb")
      (func (export "wasi_net_attach") (param i32 i32) (result i32) (i32.const 4096))
      (func (export "wasi_net_tick") (result i64) (i64.const -1))
      (func (export "_start")
        (drop (call $open (i32.const 1) (i32.const 1) (i32.const 1000)))
        (call $exit ${call})))`);
    const module = await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>);
    const run = async (): Promise<unknown> =>
      (await Guest.start(module, { net: allow.dial(), mode })).exited;
    await fails(run(), new RegExp(`^${name} is imported with another type$`));
  },
);

test.table("refuses", bad, async ({ wasm, code, message }) => {
  const bytes = typeof wasm === "string" ? assemble(`(module ${wasm})`) : wasm;
  try {
    await Guest.start(bytes);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, WasiNetError);
    assert.is((error as WasiNetError).code, code);
    assert.match((error as WasiNetError).message, message);
    assert.not.match((error as WasiNetError).message, /\n/);
  }
});

test.table(
  "cannot read",
  [
    { name: "a file that is not there", path: "/nowhere/x.wasm", message: /no such file/ },
    { name: "a folder", path: "/", message: /is a directory/ },
    { name: "what is below a file", path: "/proc/self/stat/x", message: /x: not a directory$/ },
    {
      name: "what is not here",
      path: new URL("https://127.0.0.1/x.wasm"),
      message: /^cannot read https:.*x\.wasm: The URL must be of scheme file$/,
    },
  ],
  async ({ path, message }) => {
    try {
      await loadModule(path);
      assert.unreachable();
    } catch (error) {
      assert.is((error as WasiNetError).code, "WASI_NET_UNREADABLE");
      assert.match((error as WasiNetError).message, message);
    }
  },
);

test("takes bytes, a module, a path and a URL", async () => {
  const bytes = passthrough(true);
  const folder = await mkdtemp(join(tmpdir(), "wasi-net-"));
  try {
    const path = join(folder, "a.wasm");
    await writeFile(path, bytes);
    const url = pathToFileURL(path);
    for (const source of [bytes, await WebAssembly.compile(bytes), path, url, url.href]) {
      assert.instance(await loadModule(source), WebAssembly.Module);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("sees the parameters of each import, between imports of other kinds", () => {
  const wasm = assemble(`(module
    (type (func (param f32 f64) (result i64)))
    (import "a" "table" (table 1 2 funcref))
    (import "a" "memory" (memory 1 300))
    (import "b" "f" (func (param i32 i64)))
    (import "a" "global" (global i32))
    (import "b" "g" (func (type 0))))`);
  assert.equal(functionImports(wasm), [
    { module: "b", name: "f", parameters: "iI", results: "" },
    { module: "b", name: "g", parameters: "fF", results: "I" },
  ]);
});

test("a start function that calls before there is a memory gets an errno", async () => {
  const wasm = program(
    ["random_get", "fd_write", "path_open", "sock_open", "poll_oneoff", "proc_exit"],
    `(func $init
       (if (i32.ne (call $random_get (i32.const 0) (i32.const 8)) (i32.const 21)) (then unreachable))
       (if (i32.ne (call $sock_open (i32.const 1) (i32.const 2) (i32.const 0)) (i32.const 21)) (then unreachable))
       (if (i32.eqz (call $fd_write (i32.const 5) (i32.const 0) (i32.const 1) (i32.const 0))) (then unreachable))
       (if (i32.eqz (call $poll_oneoff (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0))) (then unreachable)))
     (start $init)
     (func (export "_start") (call $proc_exit (i32.const 7)))`,
  );
  const guest = await Guest.start(wasm);
  assert.equal(await guest.exited, { code: 7 });
});

test.run();
