import { NetError, RawConn } from "wasi-net/assembly";
import { go, Mutex } from "wasi-net/assembly/task";
import { millisecond, now } from "wasi-net/assembly/time";
import { E } from "wasi-net/assembly/sys/errno";
import * as sys from "wasi-net/assembly/sys/socket";
import { bytes, check, local, Pair, pause, read, settle, T, textOf, write } from "./check";

/** Where the functions that a RawConn calls leave what they saw: there are no closures. One check at a time uses it. */
const turn = new Mutex();
let calls: i32 = 0;
let seen: i32 = 0;
const message = bytes("HELLO-R-U-THERE");
const buffer = new Uint8Array(32);

function count(_fd: i32): bool {
  calls++;
  return true;
}

function look(fd: i32): void {
  calls++;
  seen = sys.localAddress(fd)!.port;
}

// Who calls the host by himself is also told of signals.

function send(fd: i32): bool {
  calls++;
  do seen = sys.send(fd, message.dataStart, message.length);
  while (seen == -E.INTR);
  return seen != -E.AGAIN;
}

function receive(fd: i32): bool {
  calls++;
  do seen = sys.receive(fd, buffer.dataStart, buffer.length);
  while (seen == -E.INTR);
  return seen != -E.AGAIN;
}

export function rawconns(): void {
  check("rawconn: reads and writes", (t: T) => {
    turn.lock();
    const pair = new Pair();
    const raw = pair.client.syscallConn().value;
    t.failed("write", raw.write(send), pair.client);
    t.log(seen.toString() + " " + read(pair.server));
    write(pair.server, "HELLO");
    t.failed("read", raw.read(receive), pair.client);
    t.log(textOf(buffer, seen));
    pair.close();
    turn.unlock();
  });

  check("rawconn: a read that waits", (t: T) => {
    turn.lock();
    const pair = new Pair();
    const reading = new Reading(pair.client.syscallConn().value);
    calls = 0;
    go<Reading>(readIt, reading);
    settle();
    // More than once where the system calls it readable and it is not.
    t.ok("waits", !reading.done && calls > 0);
    write(pair.server, "later");
    while (!reading.done) pause();
    t.failed("read", reading.err, pair.client);
    t.log(textOf(buffer, seen));
    pair.close();
    turn.unlock();
  });

  check("rawconn: deadlines", (t: T) => {
    turn.lock();
    const pair = new Pair();
    const raw = pair.client.syscallConn().value;
    calls = 0;
    pair.client.setDeadline(1);
    t.failed("write", raw.write(send), pair.client);
    t.failed("read", raw.read(receive), pair.client);
    t.log("calls: " + calls.toString());
    pair.client.setDeadline(0);
    pair.client.setReadDeadline(now() + 20 * millisecond);
    t.failed("read", raw.read(receive), pair.client);
    t.failed("write", raw.write(send), pair.client);
    pair.close();
    turn.unlock();
  });

  check("rawconn: a listener has only control", (t: T) => {
    turn.lock();
    const ln = local();
    const raw = ln.syscallConn().value;
    calls = 0;
    t.listener("read", raw.read(count), ln);
    t.listener("write", raw.write(count), ln);
    t.log("calls: " + calls.toString());
    t.listener("control", raw.control(look), ln);
    t.ok("its port", ln.addr().toString() == "127.0.0.1:" + seen.toString());
    ln.close();
    t.listener("control after close", raw.control(look), ln);
    turn.unlock();
  });

  check("rawconn: after close", (t: T) => {
    turn.lock();
    const pair = new Pair();
    const raw = pair.client.syscallConn().value;
    calls = 0;
    t.failed("control", raw.control(look), pair.client);
    pair.client.close();
    t.failed("control", raw.control(look), pair.client);
    t.failed("read", raw.read(receive), pair.client);
    t.failed("write", raw.write(send), pair.client);
    t.log("calls: " + calls.toString());
    pair.close();
    turn.unlock();
  });
}

class Reading {
  done: bool = false;
  err: NetError | null = null;

  constructor(readonly raw: RawConn) {}
}

function readIt(reading: Reading): void {
  reading.err = reading.raw.read(receive);
  reading.done = true;
}
