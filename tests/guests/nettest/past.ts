// Deadlines that were over before the call.
import { CHUNK, discard, echo, LONG_AGO, pour, roundtrip, T } from "./subtest";

/** readTimeout: the deadline of reads does not hold for writes. */
export function readTimeout(t: T): void {
  t.help(discard, t.c2);
  t.c1.setReadDeadline(LONG_AGO);
  t.timedOut("read", t.c1.read(new Uint8Array(CHUNK)).err);
  t.ok("write", t.c1.write(new Uint8Array(CHUNK)).err);
}

/** writeTimeout: the deadline of writes does not hold for reads. */
export function writeTimeout(t: T): void {
  t.help(pour, t.c2);
  t.c1.setWriteDeadline(LONG_AGO);
  t.timedOut("write", t.c1.write(new Uint8Array(CHUNK)).err);
  t.ok("read", t.c1.read(new Uint8Array(CHUNK)).err);
}

/** pastTimeout: nothing moves after a deadline; when it is taken back, everything works again. */
export function pastTimeout(t: T): void {
  t.help(echo, t.c2);
  roundtrip(t, t.c1);
  t.c1.setDeadline(LONG_AGO);
  const put = t.c1.write(new Uint8Array(CHUNK));
  t.timedOut("write", put.err);
  if (put.n != 0) t.fail("wrote " + put.n.toString() + " bytes");
  const got = t.c1.read(new Uint8Array(CHUNK));
  t.timedOut("read", got.err);
  if (got.n != 0) t.fail("read " + got.n.toString() + " bytes");
  roundtrip(t, t.c1);
}
