// Faults that unix sockets meet, and copies of sockets.
import {
  dial,
  fileConn,
  listen,
  Listener,
  listenUnixgram,
  UnixAddr,
  UnixConn,
} from "wasi-net/assembly";
import { E } from "wasi-net/assembly/sys/errno";
import { bytes, exchange, inFolder, NONE, Pair, T } from "./check";
import { Also, Call, check, fail, failing } from "./orders";
import { UnixPair } from "./unixpair";

const SOCKET: i32[] = [E.MFILE, E.NFILE, Also.NOBUFS, Also.NOMEM];
const BIND: i32[] = [E.ACCES, E.ADDRINUSE, Also.NOENT, Also.NOSPC];
const CONNECT: i32[] = [E.AGAIN, E.ACCES, Also.CONNREFUSED, Also.NOENT, Also.PROTOTYPE, Also.PERM];
const ACCEPT: i32[] = [E.MFILE, E.NFILE, Also.NOBUFS, Also.NOMEM];
const RECEIVE: i32[] = [Also.NOMEM, Also.NOBUFS, E.CONNRESET];
const SEND: i32[] = [Also.NOBUFS, Also.NOMEM, Also.MSGSIZE, Also.CONNREFUSED, Also.PIPE];

/** Where a call goes, and on what: there are no closures. */
let network: string = "";
let address: string = "";
let listener: Listener | null = null;
let conn: UnixConn | null = null;
let peer: UnixAddr | null = null;

function tryListen(t: T): void {
  t.failed("listen", listen(network, address).err);
}

function tryDial(t: T): void {
  t.failed("dial", dial(network, address).err);
}

function tryAccept(t: T): void {
  t.failed("accept", listener!.accept().err);
}

function tryRead(t: T): void {
  const got = conn!.read(new Uint8Array(9));
  t.op("read", got.n, got.err, null);
}

function tryWrite(t: T): void {
  const put = conn!.write(bytes("abc"));
  t.op("write", put.n, put.err, null);
}

function tryReceive(t: T): void {
  const got = conn!.readFromUnix(new Uint8Array(9));
  t.op("readFromUnix", got.n, got.err, null);
}

function trySend(t: T): void {
  const put = conn!.writeToUnix(bytes("abc"), peer);
  t.op("writeToUnix", put.n, put.err, null);
}

function tryReadMessage(t: T): void {
  const got = conn!.readMsgUnix(new Uint8Array(9), NONE);
  t.op("readMsgUnix", got.n, got.err, null);
}

function tryWriteMessage(t: T): void {
  const put = conn!.writeMsgUnix(bytes("abc"), NONE, peer);
  t.op("writeMsgUnix", put.n, put.err, null);
}

export function unix(): void {
  const networks: string[] = ["unix", "unixpacket"];
  for (let i = 0; i < networks.length; i++) {
    network = networks[i];
    address = inFolder(network);
    check(network + ": listen, dial and accept", places);
    check(network + ": read and write", (t: T) => {
      const pair = new UnixPair(network + "-pair", network);
      conn = pair.client;
      failing(t, Call.send, SEND, tryWrite);
      failing(t, Call.recv, RECEIVE, tryRead);
      t.ok("works again", exchange(pair.client, pair.server));
      pair.close();
    });
  }

  check("unixgram: every call", (t: T) => {
    const at = new UnixAddr(inFolder("gram"), "unixgram");
    fail(Call.socket, E.MFILE);
    t.failed("socket", listenUnixgram("unixgram", at).err);
    fail(Call.bind, Also.NOSPC);
    t.failed("bind", listenUnixgram("unixgram", at).err);
    const one = listenUnixgram("unixgram", at).value;
    network = "unixgram";
    address = at.name;
    failing(t, Call.socket, SOCKET, tryDial);
    failing(t, Call.connect, CONNECT, tryDial);
    conn = one;
    peer = at;
    failing(t, Call.recvFrom, RECEIVE, tryReceive);
    failing(t, Call.recvMessage, [Also.NOMEM], tryReadMessage);
    failing(t, Call.sendTo, SEND, trySend);
    failing(t, Call.sendTo, [Also.NOBUFS], tryWriteMessage);
    trySend(t);
    t.received("afterwards", one);
    one.close();
  });
}

function places(t: T): void {
  failing(t, Call.socket, SOCKET, tryListen);
  failing(t, Call.bind, BIND, tryListen);
  // The path stays, as with Go.
  fail(Call.listen, E.ADDRINUSE);
  t.failed("listen", listen(network, address + "-2").err);
  const ln = listen(network, address).value;
  failing(t, Call.socket, SOCKET, tryDial);
  failing(t, Call.connect, CONNECT, tryDial);
  listener = ln;
  failing(t, Call.accept, ACCEPT, tryAccept);
  const one = dial(network, address).value;
  const two = ln.accept().value;
  t.ok("works", exchange(one, two));
  one.close();
  two.close();
  ln.close();
}

export function files(): void {
  check("file: no copy", (t: T) => {
    const pair = new Pair();
    t.call(pair.client.localAddr(), "CLIENT");
    t.call(pair.client.remoteAddr(), "SERVER");
    const errnos: i32[] = [E.MFILE, E.NFILE, Also.NOMEM];
    for (let i = 0; i < errnos.length; i++) {
      fail(Call.duplicate, errnos[i]);
      t.failed("file", pair.client.file().err);
    }
    const file = pair.client.file().value;
    for (let i = 0; i < errnos.length; i++) {
      fail(Call.duplicate, errnos[i]);
      t.failed("fileConn", fileConn(file).err);
    }
    const conn = fileConn(file);
    t.failed("afterwards", conn.err);
    t.ok("works", exchange(conn.value, pair.server));
    t.failed("close", file.close());
    conn.value.close();
    pair.close();
  });
}
