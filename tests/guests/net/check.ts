// What checks are made of. Each check writes lines; the program tests/interop writes the same ones with Go's own net.
import {
  Addr,
  Conn,
  eof,
  errClosed,
  errDeadlineExceeded,
  Listener,
  NetError,
  PacketConn,
  TCPConn,
  TCPListener,
} from "wasi-net/assembly";
import { dial, listen } from "wasi-net/assembly";
import { readFull, writeString } from "wasi-net/assembly/io";
import { print } from "wasi-net/assembly/os";
import {
  canceled,
  Chan,
  deadlineExceeded,
  go,
  gosched,
  sleep,
  WaitGroup,
} from "wasi-net/assembly/task";
import { Duration, millisecond } from "wasi-net/assembly/time";

/** T is one check under way. */
export class T {
  private lines: string[] = [];
  private readonly addresses: string[] = [];
  private readonly aliases: string[] = [];

  constructor(
    readonly name: string,
    readonly fn: (t: T) => void,
  ) {}

  log(line: string): void {
    this.lines.push(line);
  }

  /** ok notes whether something holds. */
  ok(what: string, holds: bool): void {
    this.log(what + ": " + (holds ? "yes" : "no"));
  }

  /** failed notes an error, with the addresses of conn, if there is one, as A and B. */
  failed(what: string, err: NetError | null, conn: Conn | null = null): void {
    this.log(what + ": " + describe(err, conn));
  }

  /** op notes what a read or write did. */
  op(what: string, n: i32, err: NetError | null, conn: Conn | null): void {
    this.log(what + ": " + n.toString() + " " + describe(err, conn));
  }

  /** listener notes an error with the listener's address as A. */
  listener(what: string, err: NetError | null, ln: Listener): void {
    this.named(what, err, ln.addr().toString());
  }

  /** named notes an error with an address as A. */
  named(what: string, err: NetError | null, address: string): void {
    this.log(what + ": " + describe(err, null).split(address).join("A"));
  }

  /** call gives an address, which is another one in each run, a name in all lines of the check. */
  call(address: Addr | null, name: string): void {
    this.callText(address!.toString(), name);
  }

  callText(address: string, name: string): void {
    this.addresses.push(address);
    this.aliases.push(name);
  }

  /**
   * callBoth gives a connection's addresses names where one leads to the other. By itself each may be
   * another connection's too: the kernel gives a port to several that lead to different places.
   */
  callBoth(conn: Conn, here: string, there: string): void {
    const text = conn.localAddr()!.toString() + "->" + conn.remoteAddr()!.toString();
    this.callText(text, here + "->" + there);
  }

  /** received reads a packet and notes it. */
  received(what: string, conn: PacketConn, size: i32 = 100): void {
    const buffer = new Uint8Array(size);
    const got = conn.readFrom(buffer);
    this.packet(what, textOf(buffer, got.n), got.addr, got.err);
  }

  /** packet notes a packet, where it is from, and the error. */
  packet(what: string, text: string, from: Addr | null, err: NetError | null): void {
    const sender = from !== null ? from.toString() : "nobody";
    this.log(what + ": " + text + " from " + sender + ", " + describe(err, null));
  }

  /** forget gives the addresses called so far their names, and calls them so no more: their ports can be others' soon. */
  forget(): void {
    let text = this.lines.join("\t");
    for (let i = 0; i < this.addresses.length; i++) {
      text = text.split(this.addresses[i]).join(this.aliases[i]);
    }
    this.lines = text.length > 0 ? [text] : [];
    this.addresses.length = 0;
    this.aliases.length = 0;
  }

  report(): void {
    this.forget();
    let text = this.lines.join("\t");
    if (folder.length > 0) text = text.split(folder).join("DIR");
    print(this.name + "\t" + text);
  }
}

/** PAST is a deadline that has been. */
export const PAST = 1;
export const NONE = new Uint8Array(0);

/** bytes are a text's. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}

/** An address of this machine that nobody listens on, and that no system gives to who asks for a free port. */
export const DEAD = "127.0.0.1:1";

/** textOf is what was read. */
export function textOf(buffer: Uint8Array, n: i32): string {
  return String.UTF8.decodeUnsafe(buffer.dataStart, n);
}

/** describe is an error's text and, in brackets, what it counts as. */
function describe(err: NetError | null, conn: Conn | null): string {
  if (err === null) return "nil";
  if (err === eof) return "EOF";
  let text = err.error();
  if (conn !== null) {
    text = replace(replace(text, conn.localAddr(), "A"), conn.remoteAddr(), "B");
  }
  let marks = "";
  if (err.timeout()) marks += " timeout";
  if (err.temporary()) marks += " temporary";
  if (err.is(errClosed)) marks += " closed";
  if (err.is(errDeadlineExceeded)) marks += " deadline";
  if (err.is(deadlineExceeded)) marks += " context";
  if (err.is(canceled)) marks += " canceled";
  return marks.length > 0 ? text + " [" + marks.substring(1) + "]" : text;
}

function replace(text: string, addr: Addr | null, by: string): string {
  return addr !== null ? text.split(addr.toString()).join(by) : text;
}

/** An empty folder of this run alone, where the caller has one for it. */
let folder: string = "";

export function setFolder(path: string): void {
  folder = path;
}

/** inFolder is the path of a file that does not exist yet. Each check has names of its own. */
export function inFolder(name: string): string {
  return folder + "/" + name;
}

const checks: T[] = [];

/** check adds a check to the program. */
export function check(name: string, fn: (t: T) => void): void {
  checks.push(new T(name, fn));
}

const running = new WaitGroup();

/** runAll runs all checks whose name begins so, at once, and waits for their end. */
export function runAll(prefix: string): void {
  // What reaches a port must not meet the listener of another check there.
  runSome(prefix, false);
  runSome(prefix, true);
  print("end");
}

function runSome(prefix: string, reaching: bool): void {
  for (let i = 0; i < checks.length; i++) {
    const name = checks[i].name;
    if (!name.startsWith(prefix) || name.startsWith("ip6: who reaches") != reaching) continue;
    running.add(1);
    go<T>(runOne, checks[i]);
  }
  running.wait();
}

function runOne(t: T): void {
  t.fn(t);
  t.report();
  running.done();
}

/** settle lets every goroutine run until it waits. */
export function settle(): void {
  for (let i = 0; i < 3; i++) gosched();
}

/** spin lets others run until the condition of a poll holds; the harness has the time limit. */
export function pause(d: Duration = millisecond): void {
  sleep(d);
}

export function local(): TCPListener {
  return <TCPListener>listen("tcp", "127.0.0.1:0").unwrap();
}

/** Pair is a connection, both of its ends. */
export class Pair {
  readonly client: TCPConn;
  readonly server: TCPConn;

  constructor() {
    const ln = local();
    const client = <TCPConn>dial("tcp", ln.addr().toString()).unwrap();
    this.client = client;
    let server = ln.acceptTCP().unwrap();
    // A dial to a port that was another's before may have come first.
    while (server.remoteAddr()!.toString() != client.localAddr()!.toString()) {
      server.close();
      server = ln.acceptTCP().unwrap();
    }
    this.server = server;
    ln.close();
  }

  close(): void {
    this.client.close();
    this.server.close();
  }
}

/** Op is a call that a goroutine of its own makes. */
export class Op {
  n: i32 = 0;
  err: NetError | null = null;
  accepted: Conn | null = null;
  done: bool = false;
  private readonly end: Chan<bool> = new Chan<bool>();

  constructor(
    readonly conn: Conn | null,
    readonly ln: Listener | null,
    readonly buffer: Uint8Array,
  ) {}

  finish(n: i32, err: NetError | null): void {
    this.n = n;
    this.err = err;
    this.done = true;
    this.end.close();
  }

  wait(): Op {
    this.end.receiveOk();
    return this;
  }

  /** text is what was read. */
  get text(): string {
    return textOf(this.buffer, this.n);
  }
}

/** PacketOp is a read of a packet that a goroutine of its own makes. */
export class PacketOp {
  readonly buffer: Uint8Array;
  n: i32 = 0;
  from: Addr | null = null;
  err: NetError | null = null;
  done: bool = false;
  readonly end: Chan<bool> = new Chan<bool>();

  constructor(
    readonly conn: PacketConn,
    size: i32,
  ) {
    this.buffer = new Uint8Array(size);
  }

  wait(): PacketOp {
    this.end.receiveOk();
    return this;
  }

  get text(): string {
    return textOf(this.buffer, this.n);
  }
}

/** Each of these starts a call and lets it run until it waits. */
export function startRead(conn: Conn, size: i32): Op {
  return begin(readOnce, new Op(conn, null, new Uint8Array(size)));
}

export function startWrite(conn: Conn, data: Uint8Array): Op {
  return begin(writeOnce, new Op(conn, null, data));
}

export function startAccept(ln: Listener): Op {
  return begin(acceptOnce, new Op(null, ln, new Uint8Array(0)));
}

export function startReceive(conn: PacketConn, size: i32): PacketOp {
  const op = new PacketOp(conn, size);
  go<PacketOp>(receiveOnce, op);
  settle();
  return op;
}

export function startDrain(conn: Conn): Op {
  return begin(drain, new Op(conn, null, new Uint8Array(65536)));
}

function begin(fn: (op: Op) => void, op: Op): Op {
  go<Op>(fn, op);
  settle();
  return op;
}

function readOnce(op: Op): void {
  const got = op.conn!.read(op.buffer);
  op.finish(got.n, got.err);
}

function receiveOnce(op: PacketOp): void {
  const got = op.conn.readFrom(op.buffer);
  op.n = got.n;
  op.from = got.addr;
  op.err = got.err;
  op.done = true;
  op.end.close();
}

function writeOnce(op: Op): void {
  const put = op.conn!.write(op.buffer);
  op.finish(put.n, put.err);
}

function acceptOnce(op: Op): void {
  const accepted = op.ln!.accept();
  if (accepted.err === null) op.accepted = accepted.value;
  op.finish(0, accepted.err);
}

/** drain reads to the end and counts. */
function drain(op: Op): void {
  let total = 0;
  while (true) {
    const got = op.conn!.read(op.buffer);
    total += got.n;
    if (got.err === null) continue;
    op.finish(total, got.err);
    return;
  }
}

/** read reads once and answers the text, followed by the error if there is one. */
export function read(conn: Conn, size: i32 = 100): string {
  const buffer = new Uint8Array(size);
  const got = conn.read(buffer);
  const text = textOf(buffer, got.n);
  return got.err === null ? text : text + "|" + describe(got.err, conn);
}

export function write(conn: Conn, text: string): void {
  writeString(conn, text);
}

/** exchange is one round trip; it tells whether it works. */
export function exchange(from: Conn, to: Conn): bool {
  const buffer = new Uint8Array(4);
  write(from, "ping");
  if (readFull(to, buffer).err !== null) return false;
  write(to, "pong");
  return readFull(from, buffer).err === null && buffer[1] == 0x6f;
}
