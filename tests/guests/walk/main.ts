// What tests/assembly/walker.test.ts has looked at: errors of real calls, counted, and an error of a wrong shape, which must end the guest.
import {
  Conn,
  dial,
  eof,
  errClosed,
  errDeadlineExceeded,
  Errno,
  IOResult,
  listen,
  NetError,
  OpError,
  Reader,
  SyscallError,
  TCPAddr,
  UnixAddr,
} from "wasi-net/assembly";
import { ErrorString } from "wasi-net/assembly/errors";
import { readFull } from "wasi-net/assembly/io";
import { args, print } from "wasi-net/assembly/os";
import { background, withCancel } from "wasi-net/assembly/task";
import { parseAddr } from "wasi-net/assembly/netip";
import { E } from "wasi-net/assembly/sys/errno";
import { misshapen } from "../shared/shape";
import { walked } from "../shared/walk";

export function main(): void {
  const given = args();
  if (given[1] == "counts") counts();
  if (given[1] == "shapes") shapes();
  if (given[1] == "wrong") wrong();
}

let before: i32 = 0;

/** counted tells of how many errors more are known since the last time. */
function counted(what: string): void {
  print(what + "\t" + (walked() - before).toString());
  before = walked();
}

function counts(): void {
  const ln = listen("tcp", "127.0.0.1:0").unwrap();
  const conn = dial("tcp", ln.addr().toString()).unwrap();
  const peer = ln.accept().unwrap();
  counted("nothing failed");
  conn.setReadDeadline(1);
  conn.read(new Uint8Array(1));
  counted("a method of a base class, through an interface");
  conn.close();
  conn.close();
  counted("an error by itself");
  peer.read(new Uint8Array(1));
  counted("the end");
  // The second is the read that the first one makes.
  readFull<Conn>(peer, new Uint8Array(1));
  counted("a function for all readers");
  ln.close();
  ln.accept();
  counted("a result");
  dial("tcp", "127.0.0.1");
  counted("a function");
  parseAddr("x");
  counted("netip");
  const context = withCancel(background());
  context.cancel();
  context.err();
  counted("a context");
}

/** Odd is an error that says of itself what it likes. */
class Odd extends NetError {
  constructor(
    readonly text: string,
    readonly over: bool,
    readonly passing: bool,
    readonly endless: bool,
  ) {
    super();
  }

  error(): string {
    return this.text;
  }

  timeout(): bool {
    return this.over;
  }

  temporary(): bool {
    return this.passing;
  }

  unwrap(): NetError | null {
    return this.endless ? this : null;
  }
}

function shape(call: string, what: string, err: NetError): void {
  print(call + ": " + what + "\t" + misshapen(call, err));
}

function shapes(): void {
  const here = new TCPAddr();
  const refused = new Errno(14);
  const connect = new SyscallError("connect", refused);
  const good = new OpError("dial", "tcp4", null, here, connect);
  shape("dial", "right", good);
  shape("Dialer.dialContext", "right", good);
  shape("NetConn.read", "of a dial", good);
  shape("dial", "twice", new OpError("dial", "tcp", null, here, good));
  shape("dial", "without a call", connect);
  shape("dial", "a number", new OpError("dial", "tcp", null, here, refused));
  shape("dial", "a call of others", new OpError("dial", "tcp", null, here, named("accept4")));
  shape("dial", "no number", new OpError("dial", "tcp", null, here, new SyscallError("bind", eof)));
  shape("dial", "a network", new OpError("dial", "tcp5", null, here, connect));
  shape("dial", "no network", new OpError("dial", "", null, here, connect));
  shape("dial", "an address", new OpError("dial", "tcp", null, new UnixAddr("a", "unix"), connect));
  shape("dial", "a text", new OpError("dial", "tcp", null, here, new ErrorString("a text")));
  shape("dial", "no text", new Odd("", false, false, false));
  shape("dial", "null", new Odd("tcp null: x", false, false, false));
  shape("dial", "a timeout", new Odd("x", true, false, false));
  shape("dial", "temporary", new Odd("x", false, true, false));
  shape("dial", "without an end", new Odd("x", false, false, true));
  shape("dial", "closed", new OpError("dial", "tcp", null, here, errClosed));
  shape("NetConn.read", "closed", new OpError("read", "tcp", here, here, errClosed));
  shape("NetConn.read", "late", new OpError("read", "tcp", here, here, errDeadlineExceeded));
  shape("NetConn.read", "the end", eof);
  shape("NetConn.read", "the end inside", new OpError("read", "tcp", here, here, eof));
  const end = new OpError("read", "unix", new UnixAddr("a", "unix"), null, eof);
  shape("UnixConn.readMsgUnix", "the end inside", end);
  shape("NetConn.write", "the end", eof);
  shape("NetConn.read", "closed alone", errClosed);
  shape("TCPListener.setDeadline", "closed alone", errClosed);
  shape("syscall.parseUnixRights", "a number", new Errno(E.INVAL));
  shape("NetConn.read", "a number", new Errno(E.INVAL));
  shape("TCPListener.accept", "a source", new OpError("accept", "tcp", here, here, errClosed));
  shape("TCPListener.accept", "nowhere", new OpError("accept", "tcp", null, null, errClosed));
  const reset = new OpError("read", "tcp", here, here, new SyscallError("read", new Errno(15)));
  shape("TCPConn.writeTo", "twice", new OpError("writeto", "tcp", here, here, reset));
  shape("TCPConn.writeTo", "of a read", reset);
}

function named(call: string): NetError {
  return new SyscallError(call, new Errno(E.INVAL));
}

class Strange implements Reader {
  read(_buffer: Uint8Array): IOResult {
    const result = new IOResult();
    result.err = named("connect");
    return result;
  }
}

function wrong(): void {
  readFull<Strange>(new Strange(), new Uint8Array(1));
  print("still here");
}
