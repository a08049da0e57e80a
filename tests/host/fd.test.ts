import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { suite } from "../harness.ts";
import { EBADF, ENOTSUP } from "./support/abi.ts";
import { Rig } from "./support/rig.ts";

const test = suite("fd");

const NONBLOCK = 4;

test("fd_write and fd_read move a socket's data", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  rig.bytes.write("data", 2048);
  rig.words(1400, 2048, 4);
  assert.is(rig.call("fd_write", client, 1400, 1, 1200), 0);
  rig.words(1400, 3000, 100);
  assert.is(rig.call("fd_read", server, 1400, 1, 1200), 0);
  assert.is(rig.u32(1200), 4);
  assert.is(rig.bytes.toString("latin1", 3000, 3004), "data");
});

test("standard output and error stream through", async () => {
  using rig = await Rig.open();
  rig.bytes.write("one, two\n", 2048);
  rig.words(1400, 2048, 5, 2053, 4);
  assert.is(rig.call("fd_write", 1, 1400, 2, 1200), 0);
  assert.is(rig.u32(1200), 9);
  assert.is(rig.output, "one, two\n");
  assert.is(rig.call("fd_close", 1), 0);
  assert.is(rig.call("fd_write", 1, 1400, 2, 1200), EBADF);
  assert.is(rig.call("fd_write", 2, 1400, 1, 1200), 0);
});

test.table(
  "fdstat of",
  [
    { name: "a stream", type: 2, nonblock: false, filetype: 6, flags: 0 },
    { name: "a non-blocking stream", type: 2, nonblock: true, filetype: 6, flags: NONBLOCK },
    { name: "a datagram socket", type: 1, nonblock: false, filetype: 5, flags: 0 },
  ],
  async ({ type, nonblock, filetype, flags }) => {
    using rig = await Rig.open();
    const fd = rig.socket({ type, nonblock });
    rig.bytes.fill("?", 2000, 2064);
    assert.is(rig.call("fd_fdstat_get", fd, 2000), 0);
    assert.is(rig.bytes[2000], filetype);
    assert.is(rig.bytes.readUInt16LE(2002), flags);
    // FD_READ and FD_WRITE, from which wasi-libc takes the access mode.
    assert.is(rig.u32(2008) & 0x42, 0x42);
    assert.is(rig.bytes.toString("latin1", 2024, 2026), "??");
    assert.is(rig.call("fd_filestat_get", fd, 2000), 0);
    assert.is(rig.bytes[2016], filetype);
  },
);

test("the standard streams can be made non-blocking", async () => {
  using rig = await Rig.open();
  for (const fd of [0, 1, 2]) assert.is(rig.call("fd_fdstat_set_flags", fd, NONBLOCK), 0);
  assert.is(rig.call("fd_fdstat_set_flags", 99, NONBLOCK), EBADF);
});

test("the walk over directories finds the root at 3 and ends with EBADF", async () => {
  using rig = await Rig.open();
  assert.is(rig.call("fd_prestat_get", 3, 2000), 0);
  assert.is(rig.bytes[2000], 0);
  assert.is(rig.u32(2004), 1);
  assert.is(rig.call("fd_prestat_dir_name", 3, 2100, 1), 0);
  assert.is(rig.bytes.toString("latin1", 2100, 2101), "/");
  assert.is(rig.call("fd_prestat_get", 4, 2000), EBADF);
  const fd = rig.socket();
  assert.is(rig.call("fd_prestat_get", fd, 2000), EBADF, "C programs end at any other errno");
  assert.is(rig.call("fd_prestat_dir_name", fd, 2100, 1), EBADF);
});

test("the file with the longest backlog can be read", async () => {
  using rig = await Rig.open();
  const path = "proc/sys/net/core/somaxconn";
  rig.bytes.write(path, 2048);
  assert.is(rig.call("path_open", 3, 1, 2048, path.length, 0, 2n, 0n, 0, 1200), 0);
  const fd = rig.u32(1200);
  rig.words(1400, 3000, 100);
  assert.is(rig.call("fd_read", fd, 1400, 1, 1200), 0);
  assert.is(
    rig.bytes.toString("latin1", 3000, 3000 + rig.u32(1200)),
    readFileSync(`/${path}`, "latin1"),
  );
  assert.is(rig.call("fd_close", fd), 0);
});

test("no other file of this machine can be", async () => {
  using rig = await Rig.open();
  for (const path of ["etc/passwd", "../etc/passwd", "proc/self/environ"]) {
    rig.bytes.write(path, 2048);
    assert.is.not(rig.call("path_open", 3, 1, 2048, path.length, 0, 2n, 0n, 0, 1200), 0);
  }
});

test("fd_renumber replaces a socket, and mixes none with a file", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  const other = rig.socket();
  assert.is(rig.call("fd_renumber", server, other), 0);
  assert.is(rig.call("fd_renumber", other, other), 0);
  rig.send(client, "x");
  assert.is(rig.recv(other).text, "x");
  assert.is(rig.call("fd_renumber", other, 3), ENOTSUP);
  assert.is(rig.call("fd_renumber", 3, other), ENOTSUP);
  assert.is(rig.call("fd_renumber", other, 99), EBADF);
});

test("arguments and environment are what was given", async () => {
  using rig = await Rig.open({ args: ["name", "ä"], env: { A: "1", B: "x=y" } });
  assert.is(rig.call("args_sizes_get", 2000, 2004), 0);
  assert.equal([rig.u32(2000), rig.u32(2004)], [2, 8]);
  assert.is(rig.call("args_get", 2100, 2200), 0);
  assert.equal([rig.u32(2100), rig.u32(2104)], [2200, 2205]);
  assert.is(rig.bytes.toString("utf8", 2200, 2208), "name\0ä\0");
  assert.is(rig.call("environ_sizes_get", 2000, 2004), 0);
  assert.equal([rig.u32(2000), rig.u32(2004)], [2, 10]);
  assert.is(rig.call("environ_get", 2100, 2200), 0);
  assert.is(rig.bytes.toString("utf8", 2200, 2210), "A=1\0B=x=y\0");
});

test("clocks tell the time", async () => {
  using rig = await Rig.open();
  const time = (id: number): bigint => {
    assert.is(rig.call("clock_time_get", id, 0n, 2000), 0);
    return rig.bytes.readBigUInt64LE(2000);
  };
  assert.ok(Math.abs(Number(time(0) / 1_000_000n) - Date.now()) < 1000);
  const before = time(1);
  assert.ok(time(1) >= before);
  assert.ok(time(2) > 0n);
  assert.is(rig.call("clock_time_get", 3, 0n, 2000), 28);
  assert.is(rig.call("clock_res_get", 1, 2000), 0);
});

test("random fills just the bytes asked for", async () => {
  using rig = await Rig.open();
  rig.bytes.fill(0, 2000, 2100);
  assert.is(rig.call("random_get", 2000, 64), 0);
  assert.ok(rig.bytes.subarray(2000, 2064).some((byte) => byte !== 0));
  assert.ok(rig.bytes.subarray(2064, 2100).every((byte) => byte === 0));
});

test.run();
