import { Conn, dial, errDeadlineExceeded } from "wasi-net/assembly";
import { readFull } from "wasi-net/assembly/io";
import { millisecond, now, second } from "wasi-net/assembly/time";
import {
  check,
  exchange,
  local,
  Pair,
  PAST,
  pause,
  read,
  settle,
  startAccept,
  startDrain,
  startRead,
  startWrite,
  T,
  write,
} from "./check";
import { LARGE } from "./halfclose";

const SOON = 30 * millisecond;
const LATE = 3600 * second;

export function deadlines(): void {
  check("deadline: in the past", (t: T) => {
    const pair = new Pair();
    write(pair.server, "abc");
    t.failed("setDeadline", pair.client.setDeadline(PAST), pair.client);
    t.log(read(pair.client));
    const put = pair.client.write(new Uint8Array(10));
    t.op("write", put.n, put.err, pair.client);
    const nothing = pair.client.write(new Uint8Array(0));
    t.op("empty write", nothing.n, nothing.err, pair.client);
    const none = pair.client.read(new Uint8Array(0));
    t.op("empty read", none.n, none.err, pair.client);
    pair.client.setDeadline(0);
    t.log(read(pair.client));
    t.ok("usable again", exchange(pair.client, pair.server));
    pair.close();
  });

  check("deadline: each direction has its own", (t: T) => {
    const pair = new Pair();
    pair.client.setReadDeadline(PAST);
    write(pair.client, "abc");
    t.log(read(pair.server));
    t.log(read(pair.client));
    pair.client.setReadDeadline(0);
    pair.client.setWriteDeadline(PAST);
    const put = pair.client.write(new Uint8Array(10));
    t.op("write", put.n, put.err, pair.client);
    write(pair.server, "def");
    t.log(read(pair.client));
    pair.close();
  });

  check("deadline: now counts as past", (t: T) => {
    const pair = new Pair();
    write(pair.server, "abc");
    pair.client.setReadDeadline(now());
    t.log(read(pair.client));
    pair.close();
  });

  check("deadline: in the future", (t: T) => {
    const pair = new Pair();
    const start = now();
    pair.client.setReadDeadline(start + SOON);
    t.log(read(pair.client));
    t.ok("not early", now() - start >= SOON);
    t.log(read(pair.client));
    pair.client.setReadDeadline(now() + LATE);
    t.ok("usable again", exchange(pair.client, pair.server));
    pair.close();
  });

  check("deadline: set to the past while a read waits", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    t.ok("waits", !op.done);
    pair.client.setReadDeadline(PAST);
    op.wait();
    t.op("read", op.n, op.err, pair.client);
    pair.close();
  });

  check("deadline: moved on while a read waits", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    const start = now();
    pair.client.setReadDeadline(start + SOON);
    pair.client.setReadDeadline(start + LATE);
    while (now() - start < 2 * SOON) pause();
    t.ok("waits", !op.done);
    write(pair.server, "abc");
    t.log(op.wait().text);
    pair.close();
  });

  check("deadline: moved on a little while a read waits", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    const start = now();
    pair.client.setReadDeadline(start + SOON);
    pair.client.setReadDeadline(start + 2 * SOON);
    op.wait();
    t.op("read", op.n, op.err, pair.client);
    t.ok("not early", now() - start >= 2 * SOON);
    pair.close();
  });

  check("deadline: moved back while a read waits", (t: T) => {
    const pair = new Pair();
    pair.client.setReadDeadline(now() + LATE);
    const op = startRead(pair.client, 10);
    pair.client.setReadDeadline(now() + SOON);
    op.wait();
    t.op("read", op.n, op.err, pair.client);
    pair.close();
  });

  check("deadline: cleared while a read waits", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    const start = now();
    pair.client.setReadDeadline(start + SOON);
    pair.client.setReadDeadline(0);
    while (now() - start < 2 * SOON) pause();
    t.ok("waits", !op.done);
    write(pair.server, "abc");
    t.log(op.wait().text);
    pair.close();
  });

  check("deadline: extended again and again", (t: T) => {
    const pair = new Pair();
    pair.client.setReadDeadline(now() + 10 * second);
    const op = startRead(pair.client, 10);
    for (let i = 0; i < 40; i++) {
      pair.client.setReadDeadline(now() + 10 * second);
      pause();
    }
    t.ok("waits", !op.done);
    pair.client.setReadDeadline(now() + millisecond);
    op.wait();
    t.op("read", op.n, op.err, pair.client);
    pair.close();
  });

  check("deadline: over and moved on before the read runs", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    pair.client.setReadDeadline(PAST);
    pair.client.setReadDeadline(now() + LATE);
    settle();
    t.ok("waits", !op.done);
    write(pair.server, "abc");
    t.log(op.wait().text);
    pair.close();
  });

  check("deadline: at the end of time", (t: T) => {
    const pair = new Pair();
    t.failed("setDeadline", pair.client.setDeadline(i64.MAX_VALUE), pair.client);
    t.ok("usable", exchange(pair.client, pair.server));
    pair.close();
  });
}

export function writeDeadlines(): void {
  check("deadline: in the middle of a write", (t: T) => {
    const pair = new Pair();
    pair.client.setWriteDeadline(now() + 5 * SOON);
    const put = pair.client.write(new Uint8Array(LARGE));
    const written = put.n;
    t.ok("some was written", written > 0 && written < LARGE);
    t.failed("write", put.err, pair.client);
    t.ok("is errDeadlineExceeded", put.err!.is(errDeadlineExceeded));
    pair.client.setWriteDeadline(0);
    const got = new Uint8Array(written);
    t.ok("all of it arrives", readFull(pair.server, got).n == written);
    t.ok("usable again", exchange(pair.client, pair.server));
    pair.close();
  });

  check("deadline: a write waits for a peer that does not read", (t: T) => {
    const pair = new Pair();
    const op = startWrite(pair.client, new Uint8Array(LARGE));
    pause(SOON);
    t.ok("waits", !op.done);
    const reading = startDrain(pair.server);
    op.wait();
    t.ok("all was written", op.n == LARGE && op.err === null);
    pair.client.close();
    t.ok("all was read", reading.wait().n == LARGE);
    pair.close();
  });

  check("deadline: set to the past while a write waits", (t: T) => {
    const pair = new Pair();
    const op = startWrite(pair.client, new Uint8Array(LARGE));
    pair.client.setReadDeadline(PAST);
    settle();
    t.ok("the read deadline is another", !op.done);
    pair.client.setWriteDeadline(PAST);
    op.wait();
    t.failed("write", op.err, pair.client);
    pair.close();
  });

  check("deadline: of a listener", (t: T) => {
    const ln = local();
    t.failed("past", ln.setDeadline(PAST));
    t.listener("accept", ln.accept().err, ln);
    const start = now();
    ln.setDeadline(start + SOON);
    t.listener("accept", ln.accept().err, ln);
    t.ok("not early", now() - start >= SOON);
    ln.setDeadline(0);
    const op = startAccept(ln);
    t.ok("waits", !op.done);
    ln.setDeadline(PAST);
    t.listener("accept", op.wait().err, ln);
    ln.setDeadline(now() + LATE);
    const again = startAccept(ln);
    const pair = dialled(ln.addr().toString());
    t.listener("accept", again.wait().err, ln);
    again.accepted!.close();
    pair.close();
    ln.close();
    t.listener("after close", ln.setDeadline(0), ln);
  });

  check("deadline: after close", (t: T) => {
    const pair = new Pair();
    pair.client.close();
    t.failed("setDeadline", pair.client.setDeadline(now() + LATE), pair.client);
    t.failed("setReadDeadline", pair.client.setReadDeadline(0), pair.client);
    t.failed("setWriteDeadline", pair.client.setWriteDeadline(PAST), pair.client);
    t.failed("setReadBuffer", pair.client.setReadBuffer(4096), pair.client);
    t.failed("setNoDelay", pair.client.setNoDelay(true), pair.client);
    t.failed("setLinger", pair.client.setLinger(0), pair.client);
    pair.close();
  });
}

function dialled(address: string): Conn {
  return dial("tcp", address).unwrap();
}
