// Faults of the host that Go does not hide: faults FOLDER, an empty one. The host's System is the one of tests/faults/ordered.ts. Here are
// those that TCP meets.
import { Buffers, Conn, dial, Listener, listen, TCPConn, TCPListener } from "wasi-net/assembly";
import { E } from "wasi-net/assembly/sys/errno";
import { args } from "wasi-net/assembly/os";
import { exchange, local, Pair, setFolder, startAccept, startRead, T } from "./check";
import { messages } from "./messagefaults";
import { Also, Call, check, fail, openSockets, takeOrders } from "./orders";
import { packets } from "./packetfaults";
import { files, unix } from "./unixfaults";

export function main(): void {
  setFolder(args()[1]);
  takeOrders();
  listens();
  dials();
  accepts();
  transfers();
  packets();
  unix();
  messages();
  files();
  check("the end", (t: T) => {
    t.log("open: " + openSockets().toString());
  });
}

function listens(): void {
  check("listen", (t: T) => {
    const free = local();
    const address = free.addr().toString();
    free.close();
    tryListen(t, address, Call.socket, E.MFILE);
    tryListen(t, address, Call.socket, E.NFILE);
    tryListen(t, address, Call.socket, Also.NOBUFS);
    tryListen(t, address, Call.socket, Also.NOMEM);
    tryListen(t, address, Call.setsockopt, Also.NOBUFS);
    tryListen(t, address, Call.bind, E.ACCES);
    tryListen(t, address, Call.bind, E.ADDRINUSE);
    tryListen(t, address, Call.listen, E.ADDRINUSE);
    tryListen(t, address, Call.listen, E.ACCES);
    const ln = listen("tcp", address);
    t.named("afterwards", ln.err, address);
    serves(t, <TCPListener>ln.value);
    ln.value.close();
  });
}

function tryListen(t: T, address: string, call: i32, errno: i32): void {
  fail(call, errno);
  t.named("listen", listen("tcp", address).err, address);
}

function dials(): void {
  check("dial", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    tryDial(t, address, Call.socket, E.MFILE);
    tryDial(t, address, Call.socket, E.NFILE);
    tryDial(t, address, Call.socket, Also.NOBUFS);
    tryDial(t, address, Call.socket, Also.NOMEM);
    tryDial(t, address, Call.connect, E.AGAIN);
    tryDial(t, address, Call.connect, Also.CONNREFUSED);
    tryDial(t, address, Call.connect, Also.NETUNREACH);
    tryDial(t, address, Call.connect, Also.HOSTUNREACH);
    tryDial(t, address, Call.connect, E.TIMEDOUT);
    tryDial(t, address, Call.connect, E.ACCES);
    tryDial(t, address, Call.connect, Also.PERM);
    serves(t, ln);
    ln.close();
  });

  check("dial: how it went cannot be asked", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    tryDial(t, address, Call.getsockopt, Also.NOBUFS);
    tryDial(t, address, Call.getsockopt, E.AGAIN);
    tryDial(t, address, Call.getsockopt, E.TIMEDOUT);
    // Those connections were made, but nobody has them.
    for (let i = 0; i < 3; i++) ln.accept().value.close();
    serves(t, ln);
    ln.close();
  });

  check("dial: how it went", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    tryDial(t, address, Call.pending, Also.CONNREFUSED);
    tryDial(t, address, Call.pending, Also.HOSTDOWN);
    // So here.
    for (let i = 0; i < 2; i++) ln.accept().value.close();
    serves(t, ln);
    ln.close();
  });

  check("dial: no free port, and then one", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    for (let times = 1; times <= 3; times++) {
      fail(Call.connect, E.ADDRNOTAVAIL, times);
      const dialed = dial("tcp", address);
      t.named(times.toString(), dialed.err, address);
      if (dialed.err !== null) continue;
      dialed.value.close();
      ln.accept().value.close();
    }
    ln.close();
  });
}

function tryDial(t: T, address: string, call: i32, errno: i32): void {
  fail(call, errno);
  t.named("dial", dial("tcp", address).err, address);
}

function accepts(): void {
  check("accept", (t: T) => {
    const ln = local();
    tryAccept(t, ln, E.MFILE);
    tryAccept(t, ln, E.NFILE);
    tryAccept(t, ln, Also.NOBUFS);
    tryAccept(t, ln, Also.NOMEM);
    tryAccept(t, ln, Also.PROTO);
    tryAccept(t, ln, Also.PERM);
    tryAccept(t, ln, E.CONNRESET);
    serves(t, ln);
    ln.close();
  });

  check("accept: a connection waits while there is no room for it", (t: T) => {
    const ln = local();
    fail(Call.accept, E.MFILE, 3);
    const conn = dial("tcp", ln.addr().toString()).unwrap();
    for (let i = 0; i < 3; i++) t.listener("accept", ln.accept().err, ln);
    const peer = ln.accept().unwrap();
    t.ok("works", exchange(conn, peer));
    conn.close();
    peer.close();
    ln.close();
  });

  check("accept: while it waits", (t: T) => {
    const ln = local();
    const op = startAccept(ln);
    fail(Call.accept, E.NFILE);
    const conn = dial("tcp", ln.addr().toString()).unwrap();
    t.listener("accept", op.wait().err, ln);
    ln.accept().value.close();
    conn.close();
    serves(t, ln);
    ln.close();
  });
}

function tryAccept(t: T, ln: Listener, errno: i32): void {
  fail(Call.accept, errno);
  t.listener("accept", ln.accept().err, ln);
}

/** serves notes whether a listener takes a connection that works. */
function serves(t: T, ln: TCPListener): void {
  const conn = dial("tcp", ln.addr().toString()).unwrap();
  const peer = ln.accept().unwrap();
  t.ok("serves", exchange(conn, peer));
  conn.close();
  peer.close();
}

function transfers(): void {
  check("write", (t: T) => {
    const pair = new Pair();
    tryWrite(t, pair.client, Also.NOBUFS);
    tryWrite(t, pair.client, Also.NOMEM);
    tryWrite(t, pair.client, E.CONNRESET);
    tryWrite(t, pair.client, Also.PIPE);
    tryWrite(t, pair.client, E.TIMEDOUT);
    tryWrite(t, pair.client, Also.HOSTUNREACH);
    fail(Call.send, Also.NOBUFS);
    const several = new Buffers([new Uint8Array(2), new Uint8Array(3)]);
    t.failed("writeTo", several.writeTo<TCPConn>(pair.client).err, pair.client);
    t.ok("works again", exchange(pair.client, pair.server));
    pair.close();
  });

  check("errors that WASI has not", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    tryDial(t, address, Call.socket, Also.SOCKTNOSUPPORT);
    tryDial(t, address, Call.socket, Also.PFNOSUPPORT);
    tryDial(t, address, Call.connect, Also.HOSTDOWN);
    ln.close();
    const pair = new Pair();
    tryWrite(t, pair.client, Also.SHUTDOWN);
    tryWrite(t, pair.client, Also.TOOMANYREFS);
    tryRead(t, pair.client, Also.HOSTDOWN);
    pair.close();
  });

  check("read", (t: T) => {
    const pair = new Pair();
    tryRead(t, pair.client, Also.NOMEM);
    tryRead(t, pair.client, Also.NOBUFS);
    tryRead(t, pair.client, E.CONNRESET);
    tryRead(t, pair.client, E.TIMEDOUT);
    tryRead(t, pair.client, Also.HOSTUNREACH);
    t.ok("works again", exchange(pair.client, pair.server));
    pair.close();
  });

  check("read: while it waits", (t: T) => {
    const pair = new Pair();
    const op = startRead(pair.client, 10);
    fail(Call.recv, E.CONNRESET);
    pair.server.write(new Uint8Array(1));
    op.wait();
    t.op("read", op.n, op.err, pair.client);
    t.log("then: " + pair.client.read(new Uint8Array(10)).n.toString());
    pair.close();
  });

  check("half-close and options", (t: T) => {
    const pair = new Pair();
    fail(Call.shutdown, Also.NOTCONN);
    t.failed("closeWrite", pair.client.closeWrite(), pair.client);
    fail(Call.setsockopt, Also.NOBUFS);
    t.failed("setNoDelay", pair.client.setNoDelay(true), pair.client);
    fail(Call.setsockopt, Also.NOMEM);
    t.failed("setReadBuffer", pair.client.setReadBuffer(4096), pair.client);
    t.ok("works", exchange(pair.client, pair.server));
    pair.close();
  });
}

function tryWrite(t: T, conn: TCPConn, errno: i32): void {
  fail(Call.send, errno);
  const put = conn.write(new Uint8Array(10));
  t.op("write", put.n, put.err, conn);
}

function tryRead(t: T, conn: Conn, errno: i32): void {
  fail(Call.recv, errno);
  const got = conn.read(new Uint8Array(10));
  t.op("read", got.n, got.err, conn);
}
