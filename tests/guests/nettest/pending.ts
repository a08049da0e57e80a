// Calls under way that a deadline or a close ends.
import { NetError } from "wasi-net/assembly";
import { gosched } from "wasi-net/assembly/task";
import { after, millisecond, now, Time } from "wasi-net/assembly/time";
import { CHUNK, echo, Job, LONG_AGO, resync, roundtrip, T } from "./subtest";

/** writes counts what the writer has got done; mayEnd tells whether the calls under way have been ended. One round runs at a time. */
let writes: i32 = 0;
let mayEnd: bool = false;
let deadline: Time = 0;

/** presentTimeout: a deadline that is over, set while calls wait, ends them, and nothing else does. */
export function presentTimeout(t: T): void {
  mayEnd = false;
  writes = 0;
  t.start(readOnce, t.c1);
  t.start(writeOn, t.c1);
  untilWriterWaits(!t.pair.ends);
  mayEnd = true;
  t.c1.setReadDeadline(LONG_AGO);
  t.c1.setWriteDeadline(LONG_AGO);
  t.wait();
}

function readOnce(job: Job): void {
  const got = job.conn.read(new Uint8Array(CHUNK));
  job.t.timedOut("read", got.err);
  if (got.n != 0) job.t.fail("read " + got.n.toString() + " bytes");
  if (!mayEnd) job.t.fail("the read ended before the deadline was set");
}

function writeOn(job: Job): void {
  job.t.timedOut("write", writeUntilError(job));
  if (!mayEnd) job.t.fail("the write ended before the deadline was set");
}

function writeUntilError(job: Job): NetError | null {
  const buffer = new Uint8Array(CHUNK);
  while (true) {
    const err = job.conn.write(buffer).err;
    if (err !== null) return err;
    writes++;
  }
}

/** DROPPED is how many writes are enough on a network that takes everything and drops what nobody reads. */
const DROPPED: i32 = 2000;

/** untilWriterWaits lets others run until the writer gets no further. */
function untilWriterWaits(drops: bool): void {
  let seen = -1;
  for (let quiet = 0; quiet < 200 && !(drops && writes > DROPPED); ) {
    gosched();
    quiet = writes == seen ? quiet + 1 : 0;
    seen = writes;
  }
}

/** futureTimeout: a deadline that comes ends calls that wait, and not too early; when it is taken back, everything works again. */
export function futureTimeout(t: T): void {
  deadline = after(5 * millisecond);
  t.c1.setDeadline(deadline);
  t.start((job: Job): void => {
    job.t.timedOut("read", job.conn.read(new Uint8Array(CHUNK)).err);
    if (now() < deadline) job.t.fail("the read ended early");
  }, t.c1);
  t.start((job: Job): void => {
    job.t.timedOut("write", writeUntilError(job));
    if (now() < deadline) job.t.fail("the write ended early");
  }, t.c1);
  t.wait();
  t.help(echo, t.c2);
  resync(t, t.c1);
  roundtrip(t, t.c1);
}

/** closeTimeout: close ends a reader and a writer. Each round closes at another moment. */
export function closeTimeout(t: T): void {
  t.help(echo, t.c2);
  t.c1.setDeadline(0);
  t.start((job: Job): void => {
    const buffer = new Uint8Array(CHUNK);
    while (job.conn.read(buffer).err === null);
  }, t.c1);
  t.start((job: Job): void => {
    writeUntilError(job);
  }, t.c1);
  for (let turn = t.round * 3; turn > 0; turn--) gosched();
  t.ok("close", t.c1.close());
  t.wait();
}
