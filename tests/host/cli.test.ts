import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { suite } from "../harness.ts";
import { type Child, main, run, start } from "./support/command.ts";
import { attached, binds, echo, print, simple } from "./support/programs.ts";
import { program } from "./support/wat.ts";

const test = suite("cli");

const folder = mkdtempSync(join(tmpdir(), "wasi-net-cli-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

const usage = [
  {
    name: "a level that there is not",
    args: ["build", "--level", "2", "x.ts"],
    stderr: /argument '2' is invalid\. Allowed choices are 0, 1/,
  },
  { name: "no command", args: [], stderr: /Usage: wasi-net/ },
  { name: "an unknown command", args: ["fly"], stderr: /unknown command 'fly'/ },
  { name: "no module", args: ["run"], stderr: /missing required argument 'module'/ },
  {
    name: "an unknown option",
    args: ["run", "--fast", "x.wasm"],
    stderr: /unknown option '--fast'\n\(wasi-net run --help tells more\)\n$/,
  },
  {
    name: "an unknown option of build",
    args: ["build", "--fast", "x.ts"],
    stderr: /unknown option '--fast'\n\(wasi-net build --help tells more\)\n$/,
  },
  {
    name: "a bad rule",
    args: ["run", "--allow-listen=:http", "x.wasm"],
    stderr: /bad rule ":http": "http" is no port/,
  },
  {
    name: "a port without its colon",
    args: ["run", "--allow-listen=8080", "x.wasm"],
    stderr: /bad rule "8080": for a port write ":8080"/,
  },
  {
    name: "a variable without a name",
    args: ["run", "--env", "=x", "x.wasm"],
    stderr: /'=x' is invalid\. A variable has a name/,
  },
  {
    name: "a program that is not built",
    args: ["run", file("source.ts", Buffer.from("export function main(): void {}"))],
    stderr: /source\.ts: not a WebAssembly module; wasi-net build makes one of a program\n$/,
  },
  {
    name: "a file that is not there",
    args: ["run", "/nowhere/x.wasm"],
    stderr: /^wasi-net: cannot read \/nowhere\/x\.wasm: no such file\n$/,
  },
  {
    name: "a folder",
    args: ["run", folder],
    stderr: /^wasi-net: cannot read .*: is a directory\n$/,
  },
  {
    name: "no wasm",
    args: ["run", main],
    stderr: /^wasi-net: \/.*\/main\.js: not a WebAssembly module\n$/,
  },
  {
    name: "a rule behind a grant and a space",
    args: ["run", "--allow-listen", ":10000", "x.wasm"],
    stderr: /^wasi-net: :10000 is no file; for a rule write --allow-listen=:10000\n$/,
  },
  {
    name: "rules behind a denial and a space",
    args: ["run", "--deny-dial", "localhost:80,10.0.0.0/8", "x.wasm"],
    stderr: /write --deny-dial=localhost:80,10\.0\.0\.0\/8\n$/,
  },
  {
    name: "a bad rule of raw sockets",
    args: ["run", "--allow-raw=ospf", "x.wasm"],
    stderr: /bad rule "ospf": "ospf" is no protocol/,
  },
  {
    name: "a path behind a grant and a space",
    args: ["run", "--allow-unix", folder, "x.wasm"],
    stderr: /is no file; for a rule write --allow-unix=\//,
  },
  {
    name: "a path behind a grant that is too long for one",
    args: ["run", "--allow-unix", `/${"x".repeat(300)}`, "x.wasm"],
    stderr: /x is no file; for a rule write --allow-unix=\/x+\n$/,
  },
  {
    name: "a protocol behind a grant and a space",
    args: ["run", "--allow-raw", "icmp", "x.wasm"],
    stderr: /^wasi-net: icmp is no file; for a rule write --allow-raw=icmp\n$/,
  },
  {
    name: "a socket that is no number",
    args: ["run", "--socket-fd=x", "x.wasm"],
    stderr: /'x' is invalid.*"x" is no number of a file/s,
  },
  {
    name: "a limit that is no number",
    args: ["run", "--max-sockets", "many", "x.wasm"],
    stderr: /'many' is invalid\. Want a whole number from 1 to 262144/,
  },
  {
    name: "a limit of nothing",
    args: ["run", "--max-sockets=0", "x.wasm"],
    stderr: /'0' is invalid\. Want a whole number from 1 to 262144/,
  },
  {
    name: "a socket that is not open",
    args: ["run", "--socket-fd", "999", file("given.wasm", simple(""))],
    stderr:
      /^wasi-net: 999 is no open socket of this process that a guest could have: EBADF, bad file descriptor\n$/,
  },
];

test.table("code 2 and a line for", usage, async ({ args, stderr }) => {
  const result = await run(args);
  assert.is(result.code, 2);
  assert.match(result.stderr, stderr);
  assert.is(result.stdout, "");
});

test(
  "a program that the compiler warns of is built, and the warning told",
  async () => {
    const [entry, wasm] = [join(folder, "warned.ts"), join(folder, "warned.wasm")];
    writeFileSync(
      entry,
      'export function main(): void {\n\tif (true)\tWARNING("mine");\n\tINFO("last");\n}',
    );
    const built = await run(["build", "-o", wasm, entry]);
    assert.equal([built.code, built.stdout], [0, ""]);
    assert.match(built.stderr, /^wasi-net: WARNING AS102: User-defined: "mine"\n/);
    assert.match(built.stderr, /└─ in warned\.ts\(2,12\)\n\nINFO .*\(3,2\)\n$/s);
    assert.not.match(built.stderr, /\\u/);
    assert.equal((await run(["run", wasm])).code, 0);
  },
  { timeout: 120_000 },
);

test("a folder that is gone is told in one line", async () => {
  const gone = 'cd "$1" && mkdir gone && cd gone && rmdir ../gone && shift && exec "$@"';
  const args = ["-c", gone, "sh", folder, process.execPath, main, "run", file("gone.wasm", echo)];
  const child = spawn("sh", args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (bytes) => {
    stderr += bytes;
  });
  const [code] = (await once(child, "close")) as [number | null];
  assert.equal([code, stderr], [2, "wasi-net: ENOENT: no such file or directory, uv_cwd\n"]);
});

test("help is code 0", async () => {
  const { code, stdout } = await run(["run", "--help"]);
  assert.is(code, 0);
  for (const word of [
    "--allow-listen",
    "--allow-dial",
    "--deny-net",
    "--allow-unix",
    "--allow-raw",
    "--socket-fd",
    "--max-sockets",
    "--env",
    "Examples",
  ]) {
    assert.match(stdout, word);
  }
  assert.not.match(stdout, /default: \[\]/);
});

test.table(
  "exit codes:",
  [
    { name: "0", wasm: simple(""), code: 0, stderr: /^$/ },
    {
      name: "the guest's own",
      wasm: simple("(call $proc_exit (i32.const 77))"),
      code: 77,
      stderr: /^$/,
    },
    { name: "a panic", wasm: simple("unreachable"), code: 2, stderr: /^panic: unreachable\n$/ },
  ],
  async ({ name, wasm, code, stderr }) => {
    const result = await run(["run", file(name, wasm)]);
    assert.is(result.code, code);
    assert.match(result.stderr, stderr);
  },
);

test("what stands behind the module is the guest's: no argument becomes a grant", async () => {
  const wasm = program(
    ["args_get", "args_sizes_get", "environ_get", "environ_sizes_get", "fd_write", "proc_exit"],
    `(func (export "_start")
        (drop (call $args_sizes_get (i32.const 0) (i32.const 404)))
        (drop (call $args_get (i32.const 1000) (i32.const 2000)))
        (i32.store (i32.const 400) (i32.const 2000))
        (drop (call $fd_write (i32.const 1) (i32.const 400) (i32.const 1) (i32.const 408)))
        (drop (call $environ_sizes_get (i32.const 0) (i32.const 404)))
        (drop (call $environ_get (i32.const 1000) (i32.const 2000)))
        (drop (call $fd_write (i32.const 1) (i32.const 400) (i32.const 1) (i32.const 408))))`,
  );
  const path = file("args.wasm", wasm);
  const given = ["B=x=y", "HERITAGE", "NOWHERE", "toString", "__proto__=z"].map(
    (v) => `--env=${v}`,
  );
  const guests = ["--allow-net", "--env=C=1", "--help", "-x", "--", "y"];
  const { code, stdout } = await run(["run", ...given, path, ...guests], { HERITAGE: "old" });
  assert.is(code, 0);
  assert.equal(stdout.split("\0"), [
    "args.wasm",
    ...guests,
    "B=x=y",
    "HERITAGE=old",
    "__proto__=z",
    "",
  ]);
  const denied = await run(["run", file("echo.wasm", echo), "--allow-net"]);
  assert.is(denied.code, 4);
  assert.is(
    denied.stderr,
    "wasi-net: denied: listen on 127.0.0.1:0 (allow with --allow-listen=127.0.0.1:0)\n",
  );
});

test.table(
  "grants:",
  [
    { name: "listen on all", grant: ["--allow-listen"], ok: true },
    { name: "net", grant: ["--allow-net"], ok: true },
    { name: "one of two rules", grant: ["--allow-listen=:80,127.0.0.1:0"], ok: true },
    { name: "given twice", grant: ["--allow-listen=:80", "--allow-listen=:0"], ok: true },
    { name: "another port", grant: ["--allow-listen=:80"], ok: false },
    { name: "another verb", grant: ["--allow-dial"], ok: false },
    { name: "denied", grant: ["--allow-net", "--deny-listen=127.0.0.0/8"], ok: false },
    { name: "all denied", grant: ["--deny-net", "--allow-net"], ok: false },
  ],
  async ({ grant, ok }) => {
    const child = start(["run", ...grant, file("echo.wasm", echo)]);
    const line = await child.line();
    assert.match(line, ok ? /^wasi-net: listening on 127\.0\.0\.1:\d+$/ : /^wasi-net: denied: /);
    if (grant.some((flag) => flag.startsWith("--deny"))) assert.match(line, /forbidden by --deny/);
    if (ok) child.kill("SIGTERM");
    assert.is((await child.result).code, ok ? 143 : 4);
  },
);

test("a denial is printed once", async () => {
  const wasm = program(
    ["sock_open", "sock_connect", "proc_exit"],
    `(data (i32.const 1024) "\\08\\04\\00\\00\\04\\00\\00\\00\\0a\\00\\00\\01")
       (func (export "_start")
         (drop (call $sock_open (i32.const 1) (i32.const 2) (i32.const 1000)))
         (drop (call $sock_connect (i32.load (i32.const 1000)) (i32.const 1024) (i32.const 80)))
         (call $proc_exit
           (call $sock_connect (i32.load (i32.const 1000)) (i32.const 1024) (i32.const 80))))`,
  );
  const { code, stderr } = await run(["run", file("dial.wasm", wasm)]);
  assert.is(code, 2, "EACCES");
  assert.is(stderr, "wasi-net: denied: dial 10.0.0.1:80 (allow with --allow-dial=10.0.0.1:80)\n");
});

test("a unix socket that is not allowed is told with its flag", async () => {
  const path = join(folder, "denied.sock");
  const wasm = file("unix.wasm", binds(path));
  for (const grant of [["--allow-net", "--allow-raw"], [`--allow-unix=${folder}x`]]) {
    const { code, stderr } = await run(["run", ...grant, wasm]);
    assert.is(code, 2, "EACCES");
    assert.is(stderr, `wasi-net: denied: unix ${path} (allow with --allow-unix=${path})\n`);
  }
  const denied = await run(["run", "--allow-unix", `--deny-unix=${folder}`, wasm]);
  assert.match(denied.stderr, `(forbidden by --deny-unix=${folder})\n`);
});

test("a signal closes a unix listener, and lets its connection finish", async () => {
  const path = join(folder, "drain.sock");
  const child = start(["run", `--allow-unix=${folder}`, file("drain.wasm", binds(path))]);
  assert.is(await child.line(), `wasi-net: listening on ${path}`);
  const client = await dial(path);
  await once(client, "data");
  child.kill("SIGINT");
  assert.match(await child.line(), /^wasi-net: waiting for 1 connection to finish/);
  for (;;) {
    // Until then it may be accepted into the queue, or find that full.
    const late = await dial(path).catch((error: NodeJS.ErrnoException) => error.code);
    if (late === "ECONNREFUSED") break;
    if (typeof late === "object") late.destroy();
  }
  client.end();
  assert.is((await child.result).code, 130);
});

test("what a guest calls its sockets is one line of text, and one word to a shell", async () => {
  const name = (text: string): string => Buffer.from(text).toString("latin1");
  for (const [path, told, flag] of [
    ["\\1b]0;x\\07", "\\u{1b}]0;x\\u{7}", "\\u{1b}]0;x\\u{7}"],
    ["\\0awasi-net: fine", "\\u{a}wasi-net: fine", "\\u{a}wasi-net: fine"],
    ["\\e2\\80\\ae", "\\u{202e}", "\\u{202e}"],
    ["$(id)'s", "$(id)'s", "$(id)'\\''s"],
  ] as const) {
    const wasm = file("names.wasm", binds(name(`/x/${path}`)));
    const { stderr } = await run(["run", wasm]);
    assert.is(stderr, `wasi-net: denied: unix /x/${told} (allow with '--allow-unix=/x/${flag}')\n`);
  }
});

test("so many denials are told and no more", async () => {
  const wasm = program(
    ["sock_open", "sock_connect", "proc_exit"],
    `(data (i32.const 1024) "\\08\\04\\00\\00\\04\\00\\00\\00\\0a\\00\\00\\01")
       (func (export "_start") (local $port i32)
         (drop (call $sock_open (i32.const 1) (i32.const 2) (i32.const 1000)))
         (loop $next
           (drop (call $sock_connect (i32.load (i32.const 1000)) (i32.const 1024)
             (local.get $port)))
           (local.set $port (i32.add (local.get $port) (i32.const 1)))
           (br_if $next (i32.lt_u (local.get $port) (i32.const 300)))))`,
  );
  const { stderr } = await run(["run", file("many.wasm", wasm)]);
  const lines = stderr.trimEnd().split("\n");
  assert.is(lines.length, 101);
  assert.is(lines.at(-1), "wasi-net: what else is denied is not told");
});

test("a raw socket that is not allowed is told with its flag", async () => {
  const wasm = program(
    ["sock_open", "proc_exit"],
    `(func (export "_start")
       (call $proc_exit (call $sock_open (i32.const 1) (i32.const 0x103) (i32.const 1000))))`,
  );
  const { code, stderr } = await run(["run", "--allow-net", file("raw.wasm", wasm)]);
  assert.is(code, 2);
  assert.is(stderr, "wasi-net: denied: raw protocol 1 (allow with --allow-raw=icmp)\n");
});

test("a socket of whoever starts the command is the guest's", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  const args = ["run", "--socket-fd=3", "--allow-listen", file("echo.wasm", echo)];
  const child = start(args, {}, [fd]);
  assert.is(await child.line(), `wasi-net: listening on 127.0.0.1:${port}`);
  child.kill("SIGTERM");
  assert.is((await child.result).code, 143);
  await new Promise((resolve) => server.close(resolve));
});

test("the first signal lets connections finish", async () => {
  const { child, client } = await serving();
  child.kill("SIGINT");
  assert.is(await child.line(), "wasi-net: waiting for 1 connection to finish; again to stop now");
  assert.is(await ask(client, "after"), "after");
  client.end();
  assert.is((await child.result).code, 130);
});

test("the second signal does not", async () => {
  const { child, client } = await serving();
  client.on("error", () => undefined);
  child.kill("SIGTERM");
  await child.line();
  child.kill("SIGTERM");
  assert.is((await child.result).code, 143);
  client.destroy();
});

test("a guest that never waits ends at a signal", async () => {
  const wasm = attached(`${print(1, 3)} (loop $l (br $l))) (data (i32.const 300) "on\\0a"`);
  const child = start(["run", file("spin.wasm", wasm)]);
  await child.output();
  child.kill("SIGINT");
  assert.is((await child.result).code, 130);
});

/** serving is an echo server with one connection. */
async function serving(): Promise<{ child: Child; client: Socket }> {
  const child = start(["run", "--allow-listen", file("echo.wasm", echo)]);
  const port = Number(/:(\d+)$/.exec(await child.line())?.[1]);
  const client = connect(port, "127.0.0.1");
  assert.is(await ask(client, "before"), "before");
  return { child, client };
}

function dial(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once("error", reject);
  });
}

function ask(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once("data", (bytes) => resolve(String(bytes)));
    socket.once("error", reject);
    socket.write(text);
  });
}

function file(name: string, wasm: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, wasm);
  return path;
}

test.run();
