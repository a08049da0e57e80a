// A buffer is its owner's again as soon as the call has returned, also when the deadline ended it.
import { Conn } from "wasi-net/assembly";
import { gosched } from "wasi-net/assembly/task";
import { after, millisecond } from "wasi-net/assembly/time";
import { CHUNK, Job, pour, T } from "./subtest";

const WORKERS: i32 = 10;
const CALLS: i32 = 100;
/** OURS is never sent. */
const OURS: u8 = 0xaa;

/** racyRead: many readers with short deadlines; nothing is put into a buffer after its read. */
export function racyRead(t: T): void {
  t.help(pour, t.c2);
  t.c1.setReadDeadline(after(millisecond));
  for (let i = 0; i < WORKERS; i++) t.start(readers, t.c1);
  t.wait();
}

function readers(job: Job): void {
  const buffer = new Uint8Array(CHUNK);
  for (let i = 0; i < CALLS; i++) {
    const err = job.conn.read(buffer).err;
    buffer.fill(OURS);
    if (err !== null) {
      job.t.timedOut("read", err);
      job.conn.setReadDeadline(after(millisecond));
    }
    gosched();
    for (let j = 0; j < CHUNK; j++) {
      if (buffer[j] == OURS) continue;
      job.t.fail("a buffer changed after its read");
      break;
    }
  }
}

/** racyWrite: many writers with short deadlines; nothing is taken from a buffer after its write. */
export function racyWrite(t: T): void {
  t.help((job: Job): void => {
    const buffer = new Uint8Array(CHUNK);
    while (true) {
      const got = job.conn.read(buffer);
      if (got.err !== null) return;
      if (buffer.subarray(0, got.n).includes(OURS)) job.t.fail("sent after the write");
    }
  }, t.c2);
  t.c1.setWriteDeadline(after(millisecond));
  for (let i = 0; i < WORKERS; i++) t.start(writers, t.c1);
  t.wait();
}

function writers(job: Job): void {
  const buffer = new Uint8Array(CHUNK);
  for (let i = 0; i < CALLS; i++) {
    buffer.fill(0);
    const err = job.conn.write(buffer).err;
    buffer.fill(OURS);
    if (err !== null) {
      job.t.timedOut("write", err);
      job.conn.setWriteDeadline(after(millisecond));
    }
    gosched();
  }
}
