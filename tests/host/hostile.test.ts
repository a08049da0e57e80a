import { readdirSync } from "node:fs";
import * as assert from "uvu/assert";
import { fillRandom } from "../../host/abi/random.ts";
import { GuestExit, unwound } from "../../host/exit.ts";
import { allow, Guest } from "../../host/index.ts";
import { SIGNATURES } from "../../host/signatures.ts";
import { suite } from "../harness.ts";
import { generator } from "./support/generator.ts";
import { Rig } from "./support/rig.ts";
import { CONTROL, program } from "./support/wat.ts";

const test = suite("hostile");

const SIZE = 65536;

/**
 * Arguments with which each function works, and which of them are pointers, with the bytes that
 * the host needs there. `fd` is a connected socket.
 */
interface Call {
  readonly name: string;
  readonly args: (fd: number) => (number | bigint)[];
  /** Index of the argument, bytes. */
  readonly pointers: Readonly<Record<number, number>>;
}

const IOVEC = 1400;
const ADDRESS = 1024;

const calls: readonly Call[] = [
  { name: "args_get", args: () => [2000, 2100], pointers: { 0: 4, 1: 2 } },
  { name: "args_sizes_get", args: () => [2000, 2100], pointers: { 0: 4, 1: 4 } },
  { name: "environ_get", args: () => [2000, 2100], pointers: { 0: 4, 1: 4 } },
  { name: "environ_sizes_get", args: () => [2000, 2100], pointers: { 0: 4, 1: 4 } },
  { name: "clock_res_get", args: () => [1, 2000], pointers: { 1: 8 } },
  { name: "clock_time_get", args: () => [1, 0n, 2000], pointers: { 2: 8 } },
  { name: "fd_fdstat_get", args: (fd) => [fd, 2000], pointers: { 1: 24 } },
  { name: "fd_filestat_get", args: (fd) => [fd, 2000], pointers: { 1: 64 } },
  { name: "fd_prestat_get", args: () => [3, 2000], pointers: { 1: 8 } },
  { name: "fd_prestat_dir_name", args: () => [3, 2000, 1], pointers: { 1: 1 } },
  { name: "fd_read", args: (fd) => [fd, IOVEC, 1, 2000], pointers: { 1: 8, 3: 4 } },
  { name: "fd_write", args: (fd) => [fd, IOVEC, 1, 2000], pointers: { 1: 8, 3: 4 } },
  { name: "fd_write", args: () => [1, IOVEC, 1, 2000], pointers: { 1: 8, 3: 4 } },
  {
    name: "path_open",
    args: () => [3, 0, 2048, 4, 0, 2n, 0n, 0, 2000],
    pointers: { 2: 4 },
  },
  { name: "poll_oneoff", args: () => [5000, 6000, 1, 2000], pointers: { 0: 48, 1: 32, 3: 4 } },
  { name: "random_get", args: () => [2000, 8], pointers: { 0: 8 } },
  { name: "sock_open", args: () => [1, 2, 2000], pointers: { 2: 4 } },
  { name: "sock_accept", args: (fd) => [fd, 0, 2000], pointers: { 2: 4 } },
  { name: "sock_bind", args: (fd) => [fd, ADDRESS, 0], pointers: { 1: 8 } },
  { name: "sock_connect", args: (fd) => [fd, ADDRESS, 1], pointers: { 1: 8 } },
  {
    name: "sock_recv",
    args: (fd) => [fd, IOVEC, 1, 0, 2000, 2004],
    pointers: { 1: 8, 4: 4, 5: 2 },
  },
  { name: "sock_send", args: (fd) => [fd, IOVEC, 1, 0, 2000], pointers: { 1: 8, 4: 4 } },
  {
    name: "sock_recv_from",
    args: (fd) => [fd, IOVEC, 1, ADDRESS, 0, 2008, 2000, 2004],
    pointers: { 1: 8, 3: 8, 5: 4, 6: 4, 7: 2 },
  },
  {
    name: "sock_send_to",
    args: (fd) => [fd, IOVEC, 1, ADDRESS, 1, 0, 2000],
    pointers: { 1: 8, 3: 8, 6: 4 },
  },
  { name: "sock_getsockopt", args: (fd) => [fd, 256, 2, 2000, 2100], pointers: { 3: 4, 4: 4 } },
  { name: "sock_setsockopt", args: (fd) => [fd, 256, 1, 2000, 4], pointers: { 3: 4 } },
  { name: "sock_setsockopt", args: (fd) => [fd, 4, 35, 2000, 12], pointers: { 3: 12 } },
  { name: "sock_getsockopt", args: (fd) => [fd, 0, 1, 2000, 2100], pointers: { 3: 4, 4: 4 } },
  { name: "sock_setsockopt", args: (fd) => [fd, 0, 0, 2000, 4], pointers: { 3: 4 } },
  { name: "sock_getlocaladdr", args: (fd) => [fd, ADDRESS, 2000], pointers: { 1: 8, 2: 4 } },
  { name: "sock_getpeeraddr", args: (fd) => [fd, ADDRESS, 2000], pointers: { 1: 8, 2: 4 } },
];

/** open is a rig full of question marks, in which the calls above find what they need. */
async function open(): Promise<{ rig: Rig; fd: number }> {
  const rig = await Rig.open({ args: ["a"], env: { A: "b" }, attached: true });
  const [client, fd] = rig.pair(true);
  rig.send(client, "data");
  rig.bytes.fill("?");
  rig.words(IOVEC, 3000, 4);
  rig.words(ADDRESS, 3100, 128);
  return { rig, fd };
}

for (const { name, args, pointers } of calls) {
  test(`${name} answers an errno to pointers outside, and writes nothing`, async () => {
    const { rig, fd } = await open();
    using _ = rig;
    const before = Buffer.from(rig.bytes);
    for (const [index, bytes] of Object.entries(pointers)) {
      for (const pointer of [SIZE, SIZE - bytes + 1, -1, -4, -bytes, 0x7fffffff, -0x80000000]) {
        const hostile = args(fd);
        hostile[Number(index)] = pointer;
        assert.is.not(rig.call(name, ...hostile), 0, `argument ${index} = ${pointer}`);
        assert.ok(before.equals(rig.bytes), `argument ${index} = ${pointer} wrote`);
      }
    }
    assert.is(rig.recv(fd).text, "data", "no byte was taken from the socket");
  });
}

const iovecs = [
  { name: "a length near 2^32", words: [3000, 0xffffffff], count: 1, errno: 21 },
  { name: "a length that wraps around", words: [3000, 0xfffff800], count: 1, errno: 21 },
  { name: "a length one too long", words: [3000, SIZE - 3000 + 1], count: 1, errno: 21 },
  { name: "an address at the end", words: [SIZE, 1], count: 1, errno: 21 },
  { name: "an address near 2^32", words: [0xfffffffc, 8], count: 1, errno: 21 },
  { name: "a second one outside", words: [3000, 1, SIZE, 1], count: 2, errno: 21 },
  { name: "more than 1024", words: [3000, 1], count: 1025, errno: 28 },
  { name: "a negative count", words: [3000, 1], count: -1, errno: 28 },
  { name: "a count that wraps around", words: [3000, 1], count: 0x20000001, errno: 28 },
  { name: "the array over the end", words: [], at: SIZE - 8, count: 2, errno: 21 },
];

test.table("iovecs with", iovecs, async ({ words, count, errno, at = IOVEC }) => {
  const { rig, fd } = await open();
  using _ = rig;
  rig.words(IOVEC, ...words);
  const before = Buffer.from(rig.bytes);
  assert.is(rig.call("sock_recv", fd, at, count, 0, 2000, 2004), errno);
  assert.is(rig.call("fd_read", fd, at, count, 2000), errno);
  assert.is(rig.call("sock_recv_from", fd, at, count, ADDRESS, 0, 2008, 2000, 2004), errno);
  assert.is(rig.call("sock_send", fd, at, count, 0, 2000), errno);
  assert.is(rig.call("fd_write", fd, at, count, 2000), errno);
  assert.is(rig.call("fd_write", 1, at, count, 2000), errno);
  assert.ok(before.equals(rig.bytes));
});

test("a source that lies in what is received is written where it was said before", async () => {
  const { rig, fd } = await open();
  using _ = rig;
  rig.words(IOVEC, ADDRESS, 4);
  assert.is(rig.call("sock_recv_from", fd, IOVEC, 1, ADDRESS, 0, 2008, 2000, 2004), 0);
  assert.is(rig.bytes.toString("latin1", ADDRESS, ADDRESS + 4), "data");
  assert.equal([...rig.bytes.subarray(3100, 3228)], Array<number>(128).fill(0));
});

test("an iovec up to the last byte is inside", async () => {
  const { rig, fd } = await open();
  using _ = rig;
  rig.words(IOVEC, SIZE - 4, 4, SIZE, 0);
  assert.is(rig.call("sock_recv", fd, IOVEC, 2, 0, 2000, 2004), 0);
  assert.is(rig.bytes.toString("latin1", SIZE - 4), "data");
});

test("a receive writes where it says and nowhere else", async () => {
  const { rig, fd } = await open();
  using _ = rig;
  const expected = Buffer.from(rig.bytes);
  rig.words(IOVEC, 3000, 100);
  expected.writeUInt32LE(100, IOVEC + 4);
  assert.is(rig.call("sock_recv", fd, IOVEC, 1, 0, 2000, 2004), 0);
  expected.write("data", 3000);
  expected.writeUInt32LE(4, 2000);
  expected.writeUInt16LE(0, 2004);
  assert.ok(expected.equals(rig.bytes));
});

test.table(
  "an address whose buffer is",
  [
    { name: "outside", buf: SIZE, len: 4 },
    { name: "over the end", buf: SIZE - 3, len: 4 },
    { name: "near 2^32", buf: 0xfffffffe, len: 4 },
    { name: "as long as memory", buf: 4, len: SIZE },
    { name: "near 2^32 long", buf: 4, len: 0xfffffffe },
  ],
  async ({ buf, len }) => {
    const { rig, fd } = await open();
    using _ = rig;
    rig.words(ADDRESS, buf, len);
    for (const name of ["sock_bind", "sock_connect"]) {
      assert.is(rig.call(name, fd, ADDRESS, 1), 21);
    }
    for (const name of ["sock_getlocaladdr", "sock_getpeeraddr"]) {
      assert.is(rig.call(name, fd, ADDRESS, 2000), 21);
    }
    assert.is(rig.call("sock_recv_from", fd, IOVEC, 1, ADDRESS, 0, 2008, 2000, 2004), 21);
    assert.is(rig.call("sock_send_to", fd, IOVEC, 1, ADDRESS, 1, 0, 2000), 21);
  },
);

test.table(
  "poll_oneoff with a count of",
  [
    { name: "more than memory", count: 1366, errno: 21 },
    { name: "more than anyone needs", count: 0x20001, errno: 28 },
    { name: "-1", count: -1, errno: 28 },
    { name: "one whose bytes wrap around", count: 0x05555556, errno: 28 },
  ],
  async ({ count, errno }) => {
    const { rig } = await open();
    using _ = rig;
    assert.is(rig.call("poll_oneoff", 0, 0, count, 2000), errno);
  },
);

test("a call that traps the base costs the guest its own files only", async () => {
  using other = await Rig.open();
  using rig = await Rig.open();
  const somaxconn = "proc/sys/net/core/somaxconn";
  const openFile = (at: Rig): number => {
    at.bytes.write(somaxconn, 2048);
    return at.call("path_open", 3, 1, 2048, somaxconn.length, 0, 2n, 0n, 0, 1200);
  };
  assert.is(openFile(rig), 0);
  assert.is(rig.call("path_symlink", 2048, -2, 3, 2048, 4), 29, "no memory for that text");
  assert.is(openFile(rig), 29);
  assert.is(openFile(other), 0);
  const [client, server] = rig.pair();
  rig.send(client, "fine");
  assert.is(rig.recv(server).text, "fine");
});

test("whatever the arguments, a call answers an errno or ends the guest", async () => {
  const random = generator(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const numbers = [0, 1, 2, 3, 4, 5, 8, 16, 99, 128, 1024, 1400, 4096, 65532, 65536, 1025, -1, -2];
  const large = [-0x80000000, 0x7fffffff, 1 << 20, (1 << 20) + 1, (1 << 20) + 2, 0x20000000];
  const names = Object.keys(SIGNATURES).filter((name) => name !== "proc_exit");
  for (let round = 0; round < 20; round++) {
    using rig = await Rig.open({ attached: true, mayWait: false });
    rig.pair(true);
    for (let i = 0; i < 500; i++) {
      const name = pick(names);
      const args = [...SIGNATURES[name]!].map((type) => {
        const number = pick(random() < 0.7 ? numbers : large);
        return type === "I" ? BigInt.asUintN(64, BigInt(number)) : number;
      });
      if (random() < 0.1) rig.words(1400, pick(numbers), pick(large));
      try {
        const errno = rig.call(name, ...args);
        assert.ok(Number.isInteger(errno) && errno >= 0 && errno < 90, `${name}: ${errno}`);
      } catch (thrown) {
        assert.unreachable(`${name}(${args.join(", ")}) threw ${thrown}`);
      }
    }
  }
});

test("numbers beyond 2^31 are lengths and places like others", async () => {
  using rig = await Rig.open({ attached: true });
  const exports = rig.instance.exports as unknown as { grow(pages: number): number };
  if (exports.grow(32768) < 0) return; // no room on this machine
  const [client, server] = rig.pair(true);
  assert.is(rig.recv(server).errno, 6);
  rig.send(client, "x");
  const events = 0x8000_0000;
  new DataView(rig.instance.exports.memory.buffer).setBigInt64(CONTROL + 8, 0n, true);
  rig.words(CONTROL + 16, events, 4);
  assert.is(rig.call("poll_oneoff", 0, 0, 0, 1200), 0);
  assert.is(rig.u32(1200), 1);
  assert.is(new DataView(rig.instance.exports.memory.buffer).getUint32(events, true), server);
});

test.table(
  "a start function calls imports before the guest is known, and gets nothing:",
  (["dedicated", "cooperative"] as const).flatMap((mode) =>
    [true, false].map((compiled) => ({ name: `${mode}, compiled ${compiled}`, mode, compiled })),
  ),
  async ({ mode, compiled }) => {
    const names = Object.keys(SIGNATURES).filter((name) => !/^(proc_exit|sched_yield)$/.test(name));
    const numbers = [0, 1, 4, 1 << 20, -1];
    const calls = names.flatMap((name, i) =>
      numbers.map((number, j) => {
        const args = [...SIGNATURES[name]!].map((type) =>
          type === "I" ? `(i64.const ${number})` : `(i32.const ${number})`,
        );
        const at = 1024 + i * numbers.length + j;
        return `(i32.store8 (i32.const ${at}) (call $${name} ${args.join(" ")}))`;
      }),
    );
    const length = names.length * numbers.length;
    const wasm = program(
      [...names, "proc_exit"],
      `(data (i32.const ${CONTROL}) "\\01\\00\\00\\00\\01")
      (func (export "wasi_net_attach") (param i32 i32) (result i32) (i32.const ${CONTROL}))
      (func (export "wasi_net_tick") (result i64) (i64.const -1))
      (func $early ${calls.join("\n")})
      (start $early)
      (func (export "_start")
        (i32.store (i32.const 8) (i32.const 1024))
        (i32.store (i32.const 12) (i32.const ${length}))
        (drop (call $fd_write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 16)))
        (call $proc_exit (i32.const 7)))`,
    );
    const before = readdirSync("/proc/self/fd").length;
    const output: Buffer[] = [];
    const guest = await Guest.start(
      compiled ? await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>) : wasm,
      {
        net: allow.listen().dial().unix(),
        env: { A: "b" },
        mode,
        stderr: (bytes) => void output.push(Buffer.from(bytes)),
      },
    );
    assert.is((await guest.exited).code, 7);
    const errnos = [...Buffer.concat(output)];
    assert.is(errnos.length, length);
    for (const [i, errno] of errnos.entries()) {
      const call = `${names[Math.floor(i / numbers.length)]} of ${numbers[i % numbers.length]}`;
      const isNothing = call === "random_get of 0"; // no bytes, at no place
      assert.ok((errno > 0 || isNothing) && errno < 90, `${call}: ${errno}`);
    }
    assert.is(readdirSync("/proc/self/fd").length, before);
  },
);

test("random bytes come in pieces", () => {
  const asked: [number, number][] = [];
  const bytes = { length: 0x9000_0000 } as Uint8Array;
  fillRandom(bytes, 8, 0x8000_0008, (_, at, length) => void asked.push([at, length]));
  assert.equal(asked, [
    [8, 1 << 30],
    [8 + (1 << 30), 1 << 30],
    [8 + 2 ** 31, 0x8000_0000 - 2 ** 31 + 8],
  ]);
});

test("proc_exit unwinds with its code", async () => {
  using rig = await Rig.open();
  try {
    rig.call("proc_exit", -1);
    assert.unreachable();
  } catch (thrown) {
    assert.equal(unwound(thrown), new GuestExit("exit", 0xffffffff));
  }
});

test.run();
