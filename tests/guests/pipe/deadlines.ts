// A pipe's deadlines. Times are a minute away, or over, but where a deadline has to come: then it is a few milliseconds away.
import { check, equal, ok } from "../shared/check";
import { read, reads, write, writes } from "./call";
import { errDeadlineExceeded, OpError, pipe, PipeConn } from "wasi-net/assembly";
import { sleep } from "wasi-net/assembly/task";
import { armed } from "wasi-net/assembly/task/timer";
import { after, millisecond, minute, now, Time } from "wasi-net/assembly/time";

/** Before the process began. */
const LONG_AGO: Time = 233_431_200_000_000_000;

export function deadlines(): void {
  check("a deadline that is over", () => {
    const p = pipe();
    p.client.setDeadline(LONG_AGO);
    equal(read(p.client), "0 timeout");
    equal(write(p.client, "abc"), "0 timeout");
    equal(write(p.client, ""), "0 timeout", "empty write");
    p.client.setDeadline(-1);
    equal(read(p.client, 0), "0 timeout", "before 1970");
  });

  check("what the errors say", () => {
    const p = pipe();
    p.client.setDeadline(LONG_AGO);
    const err = p.client.read(new Uint8Array(1)).err!;
    equal(err.error(), "read pipe: i/o timeout");
    equal(err.as<OpError>()!.unwrap(), errDeadlineExceeded);
    ok(err.timeout() && err.temporary(), "timeout and temporary");
    equal(p.client.write(new Uint8Array(1)).err!.error(), "write pipe: i/o timeout");
  });

  check("a deadline that is over wins over a peer that is there", () => {
    const p = pipe();
    const writer = writes(p.server, "abc");
    p.client.setReadDeadline(LONG_AGO);
    equal(read(p.client), "0 timeout");
    p.client.setReadDeadline(0);
    equal(read(p.client), "abc");
    equal(writer.wait(), "3");
  });

  check("reads and writes have one each, at each end", () => {
    const p = pipe();
    p.client.setReadDeadline(LONG_AGO);
    const writer = writes(p.client, "abc");
    equal(read(p.server), "abc");
    equal(writer.wait(), "3");
    equal(read(p.client), "0 timeout");
    p.server.setWriteDeadline(LONG_AGO);
    const reader = reads(p.server, 3);
    equal(write(p.client, "def"), "3");
    equal(reader.wait(), "3");
    equal(write(p.server, "x"), "0 timeout");
  });

  check("a deadline that comes", () => {
    const p = pipe();
    const start = now();
    p.client.setDeadline(start + 5 * millisecond);
    const reader = reads(p.client, 1);
    const writer = writes(p.client, "abc");
    equal(read(p.server, 1), "a");
    equal(reader.wait(), "0 timeout");
    equal(writer.wait(), "1 timeout");
    ok(now() - start >= 5 * millisecond, "came early");
    equal(read(p.client), "0 timeout", "it stays over");
  });

  check("a deadline set to what is over ends calls under way, the queued ones too", () => {
    const p = pipe();
    const first = reads(p.client, 1);
    const second = reads(p.client, 1);
    const writer = writes(p.client, "abc");
    const queued = writes(p.client, "def");
    p.client.setDeadline(LONG_AGO);
    equal(first.wait() + ", " + second.wait(), "0 timeout, 0 timeout");
    equal(writer.wait() + ", " + queued.wait(), "0 timeout, 0 timeout");
  });

  check("a deadline moved on lets calls under way wait", () => {
    const p = pipe();
    p.client.setDeadline(after(2 * millisecond));
    const reader = reads(p.client, 3);
    const writer = writes(p.client, "abc");
    p.client.setDeadline(after(minute));
    sleep(6 * millisecond);
    equal(reader.state + ", " + writer.state, "waits, waits");
    equal(read(p.server), "abc");
    equal(write(p.server, "def"), "3");
    equal(reader.wait() + ", " + writer.wait(), "3, 3");
  });

  check("a deadline moved nearer ends calls under way", () => {
    const p = pipe();
    p.client.setReadDeadline(after(minute));
    const reader = reads(p.client, 3);
    p.client.setReadDeadline(after(millisecond));
    equal(reader.wait(), "0 timeout");
  });

  check("a deadline taken back lets calls under way wait", () => {
    const p = pipe();
    p.client.setReadDeadline(after(millisecond));
    const reader = reads(p.client, 3);
    p.client.setReadDeadline(0);
    sleep(4 * millisecond);
    equal(reader.state, "waits");
    p.client.close();
    equal(reader.wait(), "0 closed");
  });

  check("after a timeout the pipe works, and the old buffer is left alone", () => {
    const p = pipe();
    const old = reads(p.client, 3);
    p.client.setReadDeadline(LONG_AGO);
    equal(old.wait(), "0 timeout");
    p.client.setReadDeadline(after(minute));
    const reader = reads(p.client, 3);
    equal(write(p.server, "abc"), "3");
    equal(reader.wait() + reader.text, "3abc");
    equal(old.bytes[0], 0);
  });

  check("a rest that timed out is not sent", () => {
    const p = pipe();
    const writer = writes(p.client, "abc");
    equal(read(p.server, 1), "a");
    p.client.setWriteDeadline(LONG_AGO);
    equal(writer.wait(), "1 timeout");
    p.client.setWriteDeadline(0);
    writes(p.client, "xyz");
    equal(read(p.server), "xyz");
  });

  check("close counts more than a deadline, and stops its timer", () => {
    const p = pipe();
    const before = armed();
    arm(p.client, LONG_AGO);
    arm(p.server, after(minute));
    p.client.close();
    equal(read(p.client), "0 closed");
    equal(read(p.server), "0 EOF");
    equal(armed(), before, "timers");
  });
}

function arm(conn: PipeConn, t: Time): void {
  conn.setReadDeadline(t);
  conn.setWriteDeadline(t);
}
