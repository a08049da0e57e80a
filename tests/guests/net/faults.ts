// Faults of the host that Go does not hide. The host's System is the one of tests/faults/ordered.ts.
import {
  Conn,
  dial,
  dialUnix,
  Listener,
  listen,
  listenUnix,
  TCPConn,
  TCPListener,
  UnixAddr,
  UnixConn,
} from "wasi-net/assembly";
import { E } from "wasi-net/assembly/sys/errno";
import * as sys from "wasi-net/assembly/sys/socket";
import { parseSocketControlMessage, parseUnixRights, unixRights } from "wasi-net/assembly/syscall";
import { exchange, local, Pair, startAccept, startRead, T } from "./check";

/** The level of the orders, and the calls that can fail. */
const ORDERS: i32 = 999;
namespace Call {
  export const socket = 1;
  export const bind = 2;
  export const listen = 3;
  export const accept = 4;
  export const connect = 5;
  export const recv = 6;
  export const send = 7;
  export const shutdown = 8;
  export const setsockopt = 9;
  export const recvMessage = 12;
  export const sendMessage = 13;
  export const claim = 14;
}

/** More errors, by WASI's count. */
namespace Also {
  export const CONNREFUSED = 14;
  export const HOSTUNREACH = 23;
  export const NETUNREACH = 40;
  export const NOBUFS = 42;
  export const NOMEM = 48;
  export const NOTCONN = 53;
  export const PERM = 63;
  export const PIPE = 64;
  export const PROTO = 65;
}

/** control is a socket for the orders. */
let control: i32 = 0;

function fail(call: i32, errno: i32, times: i32 = 1): void {
  sys.setOption(control, ORDERS, call, errno | (times << 8));
}

function openSockets(): i32 {
  return sys.option(control, ORDERS, 0);
}

/** check runs a check by itself, as the orders are for whoever comes first, and sees that it leaves nothing open. */
function check(name: string, fn: (t: T) => void): void {
  const before = openSockets();
  const t = new T(name, fn);
  fn(t);
  const left = openSockets() - before;
  if (left != 0) t.log("left open: " + left.toString());
  t.report();
}

export function main(): void {
  control = sys.open(sys.Family.inet4, sys.SockType.stream);
  listens();
  dials();
  accepts();
  transfers();
  messages();
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
    t.ok("works again", exchange(pair.client, pair.server));
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

function messages(): void {
  check("messages", (t: T) => {
    const ln = listenUnix("unix", new UnixAddr("", "unix")).unwrap();
    const client = dialUnix("unix", null, <UnixAddr>ln.addr()).unwrap();
    const server = ln.acceptUnix().unwrap();
    ln.close();
    const pair = new Pair();
    const given = unixRights([
      pair.client.file().value.release(),
      pair.server.file().value.release(),
    ]);
    fail(Call.sendMessage, Also.NOBUFS);
    trySend(t, client, given);
    fail(Call.sendMessage, E.INTR, 2);
    trySend(t, client, given);
    fail(Call.recvMessage, Also.NOMEM);
    tryTake(t, server);
    fail(Call.recvMessage, E.INTR, 2);
    tryTake(t, server);
    fail(Call.claim, Also.NOBUFS);
    trySend(t, client, given);
    tryTake(t, server);
    const numbers = parseUnixRights(parseSocketControlMessage(given).value[0]).value;
    for (let i = 0; i < numbers.length; i++) sys.close(numbers[i]);
    t.ok("works", exchange(client, server) && exchange(pair.client, pair.server));
    pair.close();
    client.close();
    server.close();
  });
}

function trySend(t: T, conn: UnixConn, oob: Uint8Array): void {
  const put = conn.writeMsgUnix(new Uint8Array(1), oob, null);
  t.op("write", put.n, put.err, conn);
}

/** tryTake reads a message, and closes the sockets that come with it. */
function tryTake(t: T, conn: UnixConn): void {
  const oob = new Uint8Array(100);
  const got = conn.readMsgUnix(new Uint8Array(1), oob);
  t.op("read", got.n, got.err, conn);
  if (got.err !== null) return;
  t.log(got.oobn.toString() + " flags " + got.flags.toString(16));
  const messages = parseSocketControlMessage(oob.subarray(0, got.oobn)).value;
  for (let i = 0; i < messages.length; i++) {
    const numbers = parseUnixRights(messages[i]).value;
    for (let j = 0; j < numbers.length; j++) sys.close(numbers[j]);
  }
}
