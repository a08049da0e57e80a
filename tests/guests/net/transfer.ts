import { Conn, eof } from "wasi-net/assembly";
import { readFull } from "wasi-net/assembly/io";
import { go, gosched, WaitGroup } from "wasi-net/assembly/task";
import { millisecond, now } from "wasi-net/assembly/time";
import {
  check,
  exchange,
  Op,
  Pair,
  PAST,
  read,
  startDrain,
  startRead,
  startWrite,
  T,
  write,
} from "./check";

export function transfer(): void {
  check("transfer: writes of two never interleave", (t: T) => {
    const size = 4 << 20;
    const pair = new Pair();
    const ones = startWrite(pair.client, filled(size, 1));
    const twos = startWrite(pair.client, filled(size, 2));
    const buffer = new Uint8Array(5000);
    let changes = 0;
    let last: u8 = 0;
    for (let left = size * 2; left > 0; ) {
      const got = pair.server.read(buffer);
      for (let i = 0; i < got.n; i++) {
        if (buffer[i] != last) changes++;
        last = buffer[i];
      }
      left -= got.n;
      if (got.err !== null) break;
      gosched();
    }
    t.log("runs: " + changes.toString());
    t.ok("both wrote all", ones.wait().n == size && twos.wait().n == size);
    pair.close();
  });

  check("transfer: two readers share a connection", (t: T) => {
    const pair = new Pair();
    const first = startRead(pair.server, 10);
    const second = startRead(pair.server, 10);
    write(pair.client, "abc");
    t.log(first.wait().text);
    t.ok("the other waits", !second.done);
    write(pair.client, "def");
    t.log(second.wait().text);
    pair.close();
  });

  check("transfer: of nothing", (t: T) => {
    const pair = new Pair();
    const none = pair.client.read(new Uint8Array(0));
    t.op("read", none.n, none.err, pair.client);
    const nothing = pair.client.write(new Uint8Array(0));
    t.op("write", nothing.n, nothing.err, pair.client);
    pair.server.close();
    t.log(read(pair.client, 10));
    t.log(read(pair.client, 0));
    pair.close();
  });

  check("transfer: a megabyte, to the byte", (t: T) => {
    const pair = new Pair();
    const data = new Uint8Array(1 << 20);
    for (let i = 0; i < data.length; i++) data[i] = <u8>((i * 7919) >> 3);
    const op = startWrite(pair.client, data);
    const got = new Uint8Array(1 << 20);
    t.log("read: " + readFull(pair.server, got).n.toString());
    t.ok("equal", memory.compare(got.dataStart, data.dataStart, data.length) == 0);
    t.op("write", op.wait().n, op.err, pair.client);
    pair.close();
  });

  check("transfer: both directions at once", (t: T) => {
    const size = 8 << 20;
    const pair = new Pair();
    const there = startWrite(pair.client, filled(size, 1));
    const back = startWrite(pair.server, filled(size, 2));
    const first = startDrain(pair.client);
    const second = startDrain(pair.server);
    there.wait();
    back.wait();
    pair.client.closeWrite();
    pair.server.closeWrite();
    t.op("read", first.wait().n, first.err, pair.client);
    t.op("read", second.wait().n, second.err, pair.server);
    pair.close();
  });

  check("transfer: copies between two connections, and their errors", (t: T) => {
    for (let i = 0; i < WRONG.length; i++) spliced(t, "readFrom", i);
    for (let i = 0; i < WRONG.length; i++) spliced(t, "writeTo", i);
  });

  check("transfer: pieces", (t: T) => {
    const pair = new Pair();
    write(pair.client, "abcdef");
    t.log(read(pair.server, 2));
    t.log(read(pair.server, 3));
    t.log(read(pair.server, 3));
    pair.close();
  });
}

function filled(size: i32, byte: u8): Uint8Array {
  return new Uint8Array(size).fill(byte);
}

/** Many goroutines use one connection at once, each with deadlines of its own. */
export function stress(): void {
  check("stress: reads that time out", (t: T) => {
    const pair = new Pair();
    const writer = new Op(pair.server, null, new Uint8Array(1000));
    go<Op>(writeForEver, writer);
    const crew = new Crew(pair.client);
    crew.send(readALot, 10);
    crew.join();
    t.log("errors but timeouts: " + crew.wrong.toString());
    pair.close();
    writer.wait();
    t.ok("the writer ended", writer.err !== null);
  });

  check("stress: writes that time out", (t: T) => {
    const pair = new Pair();
    const crew = new Crew(pair.client);
    const reader = startDrain(pair.server);
    crew.send(writeALot, 10);
    crew.join();
    t.log("errors but timeouts: " + crew.wrong.toString());
    pair.client.close();
    reader.wait();
    t.ok("the reader met the end", reader.err === eof);
    pair.close();
  });

  check("stress: every method at once", (t: T) => {
    const pair = new Pair();
    const echo = new Op(pair.server, null, new Uint8Array(1024));
    go<Op>(echoAll, echo);
    const crew = new Crew(pair.client);
    crew.send(readSome, 100);
    crew.send(writeSome, 100);
    crew.send(setAll, 100);
    crew.send(setRead, 100);
    crew.send(setWrite, 100);
    crew.send(askAddresses, 100);
    crew.join();
    t.log("wrong: " + crew.wrong.toString());
    pair.client.setDeadline(0);
    t.ok("in step again", resync(pair.client));
    pair.close();
    echo.wait();
  });
}

/** Crew is the goroutines that share a connection. */
class Crew {
  wrong: i32 = 0;
  private readonly out: WaitGroup = new WaitGroup();

  constructor(readonly conn: Conn) {}

  /** send starts so many. */
  send(fn: (crew: Crew) => void, count: i32): void {
    this.out.add(count);
    for (let i = 0; i < count; i++) go<Crew>(fn, this);
  }

  join(): void {
    this.out.wait();
  }

  leave(): void {
    this.out.done();
  }
}

function readALot(crew: Crew): void {
  const buffer = new Uint8Array(1024);
  crew.conn.setReadDeadline(now() + millisecond);
  for (let i = 0; i < 100; i++) {
    const err = crew.conn.read(buffer).err;
    buffer.fill(0xee);
    if (err === null) continue;
    if (!err.timeout()) crew.wrong++;
    crew.conn.setReadDeadline(now() + millisecond);
  }
  crew.leave();
}

function writeALot(crew: Crew): void {
  const buffer = new Uint8Array(1024);
  crew.conn.setWriteDeadline(now() + millisecond);
  for (let i = 0; i < 100; i++) {
    const err = crew.conn.write(buffer).err;
    if (err === null) continue;
    if (!err.timeout()) crew.wrong++;
    crew.conn.setWriteDeadline(now() + millisecond);
  }
  crew.leave();
}

function writeForEver(op: Op): void {
  let put = op.conn!.write(op.buffer);
  while (put.err === null) put = op.conn!.write(op.buffer);
  op.finish(put.n, put.err);
}

function echoAll(op: Op): void {
  while (true) {
    const got = op.conn!.read(op.buffer);
    if (got.err === null && op.conn!.write(op.buffer.subarray(0, got.n)).err === null) continue;
    op.finish(0, got.err);
    return;
  }
}

function readSome(crew: Crew): void {
  const err = crew.conn.read(new Uint8Array(1024)).err;
  if (err !== null && !err.timeout()) crew.wrong++;
  crew.leave();
}

function writeSome(crew: Crew): void {
  const err = crew.conn.write(new Uint8Array(1024)).err;
  if (err !== null && !err.timeout()) crew.wrong++;
  crew.leave();
}

function setAll(crew: Crew): void {
  if (crew.conn.setDeadline(now() + 10 * millisecond) !== null) crew.wrong++;
  crew.leave();
}

function setRead(crew: Crew): void {
  if (crew.conn.setReadDeadline(1) !== null) crew.wrong++;
  crew.leave();
}

function setWrite(crew: Crew): void {
  if (crew.conn.setWriteDeadline(1) !== null) crew.wrong++;
  crew.leave();
}

function askAddresses(crew: Crew): void {
  if (crew.conn.localAddr() === null || crew.conn.remoteAddr() === null) crew.wrong++;
  crew.leave();
}

/** resync sends a byte that was never sent before and reads until it comes back. */
function resync(conn: Conn): bool {
  conn.write(filled(1, 0xff));
  const buffer = new Uint8Array(1024);
  while (true) {
    const got = conn.read(buffer);
    if (got.err !== null) return false;
    if (buffer[got.n - 1] == 0xff) return true;
  }
}

const WRONG: string[] = [
  "nothing",
  "its deadline",
  "its end's deadline",
  "closed",
  "its end closed",
  "reset",
  "its end ended",
  "its end reset",
];

/** spliced copies from one connection to another, of which something is wrong with one. */
function spliced(t: T, name: string, i: i32): void {
  const from = new Pair();
  const to = new Pair();
  t.callBoth(from.server, "A", "B");
  t.callBoth(to.client, "C", "D");
  if (i != 5) {
    write(from.client, "abc");
    from.client.closeWrite();
  }
  if (i == 1) from.server.setReadDeadline(PAST);
  else if (i == 2) to.client.setWriteDeadline(PAST);
  else if (i == 3) from.server.close();
  else if (i == 4) to.client.close();
  else if (i == 5) {
    from.client.setLinger(0);
    from.client.close();
  } else if (i == 6) to.client.closeWrite();
  else if (i == 7) {
    to.server.setLinger(0);
    to.server.close();
  }
  const done =
    name == "readFrom" ? to.client.readFrom(from.server) : from.server.writeTo(to.client);
  t.op(name + " with " + WRONG[i], <i32>done.n, done.err, null);
  t.forget();
  from.close();
  to.close();
}
