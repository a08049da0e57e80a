import { Conn, dial, listenPacket, UDPConn } from "wasi-net/assembly";
import { go, WaitGroup, gosched } from "wasi-net/assembly/task";
import { Duration, hour, microsecond, millisecond, now, second } from "wasi-net/assembly/time";
import { bytes, check, local, Op, Pair, PAST, startRead, startWrite, T } from "./check";

const SOON = 20 * millisecond;

/** Deadlines of one direction, of many connections at once, and of packets. */
export function limits(): void {
  check("limits: each direction has its own", (t: T) => {
    const one = new Pair();
    one.client.setDeadline(PAST);
    one.client.setReadDeadline(0);
    const read = startRead(one.client, 1);
    t.ok("the read waits", !read.done);
    const put = one.client.write(bytes("abc"));
    t.op("write", put.n, put.err, one.client);
    one.client.close();
    t.failed("closed", read.wait().err, one.client);
    one.server.close();

    const two = new Pair();
    two.client.setDeadline(PAST);
    two.client.setWriteDeadline(0);
    const write = startWrite(two.client, new Uint8Array(16 << 20));
    t.ok("the write waits", !write.done);
    const got = two.client.read(new Uint8Array(1));
    t.op("read", got.n, got.err, two.client);
    two.client.close();
    t.failed("closed", write.wait().err, two.client);
    two.server.close();
  });

  check("limits: earlier and earlier, of many connections", (t: T) => {
    const ln = local();
    const conns: Conn[] = [];
    for (let i = 0; i < 10; i++) conns.push(dial("tcp", ln.addr().toString()).unwrap());
    const setting = new WaitGroup();
    for (let i = 0; i < 8; i++) {
      setting.add(1);
      go<Setter>(setAll, new Setter(conns, i, setting));
    }
    setting.wait();
    const start = now();
    const reads: Op[] = [];
    for (let i = 0; i < 10; i++) {
      conns[i].setReadDeadline(start + after(i));
      reads.push(startRead(conns[i], 1));
    }
    let wrong = 0;
    for (let i = 9; i >= 0; i--) {
      const err = reads[i].wait().err;
      if (err === null || !err.timeout() || now() - start < after(i)) wrong++;
      conns[i].close();
    }
    t.log("wrong: " + wrong.toString());
    ln.close();
  });

  check("limits: packets", (t: T) => {
    const server = <UDPConn>listenPacket("udp", "127.0.0.1:0").unwrap();
    const client = <UDPConn>dial("udp", server.localAddr()!.toString()).unwrap();
    t.call(client.localAddr(), "A");
    t.call(server.localAddr(), "B");
    client.write(bytes("abc"));
    server.setReadDeadline(PAST);
    for (let i = 0; i < 2; i++) t.received("over", server);
    server.setReadDeadline(now() + hour);
    t.received("late", server);
    let start = now();
    server.setReadDeadline(start + SOON);
    for (let i = 0; i < 2; i++) t.received("soon", server);
    t.ok("not early", now() - start >= SOON);

    start = now();
    server.setWriteDeadline(start + SOON);
    let put = server.writeTo(bytes("abc"), client.localAddr());
    while (put.err === null) {
      gosched();
      put = server.writeTo(bytes("abc"), client.localAddr());
    }
    t.ok("not early", now() - start >= SOON);
    t.op("writeTo", put.n, put.err, null);
    put = server.writeTo(bytes("abc"), client.localAddr());
    t.op("writeTo", put.n, put.err, null);

    const lengths = [1, microsecond, 100 * microsecond, millisecond, 5 * millisecond, SOON];
    const silent = <UDPConn>dial("udp", server.localAddr()!.toString()).unwrap();
    let wrong = 0;
    for (let i = 0; i < lengths.length; i++) {
      start = now();
      silent.setReadDeadline(start + lengths[i]);
      const got = silent.readFrom(new Uint8Array(9));
      if (got.n != 0 || got.err === null || now() - start < lengths[i]) wrong++;
    }
    t.log("wrong: " + wrong.toString());
    silent.close();
    client.close();
    server.close();
  });
}

/** after is when the read of one connection ends: that of the last one first. */
function after(i: i32): Duration {
  return (10 - i) * 2 * millisecond;
}

class Setter {
  constructor(
    readonly conns: Conn[],
    readonly number: i32,
    readonly end: WaitGroup,
  ) {}
}

/** setAll moves deadlines that are hours away, while others do so. */
function setAll(one: Setter): void {
  const start = now();
  for (let j = 100; j > 0; j--) {
    for (let k = 0; k < one.conns.length; k++) {
      const more = <i64>(one.number * j * k) * second;
      one.conns[k].setReadDeadline(start + 2 * hour + more);
      one.conns[k].setWriteDeadline(start + hour + more);
    }
    gosched();
  }
  one.end.done();
}
