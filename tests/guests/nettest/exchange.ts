// Data arrives, whole and in order.
import { Conn, eof } from "wasi-net/assembly";
import { readFull } from "wasi-net/assembly/io";
import { CHUNK, Job, T } from "./subtest";

const SIZE: i32 = 1 << 20;
const data = new Uint8Array(SIZE);

/** basicIO: 1 MiB written at one end is read at the other, and then the end. */
export function basicIO(t: T): void {
  if (data[0] == 0) fill();
  t.start((job: Job): void => {
    for (let at = 0; at < SIZE; at += CHUNK) {
      job.t.ok("c1.write", job.conn.write(data, at, at + CHUNK).err);
    }
    job.t.ok("c1.close", job.conn.close());
  }, t.c1);
  t.start((job: Job): void => {
    const buffer = new Uint8Array(CHUNK);
    let at = 0;
    while (true) {
      const got = job.conn.read(buffer);
      if (at + got.n > SIZE || !same(buffer, got.n, at))
        job.t.fail("other bytes from " + at.toString() + " on");
      at += got.n;
      if (got.err === null) continue;
      if (got.err !== eof) job.t.ok("c2.read", got.err);
      break;
    }
    if (at != SIZE) job.t.fail("read " + at.toString() + " bytes");
    job.t.ok("c2.close", job.conn.close());
  }, t.c2);
  t.wait();
}

function same(buffer: Uint8Array, n: i32, at: i32): bool {
  return memory.compare(buffer.dataStart, data.dataStart + at, n) == 0;
}

function fill(): void {
  let state: u32 = 0x9e3779b9;
  for (let i = 0; i < SIZE; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    data[i] = <u8>(state | 1);
  }
}

/** LAST is the number that ends a game. */
const LAST: u64 = 1000;

/** pingPong: a number goes to and fro, and each end adds 1. */
export function pingPong(t: T): void {
  t.start(play, t.c1);
  t.start(play, t.c2);
  t.ok("c1.write", t.c1.write(new Uint8Array(8)).err);
  t.wait();
}

function play(job: Job): void {
  const t = job.t;
  const buffer = new Uint8Array(8);
  let previous: u64 = 0;
  while (true) {
    const err = readFull(job.conn, buffer).err;
    if (err === eof && t.pair.ends) break;
    if (err !== null) {
      t.ok("read", err);
      break;
    }
    const value = load<u64>(buffer.dataStart);
    if (previous != 0 && value != previous + 2) {
      t.fail("read " + value.toString() + " after " + previous.toString());
    }
    previous = value;
    if (value == LAST) break;
    store<u64>(buffer.dataStart, value + 1);
    const written = job.conn.write(buffer).err;
    if (written !== null) {
      t.ok("write", written);
      break;
    }
    // A packet's reader is not told of the end: it has to know.
    if (value + 1 == LAST && !t.pair.ends) break;
  }
  if (previous < LAST - 1) t.fail("ended after " + previous.toString());
  t.ok("close", job.conn.close());
}
