/**
 * What a guest in a thread of its own writes, to an owner who is held up, slow or gone: the guest waits as for
 * the reader of a pipe, nothing is lost, and the owner's memory is not filled.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import * as assert from "uvu/assert";
import { suite } from "../harness.ts";
import { compiled } from "./support/compiled.ts";
import { attached, simple, sockets } from "./support/programs.ts";
import { program } from "./support/wat.ts";

const test = suite("output");

const { allow, Guest } = (await import(
  `${compiled}/index.js`
)) as typeof import("../../host/index.ts");

/** About what may be on the way; a stream has some more in its own buffer. */
const MOST = 1 << 20;

/** repeat is code that runs so many times; the number of the time is in $i. */
function repeat(times: number, code: string): string {
  return `(local.set $i (i32.const 0))
    (loop $again ${code}
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const ${times}))))`;
}

/** write is code that writes so many bytes from an address. */
function write(address: number, length: number): string {
  return `(i32.store (i32.const 400) (i32.const ${address}))
    (i32.store (i32.const 404) (i32.const ${length}))
    (if (call $fd_write (i32.const 1) (i32.const 400) (i32.const 1) (i32.const 408))
      (then (call $proc_exit (i32.const 9))))`;
}

const numbered = `(i32.store (i32.const 300) (local.get $i)) ${write(300, 4)}`;

/** bind opens a socket and binds it to an address that stands somewhere, as far as it may. */
function bind(address: number): string {
  return `(drop (call $sock_open (i32.const 1) (i32.const 2) (i32.const 1000)))
    (drop (call $sock_bind (i32.load (i32.const 1000)) (i32.const ${address}) (i32.const 0)))
    (drop (call $sock_listen (i32.load (i32.const 1000)) (i32.const 8)))
    (drop (call $fd_close (i32.load (i32.const 1000))))`;
}

/** At 1024 an address on which a guest here may listen, at 1100 one on which it may not. */
const addresses = `
  (data (i32.const 1024) "\\08\\04\\00\\00\\04\\00\\00\\00\\7f\\00\\00\\01")
  (data (i32.const 1100) "\\6c\\04\\00\\00\\04\\00\\00\\00\\0a\\00\\00\\01")`;

/** A guest that is denied something as often as it takes until the owner sees that without a message. */
function then(code: string): Uint8Array {
  const wasm = `${addresses} (func (export "_start") (local $i i32)
    ${code} ${repeat(3000, bind(1100))})`;
  return program(sockets, wasm);
}

test.table(
  "an owner that is held up has a guest wait that",
  [
    { name: "writes", code: repeat(5000, numbered), listens: 0, bytes: 20_000 },
    { name: "listens", code: repeat(3000, bind(1024)), listens: 3000, bytes: 0 },
  ],
  async ({ code, listens, bytes }) => {
    let listening = 0;
    const chunks: Uint8Array[] = [];
    const guest = await Guest.start(then(code), {
      net: allow.listen("127.0.0.1:0"),
      onListening: () => void listening++,
      stdout: (bytes) => void chunks.push(bytes),
    });
    // This thread takes nothing now, and sees by the denials if the guest comes past its code.
    const held = performance.now() + 700;
    while (guest.missedDenials === 0 && performance.now() < held);
    assert.is(guest.missedDenials, 0, "it waits");
    assert.equal(await guest.exited, { code: 0 });
    assert.is(listening, listens);
    const written = Buffer.concat(chunks);
    assert.is(written.length, bytes);
    for (let i = 0; i < bytes / 4; i++) assert.is(written.readUint32LE(i * 4), i);
  },
);

test("much in one call comes whole, in pieces", async () => {
  const size = 5_000_000;
  const chunks: Uint8Array[] = [];
  const fill = repeat(
    size,
    "(i32.store8 (i32.add (i32.const 65536) (local.get $i)) (local.get $i))",
  );
  const wasm = `(func (export "_start") (local $i i32)
    (drop (memory.grow (i32.const 100))) ${fill} ${write(65536, size)})`;
  const guest = await Guest.start(program(sockets, wasm), {
    stdout: (bytes) => void chunks.push(bytes),
  });
  assert.equal(await guest.exited, { code: 0 });
  const written = Buffer.concat(chunks);
  assert.ok(written.equals(Buffer.from(Uint8Array.from({ length: size }, (_, i) => i))));
  assert.ok(chunks.every(({ length }) => length <= MOST / 16));
});

test.table(
  "what is written in one call is one piece",
  [
    { name: "dedicated", mode: "dedicated" },
    { name: "cooperative", mode: "cooperative" },
  ] as const,
  async ({ mode }) => {
    const places = [300, 2, 304, 0, 302, 3];
    const iovecs = places.map(
      (word, i) => `(i32.store (i32.const ${400 + i * 4}) (i32.const ${word}))`,
    );
    const wasm = attached(`${iovecs.join(" ")}
      (drop (call $fd_write (i32.const 1) (i32.const 400) (i32.const 3) (i32.const 440)))
      (call $proc_exit (i32.load (i32.const 440)))) (data (i32.const 300) "hello"`);
    const pieces: Uint8Array[] = [];
    const stdout = (bytes: Uint8Array) => void pieces.push(bytes);
    const guest = await Guest.start(wasm, { mode, stdout });
    assert.equal(await guest.exited, { code: 5 });
    assert.equal(pieces, [Uint8Array.from(Buffer.from("hello"))]);
    // It is the owner's alone, to hand on without a copy.
    assert.is(pieces[0]?.buffer.byteLength, 5);
  },
);

/** A guest that writes ten megabytes. */
const torrent = program(
  sockets,
  `(func (export "_start") (local $i i32)
    (drop (memory.grow (i32.const 1))) ${repeat(640, write(65536, 16384))})`,
);
const TORRENT = 640 * 16384;

test("a slow stream gets all, and has never much of it to hold", async () => {
  let got = 0;
  let most = 0;
  const slow = new Writable({
    write(chunk: Uint8Array, _encoding, taken) {
      got += chunk.length;
      most = Math.max(most, slow.writableLength);
      setImmediate(taken);
    },
  });
  const guest = await Guest.start(torrent, { stdout: slow });
  assert.equal(await guest.exited, { code: 0 });
  await new Promise<void>((resolve) => slow.end(resolve));
  assert.is(got, TORRENT);
  assert.ok(most <= MOST, `${most}`);
});

test("a stream that is read late gets all", async () => {
  const stream = new PassThrough();
  const guest = await Guest.start(torrent, { stdout: stream });
  await filled(stream);
  let got = 0;
  for await (const chunk of stream.on("data", () => undefined)) {
    got += (chunk as Buffer).length;
    if (got === TORRENT) break;
  }
  assert.equal(await guest.exited, { code: 0 });
});

test("a guest that waits for nobody to take its output", async () => {
  for (const end of ["stop", "abort"] as const) {
    const controller = new AbortController();
    const stream = stuck();
    const guest = await Guest.start(torrent, { stdout: stream, signal: controller.signal });
    await filled(stream);
    if (end === "stop") void guest.stop();
    else controller.abort();
    assert.equal(await guest.exited, { code: 143, signal: "SIGTERM" }, end);
    assert.ok(stream.writableLength <= MOST);
  }
});

test("a stream that is destroyed holds up nobody", async () => {
  const stream = stuck();
  const guest = await Guest.start(torrent, { stdout: stream });
  await filled(stream);
  stream.destroy();
  assert.equal(await guest.exited, { code: 0 });
});

test("a stream that calls nobody back holds up nobody", async () => {
  let got = 0;
  const caught = new PassThrough();
  caught.write = (chunk: Uint8Array) => {
    got += chunk.length;
    return true;
  };
  const guest = await Guest.start(torrent, { stdout: caught });
  assert.equal(await guest.exited, { code: 0 });
  assert.is(got, TORRENT);
});

test("a stream that failed and lives on holds up nobody", async () => {
  const broken = new Writable({
    autoDestroy: false,
    write: (_chunk, _encoding, taken) => taken(new Error("full")),
  });
  broken.on("error", () => undefined);
  const guest = await Guest.start(torrent, { stdout: broken });
  assert.equal(await guest.exited, { code: 0 });
});

test("who takes the output can stop a guest inside its own thread, too", async () => {
  let got = 0;
  const code = `(local $i i32) (drop (memory.grow (i32.const 1)))
    ${repeat(640, write(65536, 16384))} (call $proc_exit (i32.const 0))`;
  const guest = await Guest.start(attached(code), {
    mode: "cooperative",
    stdout(bytes) {
      got += bytes.length;
      void guest.stop();
    },
  });
  assert.equal(await guest.exited, { code: 143, signal: "SIGTERM" });
  assert.ok(got < TORRENT);
});

test("a trap is told behind all else", async () => {
  const chunks: Uint8Array[] = [];
  const take = (bytes: Uint8Array) => void chunks.push(bytes);
  const wasm = program(
    sockets,
    `(func (export "_start") (local $i i32) ${repeat(5000, numbered)} unreachable)`,
  );
  const guest = await Guest.start(wasm, { stdout: take, stderr: take });
  assert.equal(await guest.exited, { code: 2 });
  const written = Buffer.concat(chunks);
  assert.is(written.toString("latin1", 20_000), "panic: unreachable\n");
});

test("nothing written is nothing told", async () => {
  const chunks: Uint8Array[] = [];
  const guest = await Guest.start(simple(write(300, 0)), { stdout: (b) => void chunks.push(b) });
  assert.equal(await guest.exited, { code: 0 });
  assert.equal(chunks, []);
});

const wasm = JSON.stringify(Buffer.from(torrent).toString("base64"));
const start = `
  import { Writable } from "node:stream";
  import { Guest } from ${JSON.stringify(pathToFileURL(`${compiled}/index.js`).href)};
  const stdout = new Writable({ write() {} });
  const guest = await Guest.start(Buffer.from(${wasm}, "base64"), { stdout });
  while (stdout.writableLength < 900_000) await new Promise(setImmediate);`;

test.table(
  "an owner that is gone leaves no guest waiting:",
  [
    { name: "a process that exits", code: `${start} process.exit(7);` },
    {
      name: "one that fails",
      code: `${start} process.on("uncaughtException", () => process.exit(7)); throw new Error("gone");`,
    },
    {
      name: "a thread that is held up and terminated",
      code: `
        import { Worker } from "node:worker_threads";
        const owner = new Worker(new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(
          `import { parentPort } from "node:worker_threads"; ${start}
           parentPort.postMessage("full"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
        )})));
        await new Promise((resolve) => owner.once("message", resolve));
        await owner.terminate();
        process.exitCode = 7;`,
    },
  ],
  async ({ code }) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
    let errors = "";
    child.stderr.on("data", (data) => {
      errors += data;
    });
    const [exit] = (await once(child, "close")) as [number | null];
    assert.equal([exit, errors], [7, ""]);
  },
);

/** stuck is a stream that takes something and never has written it. */
function stuck(): Writable {
  return new Writable({ write: () => undefined });
}

/** filled settles when a stream has about as much as may be on the way. */
async function filled(stream: Writable): Promise<void> {
  while (stream.writableLength < MOST * 0.85) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test.run();
