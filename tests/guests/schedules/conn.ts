// One connection, many users: readers, writers, those that move its deadlines, and those that close it, all at once.
import { dial, eof, errClosed, listen, NetError, TCPConn } from "wasi-net/assembly";
import { go, gosched, sleep, WaitGroup } from "wasi-net/assembly/task";
import { microsecond, now, second, Time } from "wasi-net/assembly/time";
import { check, equal, fail, ok, Random } from "../shared/check";
import { dither } from "./tasks";
import { Limit, Strangers, Traffic } from "./traffic";

let random: Random = new Random(0);

export function connections(seeded: Random): void {
  random = seeded;

  check("many use a connection to its end, and all arrives", () => {
    const use = begin();
    use.writers.wait();
    use.client.closeWrite();
    use.peer.wait();
    use.server.closeWrite();
    use.readers.wait();
    use.over = true;
    use.setters.wait();
    equal(use.up.verdict(true), "", "to the server");
    equal(use.down.verdict(true), "", "to the client");
    finish(use);
  });

  check("many use a connection while it is closed", () => {
    for (let round = 0; round < 3; round++) {
      const use = begin();
      use.closers.add(3);
      for (let i = 0; i < 3; i++) go<Shared>(close, use);
      use.closers.wait();
      equal(use.closed, 1, "closes that did it");
      use.writers.wait();
      use.readers.wait();
      use.over = true;
      use.setters.wait();
      use.peer.wait();
      equal(use.up.verdict(use.ended && !use.reset), "", "to the server");
      equal(use.down.verdict(false), "", "to the client");
      finish(use);
    }
  });
}

/** Shared is a connection, what goes through it, and who uses it. */
class Shared {
  readonly client: TCPConn;
  readonly server: TCPConn;
  readonly up: Traffic = new Traffic();
  readonly down: Traffic = new Traffic();
  readonly readLimit: Limit = new Limit();
  readonly writeLimit: Limit = new Limit();
  readonly readers: WaitGroup = new WaitGroup();
  readonly writers: WaitGroup = new WaitGroup();
  readonly setters: WaitGroup = new WaitGroup();
  readonly closers: WaitGroup = new WaitGroup();
  readonly peer: WaitGroup = new WaitGroup();
  readonly strangers: Strangers = new Strangers(4);
  /** closing is how many closes have begun, closed how many have returned without an error. */
  closing: i32 = 0;
  closed: i32 = 0;
  over: bool = false;
  /** ended: the server has read to the end of the stream. reset: one of its writes failed, which takes the error from the read. */
  ended: bool = false;
  reset: bool = false;

  constructor() {
    const ln = listen("tcp", "127.0.0.1:0").unwrap();
    this.client = <TCPConn>dial("tcp", ln.addr().toString()).unwrap();
    this.server = <TCPConn>ln.accept().unwrap();
    ln.close();
  }
}

function begin(): Shared {
  const use = new Shared();
  use.readers.add(3);
  use.writers.add(3);
  use.setters.add(2);
  use.peer.add(3);
  for (let i = 0; i < 3; i++) {
    go<Shared>(readAll, use);
    go<Shared>(writeAll, use);
  }
  for (let i = 0; i < 2; i++) {
    go<Shared>(moveDeadlines, use);
    go<Shared>(serverWrites, use);
  }
  go<Shared>(serverReads, use);
  return use;
}

function finish(use: Shared): void {
  use.client.close();
  use.server.close();
  use.strangers.part();
  equal(use.strangers.wrong, "", "a stranger");
}

/** judge checks the error of a call on the client's side that did n; it tells whether the caller goes on. */
function judge(use: Shared, what: string, n: i32, err: NetError | null, limit: Limit): bool {
  if (use.closed > 0) {
    // The close has returned: so whoever was inside has left, and who comes out now never got in.
    if (n != 0) fail(what + " did something after close had returned");
    if (err === null || !err.is(errClosed)) fail(what + " after close: " + textOf(err));
  }
  if (err === null) return true;
  if (err.timeout()) {
    if (!limit.over()) fail(what + " timed out before its time");
    return true;
  }
  if (err.is(errClosed)) {
    if (use.closing == 0) fail(what + ": closed by nobody");
    return false;
  }
  if (err !== eof) fail(what + ": " + err.error());
  return false;
}

function textOf(err: NetError | null): string {
  return err !== null ? err.error() : "no error";
}

function readAll(use: Shared): void {
  const buffer = new Uint8Array(1 + random.below(3000));
  while (true) {
    const got = use.client.read(buffer);
    const n = got.n;
    use.down.take(buffer, n);
    if (!judge(use, "read", n, got.err, use.readLimit)) break;
    if (n == 0) gosched();
    else dither();
  }
  use.readers.done();
}

function writeAll(use: Shared): void {
  for (let i = 0; i < 25; i++) {
    const data = message(use.up);
    const put = use.client.write(data);
    const n = put.n;
    const err = put.err;
    use.up.sent[data[0]] = n;
    if (err === null && n != data.length) fail("a write without error wrote a part");
    if (!judge(use, "write", n, err, use.writeLimit)) break;
    dither();
  }
  use.writers.done();
}

/** message is a new write's bytes. Now and then it is more than goes into a socket at once. */
function message(traffic: Traffic): Uint8Array {
  const size = random.below(12) == 0 ? 400_000 : 1 + random.below(2000);
  return new Uint8Array(size).fill(<u8>traffic.tag());
}

function serverWrites(use: Shared): void {
  for (let i = 0; i < 25; i++) {
    const data = message(use.down);
    const put = use.server.write(data);
    use.down.sent[data[0]] = put.n;
    if (put.err !== null) {
      use.reset = true;
      break;
    }
    dither();
  }
  use.peer.done();
}

function serverReads(use: Shared): void {
  const buffer = new Uint8Array(50_000);
  while (true) {
    const got = use.server.read(buffer);
    use.up.take(buffer, got.n);
    if (got.err === null) continue;
    use.ended = got.err === eof;
    break;
  }
  use.peer.done();
}

/** moveDeadlines sets them to anything, and in the end to never. */
function moveDeadlines(use: Shared): void {
  for (let i = 0; i < 40 && !use.over; i++) {
    const which = random.below(3);
    const deadline = someTime();
    if (!setDeadline(use, which, deadline)) break;
    if (random.below(4) == 0) sleep(random.below(300) * microsecond);
    else gosched();
  }
  setDeadline(use, 0, 0);
  use.setters.done();
}

function someTime(): Time {
  switch (random.below(4)) {
    case 0:
      return 0;
    case 1:
      return 1;
    case 2:
      return now() + random.below(1500) * microsecond;
    default:
      return now() + 3600 * second;
  }
}

/** setDeadline sets both (0), the read or the write deadline. It tells whether the connection was open. */
function setDeadline(use: Shared, which: i32, deadline: Time): bool {
  const conn = use.client;
  const err =
    which == 0
      ? conn.setDeadline(deadline)
      : which == 1
        ? conn.setReadDeadline(deadline)
        : conn.setWriteDeadline(deadline);
  if (err !== null) {
    if (use.closing == 0 || !err.is(errClosed)) fail("deadline: " + err.error());
    return false;
  }
  if (use.closed > 0) fail("a deadline after close had returned");
  if (which != 2) use.readLimit.set(deadline);
  if (which != 1) use.writeLimit.set(deadline);
  return true;
}

function close(use: Shared): void {
  sleep(random.below(4000) * microsecond);
  use.closing++;
  const err = use.client.close();
  if (err === null) use.closed++;
  else ok(err.is(errClosed), "close: " + err.error());
  // Whichever close this was: from now on there is nothing but errClosed.
  const conn = use.client;
  const byte = new Uint8Array(1);
  isClosed("read", conn.read(byte).err);
  isClosed("write", conn.write(byte).err);
  isClosed("setDeadline", conn.setDeadline(0));
  isClosed("closeWrite", conn.closeWrite());
  isClosed("setNoDelay", conn.setNoDelay(true));
  isClosed("close", conn.close());
  use.closers.done();
}

function isClosed(what: string, err: NetError | null): void {
  ok(err !== null && err.is(errClosed), what + " after a close: " + textOf(err));
}
