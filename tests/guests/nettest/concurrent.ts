// Every method at once.
import { after, millisecond } from "wasi-net/assembly/time";
import { CHUNK, echo, Job, LONG_AGO, resync, roundtrip, T } from "./subtest";

/** concurrentMethods: whatever the calls answer, the connection can be brought in step again. */
export function concurrentMethods(t: T): void {
  t.help(echo, t.c2);
  for (let i = 0; i < 100; i++) {
    t.start((job: Job): void => {
      job.conn.read(new Uint8Array(CHUNK));
    }, t.c1);
    t.start((job: Job): void => {
      job.conn.write(new Uint8Array(CHUNK));
    }, t.c1);
    t.start((job: Job): void => {
      job.conn.setDeadline(after(10 * millisecond));
    }, t.c1);
    t.start((job: Job): void => {
      job.conn.setReadDeadline(LONG_AGO);
    }, t.c1);
    t.start((job: Job): void => {
      job.conn.setWriteDeadline(LONG_AGO);
    }, t.c1);
    t.start((job: Job): void => {
      if (job.conn.localAddr() === null) job.t.fail("no local address");
    }, t.c1);
    t.start((job: Job): void => {
      if (job.conn.remoteAddr() === null) job.t.fail("no remote address");
    }, t.c1);
  }
  t.wait();
  resync(t, t.c1);
  roundtrip(t, t.c1);
}
