// Streams, and the packets of unixpacket.
import {
  Conn,
  dial,
  joinHostPort,
  listen,
  Listener,
  NetError,
  TCPConn,
  UnixConn,
} from "wasi-net/assembly";
import { readFull } from "wasi-net/assembly/io";
import { go, WaitGroup } from "wasi-net/assembly/task";
import { once, put, putBytes } from "./calls";
import {
  closeDuringRead,
  closeRead,
  halfClose,
  ownClose,
  resetBeforeRead,
  resetBeforeWrite,
  resetDuringRead,
  unread,
} from "./closing";
import { hear, meet, soon, swap, tell } from "./control";
import { pastDeadline, readDeadline, writeDeadline } from "./deadlines";
import { listeners } from "./listeners";
import { rights } from "./rights";
import { folder, isUnix, listens, loopback, network } from "./role";
import { alias, begin, failed, holds, moved, note, pattern } from "./transcript";

/** The listener of all scenes that need none of their own, at the listening side, and its address. */
export let ln: Listener | null = null;
export let address: string = "";

export function streams(): void {
  if (listens) {
    const made = listen(network, place("listener")).unwrap();
    address = made.addr().toString();
    ln = made;
    tell(address);
  } else {
    address = hear();
  }
  sizes();
  bothAtOnce();
  sides(!listens);
  sides(listens);
  listeners();
}

/** sides is all that is done by one side to the other. */
function sides(active: bool): void {
  halfClose(active);
  closeRead(active);
  unread(active);
  if (!isUnix()) {
    resetBeforeRead(active);
    resetBeforeWrite(active);
    resetDuringRead(active);
  } else {
    rights(active);
  }
  readDeadline(active);
  pastDeadline(active);
  writeDeadline(active);
  closeDuringRead(active);
  ownClose(active);
}

/** place is an address to listen on: a free port, or a name in the folder. */
export function place(name: string): string {
  return isUnix() ? folder + "/" + name : joinHostPort(loopback(), "0");
}

/** boundaries tells whether each write is a packet. */
export function boundaries(): bool {
  return network == "unixpacket";
}

/** connect makes a connection between both sides. */
export function connect(): Conn {
  return connectAt(ln, address);
}

export function connectAt(ln: Listener | null, address: string): Conn {
  const conn = ln !== null ? ln.accept().unwrap() : dial(network, address).unwrap();
  conn.setDeadline(soon());
  meetEnds(conn);
  return conn;
}

/** meetEnds names the addresses of a connection: L is the listener's, D the dialer's. Both sides must see the same two. */
function meetEnds(conn: Conn): void {
  const local = conn.localAddr()!;
  const remote = conn.remoteAddr()!;
  const here = local.toString();
  const there = remote.toString();
  const other = swap(here);
  alias(listens ? here : there, "L");
  alias(listens ? there : here, "D");
  note("ends", local.network() + " " + here + " " + remote.network() + " " + there);
  holds("the peer's address", other == there);
}

export function shutRead(conn: Conn): NetError | null {
  if (conn instanceof TCPConn) return changetype<TCPConn>(conn).closeRead();
  return (<UnixConn>conn).closeRead();
}

export function shutWrite(conn: Conn): NetError | null {
  if (conn instanceof TCPConn) return changetype<TCPConn>(conn).closeWrite();
  return (<UnixConn>conn).closeWrite();
}

function sizes(): void {
  begin("sizes");
  const conn = connect();
  const table = [0, 1, 2, 3, 1023, 1024, 4095, 4097, 65535, 65536, 65537, (1 << 20) + 1];
  for (let i = 0; i < table.length; i++) {
    transfer(conn, table[i], !listens);
    transfer(conn, table[i], listens);
  }
  meet();
  failed("close", conn.close());
}

/** transfer moves some bytes to the other side. Of a packet that could not be sent nothing is to be read. */
function transfer(conn: Conn, n: i32, sends: bool): void {
  const step = n.toString();
  if (sends) {
    const sent = putBytes("write " + step, conn, pattern(n));
    if (boundaries()) tell(sent ? "true" : "false");
    return;
  }
  if (boundaries() && hear() == "false") return;
  take("read " + step, conn, n);
}

/** take reads a packet, or, of a stream, so many bytes. */
export function take(step: string, conn: Conn, n: i32): void {
  if (boundaries()) {
    once(step, conn, n + 16);
    return;
  }
  const buffer = new Uint8Array(n);
  const got = readFull(conn, buffer);
  moved(step, buffer, got.n, got.err);
}

/** works shows that a connection carries bytes, both ways. */
export function works(conn: Conn): void {
  conn.setDeadline(soon());
  if (listens) {
    put("write", conn, "hello");
    take("read", conn, 7);
  } else {
    take("read", conn, 5);
    put("write", conn, "goodbye");
  }
}

const PIECE: i32 = 10_000;
const PIECES: i32 = 64;

class Writing {
  readonly end: WaitGroup = new WaitGroup();
  err: NetError | null = null;

  constructor(readonly conn: Conn) {}
}

function bothAtOnce(): void {
  begin("both at once");
  const conn = connect();
  const writing = new Writing(conn);
  writing.end.add(1);
  go<Writing>((it: Writing): void => {
    const data = pattern(PIECE);
    for (let i = 0; i < PIECES && it.err === null; i++) it.err = it.conn.write(data).err;
    it.end.done();
  }, writing);
  const whole = new Uint8Array(PIECE * PIECES + 1);
  let size = 0;
  let err: NetError | null = null;
  while (size < PIECE * PIECES && err === null) {
    const got = conn.read(whole.subarray(size));
    size += got.n;
    err = got.err;
  }
  moved("read", whole, size, err);
  writing.end.wait();
  failed("write", writing.err);
  meet();
  failed("close", conn.close());
}
