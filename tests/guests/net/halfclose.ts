import { check, Op, Pair, read, settle, startRead, startWrite, T, write } from "./check";

export function halfClose(): void {
  check("half-close: the other direction goes on", (t: T) => {
    const pair = new Pair();
    write(pair.client, "abc");
    t.failed("closeWrite", pair.client.closeWrite(), pair.client);
    t.log(read(pair.server));
    t.log(read(pair.server));
    write(pair.server, "def");
    t.log(read(pair.client));
    pair.server.close();
    t.log(read(pair.client));
    pair.client.close();
  });

  check("half-close: data and the end arrive together", (t: T) => {
    let wrong = 0;
    for (let i = 0; i < 50; i++) {
      const pair = new Pair();
      const op = startRead(pair.server, 100);
      write(pair.client, "abc");
      if (i % 2 == 0) pair.client.closeWrite();
      else pair.client.close();
      op.wait();
      if (op.n != 3 || op.err !== null || read(pair.server) != "|EOF") wrong++;
      pair.close();
    }
    t.log("wrong: " + wrong.toString());
  });

  check("half-close: more than one buffer, and the end", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.server, 4);
    write(pair.client, "abcdefghij");
    pair.client.closeWrite();
    t.log(op.wait().text);
    t.log(read(pair.server, 4));
    t.log(read(pair.server, 4));
    t.log(read(pair.server, 4));
    t.log(read(pair.server, 4));
    pair.close();
  });

  check("half-close: both ends, then close", (t: T) => {
    const pair = new Pair();
    t.failed("one", pair.client.closeWrite(), pair.client);
    t.failed("other", pair.server.closeWrite(), pair.server);
    t.log(read(pair.client) + read(pair.server));
    t.failed("close one", pair.client.close(), pair.client);
    t.failed("close other", pair.server.close(), pair.server);
  });

  check("half-close: a write after closeWrite", (t: T) => {
    const pair = new Pair();
    pair.client.closeWrite();
    const put = pair.client.write(new Uint8Array(10));
    t.op("write", put.n, put.err, pair.client);
    t.failed("again", pair.client.closeWrite(), pair.client);
    pair.close();
  });

  check("half-close: closeRead ends reads", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    t.failed("closeRead", pair.client.closeRead(), pair.client);
    op.wait();
    t.op("read under way", op.n, op.err, pair.client);
    t.log(read(pair.client));
    write(pair.client, "abc");
    t.log(read(pair.server));
    pair.close();
  });

  check("half-close: after close", (t: T) => {
    const pair = new Pair();
    pair.client.close();
    t.failed("closeWrite", pair.client.closeWrite(), pair.client);
    t.failed("closeRead", pair.client.closeRead(), pair.client);
    pair.close();
  });
}

/** A peer's reset comes from a close that lingers for no time. */
function reset(pair: Pair): void {
  pair.server.setLinger(0);
  pair.server.close();
}

export function resets(): void {
  check("reset: while a read waits", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    reset(pair);
    op.wait();
    t.op("read", op.n, op.err, pair.client);
    t.log(read(pair.client));
    const put = pair.client.write(new Uint8Array(10));
    t.op("write", put.n, put.err, pair.client);
    t.failed("closeWrite", pair.client.closeWrite(), pair.client);
    t.failed("close", pair.client.close(), pair.client);
  });

  check("reset: before a read", (t: T) => {
    const pair = new Pair();
    write(pair.server, "abc");
    t.log(read(pair.client));
    reset(pair);
    t.log(read(pair.client));
    pair.close();
  });

  check("reset: while a write waits", (t: T) => {
    const pair = new Pair();
    const op = startWrite(pair.client, new Uint8Array(LARGE));
    t.ok("waits", !op.done);
    reset(pair);
    op.wait();
    t.ok("some was written", op.n > 0 && op.n < LARGE);
    t.failed("write", op.err, pair.client);
    pair.close();
  });

  check("reset: a close with unread data", (t: T) => {
    const pair = new Pair();
    write(pair.client, "abc");
    t.log(read(pair.server, 1));
    pair.server.close();
    t.log(read(pair.client));
    pair.close();
  });

  check("reset: read and write wait at once", (t: T) => {
    const pair = new Pair();
    const reading = startRead(pair.client, 10);
    const writing = startWrite(pair.client, new Uint8Array(LARGE));
    reset(pair);
    reading.wait();
    writing.wait();
    t.ok("both failed", reading.err !== null && writing.err !== null);
    t.ok("no timeout", !reading.err!.timeout() && !writing.err!.timeout());
    pair.close();
  });
}

/** LARGE is more than the buffers of a connection hold. */
export const LARGE: i32 = 32 << 20;
