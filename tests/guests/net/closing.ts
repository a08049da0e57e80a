import { dial, listen } from "wasi-net/assembly";
import { Chan, go } from "wasi-net/assembly/task";
import {
  check,
  local,
  Pair,
  read,
  settle,
  startAccept,
  startRead,
  startWrite,
  T,
  write,
} from "./check";
import { LARGE } from "./halfclose";

export function closing(): void {
  check("close: while a read waits", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    t.failed("close", pair.client.close(), pair.client);
    op.wait();
    t.op("read", op.n, op.err, pair.client);
    pair.close();
  });

  check("close: while a write waits", (t: T) => {
    const pair = new Pair();
    const op = startWrite(pair.client, new Uint8Array(LARGE));
    t.failed("close", pair.client.close(), pair.client);
    op.wait();
    t.ok("some was written", op.n > 0 && op.n < LARGE);
    t.failed("write", op.err, pair.client);
    pair.close();
  });

  check("close: while an accept waits", (t: T) => {
    const ln = local();
    const op = startAccept(ln);
    const another = startAccept(ln);
    t.listener("close", ln.close(), ln);
    t.listener("accept", op.wait().err, ln);
    t.listener("accept", another.wait().err, ln);
    t.listener("later accept", ln.accept().err, ln);
    t.listener("close", ln.close(), ln);
  });

  check("close: twice", (t: T) => {
    const pair = new Pair();
    t.failed("first", pair.client.close(), pair.client);
    t.failed("second", pair.client.close(), pair.client);
    pair.close();
  });

  check("close: calls afterwards", (t: T) => {
    const pair = new Pair();
    write(pair.server, "abc");
    const address = pair.client.localAddr()!.toString() + pair.client.remoteAddr()!.toString();
    pair.client.close();
    t.log(read(pair.client));
    t.log(read(pair.client, 0));
    const put = pair.client.write(new Uint8Array(10));
    t.op("write", put.n, put.err, pair.client);
    const nothing = pair.client.write(new Uint8Array(0));
    t.op("empty write", nothing.n, nothing.err, pair.client);
    const after = pair.client.localAddr()!.toString() + pair.client.remoteAddr()!.toString();
    t.ok("addresses stay", address == after);
    pair.close();
  });

  check("close: those in the row are sent away", (t: T) => {
    const pair = new Pair();
    const first = startRead(pair.client, 10);
    const second = startRead(pair.client, 10);
    const third = startWrite(pair.client, new Uint8Array(LARGE));
    const fourth = startWrite(pair.client, new Uint8Array(10));
    pair.client.close();
    t.op("read", first.wait().n, first.err, pair.client);
    t.op("read", second.wait().n, second.err, pair.client);
    t.failed("write", third.wait().err, pair.client);
    t.op("write", fourth.wait().n, fourth.err, pair.client);
    pair.close();
  });

  check("close: returns when the port is free", (t: T) => {
    let failures = 0;
    for (let i = 0; i < 20; i++) {
      const ln = local();
      const op = startAccept(ln);
      ln.close();
      const again = listen("tcp", ln.addr().toString());
      if (again.err !== null) failures++;
      else again.value.close();
      op.wait();
    }
    t.log("failures: " + failures.toString());
  });

  check("close: two at once", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    const other = new Closer(pair);
    go<Closer>(closeOnce, other);
    const here = pair.client.close() === null;
    other.done.receiveOk();
    t.ok("one of them closed it", here != other.closed);
    op.wait();
    t.failed("read", op.err, pair.client);
    pair.close();
  });

  check("close: of a listener resets who was not accepted", (t: T) => {
    const ln = local();
    const conn = dial("tcp", ln.addr().toString()).unwrap();
    ln.close();
    t.log(read(conn));
    conn.close();
  });
}

class Closer {
  readonly done: Chan<bool> = new Chan<bool>();
  closed: bool = false;

  constructor(readonly pair: Pair) {}
}

function closeOnce(closer: Closer): void {
  closer.closed = closer.pair.client.close() === null;
  closer.done.close();
}
