/**
 * TCP: connections and listeners.
 */
import { Addr } from "./addr";
import { Buffers } from "./buffers";
import { NetError, Result } from "./errors";
import { NetFD, wrapSyscallError } from "./fd";
import { Hooks } from "./hooks";
import {
  BuffersWriter,
  Copied,
  copy,
  eof,
  IOResult,
  LimitedReader,
  Reader,
  ReaderFrom,
  transfer,
  Writer,
  WriterTo,
} from "./io";
import { Conn, errMissingAddress, Listener, NetConn, OpError } from "./net";
import { UnknownNetworkError } from "./neterror";
import { NetworkKind, networkKind } from "./network";
import { File, SyscallError } from "./os";
import { RawConn } from "./rawconn";
import { dialSocket, EndPoint, inetSocket, listenStream } from "./sock";
import { E, Errno } from "./sys/errno";
import * as sys from "./sys/socket";
import { background, Context } from "./task/context";
import { gosched } from "./task/scheduler";
import { TCPAddr } from "./tcpaddr";
import { KeepAliveConfig, setKeepAlive, setKeepAliveConfig, setNoDelay } from "./tcpsockopt";
import { Duration, Time } from "./time";

export { TCPAddr } from "./tcpaddr";
export { KeepAliveConfig } from "./tcpsockopt";

/** TCPConn is a TCP connection. */
export class TCPConn extends NetConn implements ReaderFrom, WriterTo {
  constructor(fd: NetFD) {
    super(fd);
  }

  /** readFrom writes what it reads from r, until the end. */
  readFrom(r: Reader): Copied {
    const limited = r instanceof LimitedReader;
    const source = limited ? changetype<LimitedReader>(r).r : r;
    if (!(source instanceof WithoutWriteTo || this.isStream(source))) {
      return this.named("readfrom", copy<Writer, Reader>(new WithoutReadFrom(this), r));
    }
    const limit: i64 = limited ? changetype<LimitedReader>(r).n : 0;
    const copied = splice(this, r);
    // What was read and not written counts as if it had not been read.
    if (limited) changetype<LimitedReader>(r).n = limit - copied.n;
    return this.named("readfrom", copied);
  }

  /** writeTo reads until the end, and writes that to w. */
  writeTo(w: Writer): Copied {
    // Another connection of TCP reads by itself, and says so.
    if (!(w instanceof TCPConn) && this.isStream(w)) return this.named("writeto", splice(w, this));
    return this.named("writeto", copy<Writer, Reader>(w, new WithoutWriteTo(this)));
  }

  /** isStream tells whether the other end of a copy is a stream's socket too: then Go lets the kernel move the bytes, by splice. */
  private isStream<E>(end: E): bool {
    return end instanceof NetConn && changetype<NetConn>(end).fd.sotype == sys.SockType.stream;
  }

  private named(op: string, copied: Copied): Copied {
    if (copied.err === eof) return copied;
    const err = this.fd.opError(op, copied.err);
    return err !== null ? new Copied(copied.n, err) : copied;
  }

  /** closeRead ends the reading side. */
  closeRead(): NetError | null {
    return this.fd.shutdown(sys.How.read);
  }

  /** closeWrite ends the writing side: the peer reads the end, and can still write. */
  closeWrite(): NetError | null {
    return this.fd.shutdown(sys.How.write);
  }

  /** multipathTCP tells whether the connection is one of Multipath TCP on both sides; false also where the host cannot tell. */
  multipathTCP(): Result<bool> {
    return Result.ok<bool>(this.fd.pfd.hasOption(sys.Level.mptcp, sys.Option.mptcpInfo));
  }

  /** setNoDelay tells whether small writes are sent at once. They are, unless this is called with false. */
  setNoDelay(noDelay: bool): NetError | null {
    return this.fd.opError("set", setNoDelay(this.fd.pfd, noDelay));
  }

  /** setKeepAlive tells whether the system looks now and then if an idle peer is still there. */
  setKeepAlive(keepalive: bool): NetError | null {
    return this.fd.opError("set", setKeepAlive(this.fd.pfd, keepalive));
  }

  /** setKeepAlivePeriod sets how long a connection is idle before it is looked at; 0 for 15 s, below 0 for the system's choice. */
  setKeepAlivePeriod(d: Duration): NetError | null {
    const config = new KeepAliveConfig(true, d, -1, -1);
    return this.fd.opError("set", setKeepAliveConfig(this.fd.pfd, config, false));
  }

  /** setKeepAliveConfig sets how an idle connection is looked at. */
  setKeepAliveConfig(config: KeepAliveConfig): NetError | null {
    return this.fd.opError("set", setKeepAliveConfig(this.fd.pfd, config, true));
  }

  /**
   * setLinger sets what close does with data that is not yet sent. Below 0, as it is at first: it is sent in the background. 0: it is
   * thrown away and the connection reset. Above: the system may throw it away after so many seconds.
   */
  setLinger(sec: i32): NetError | null {
    const err = this.fd.pfd.setLinger(sec >= 0, max(sec, 0));
    return this.fd.opError("set", wrapSyscallError("setsockopt", err));
  }
}

/** WithoutReadFrom is a connection that a copy writes to, where it was the connection's readFrom that wanted the copy. */
class WithoutReadFrom implements Writer, BuffersWriter {
  constructor(private readonly conn: TCPConn) {}

  write(data: Uint8Array, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    return this.conn.write(data, start, end);
  }

  writeBuffers(buffers: Buffers): Copied {
    return this.conn.writeBuffers(buffers);
  }
}

/** WithoutWriteTo is a connection that a copy reads from, where it was the connection's writeTo that wanted the copy. */
class WithoutWriteTo implements Reader {
  constructor(private readonly conn: TCPConn) {}

  read(buffer: Uint8Array): IOResult {
    return this.conn.read(buffer);
  }
}

/** splice copies between the sockets of two streams. Its errors are of neither side, and have its own name. */
function splice(to: Writer, from: Reader): Copied {
  const copied = transfer<Writer, Reader>(to, from, new Uint8Array(PIECE));
  const err = copied.err;
  if (!(err instanceof OpError)) return copied;
  const inner = changetype<OpError>(err).err;
  if (!(inner instanceof SyscallError)) return new Copied(copied.n, inner);
  return new Copied(copied.n, new SyscallError("splice", changetype<SyscallError>(inner).err));
}

/** Bytes that a splice moves at once. */
const PIECE: i32 = 32 * 1024;

/** TCPListener is a listener for TCP connections. */
export class TCPListener implements Listener {
  /** How accepted connections come by their options: not known yet, from the listening socket, or one by one. */
  private inheritance: i32 = Inheritance.unknown;

  constructor(
    private readonly fd: NetFD,
    private readonly keepAlive: KeepAliveConfig,
  ) {
    applyDefaults(fd, keepAlive);
  }

  /** accept waits for the next connection. */
  accept(): Result<Conn> {
    const fd = this.next();
    return fd !== null ? Result.ok<Conn>(new TCPConn(fd)) : Result.fail<Conn>(this.acceptError());
  }

  /** acceptTCP waits for the next connection. */
  acceptTCP(): Result<TCPConn> {
    const fd = this.next();
    return fd !== null
      ? Result.ok<TCPConn>(new TCPConn(fd))
      : Result.fail<TCPConn>(this.acceptError());
  }

  close(): NetError | null {
    const err = this.fd.close();
    return err === null ? null : this.opError("close", err);
  }

  addr(): Addr {
    return this.fd.localAddr()!;
  }

  /** setDeadline sets the time after which accepts fail with a timeout; 0 for never. */
  setDeadline(t: Time): NetError | null {
    // Go gives this error, of all, without the call and the address.
    const err = this.fd.setDeadlines(t, true, true);
    return err !== null ? err.unwrap() : null;
  }

  /** file is a copy of the listening socket, as something to hand on. Closing one does not close the other. */
  file(): Result<File> {
    const file = this.fd.file();
    const err = file.err;
    return err !== null ? Result.fail<File>(this.opError("file", err)) : file;
  }

  /** syscallConn lends the host's number of the socket. */
  syscallConn(): Result<RawConn> {
    return Result.ok<RawConn>(new RawConn(this.fd, true));
  }

  private next(): NetFD | null {
    const fd = this.fd.accept();
    if (fd === null) return null;
    // Linux gives a connection the options of its listener, which saves five calls for each; if the first one has them, all do.
    if (this.inheritance == Inheritance.unknown) {
      const inherits = sys.option(fd.pfd.sysfd, sys.Level.tcp, sys.Option.tcpNoDelay) == 1;
      this.inheritance = inherits ? Inheritance.inherits : Inheritance.oneByOne;
    }
    if (this.inheritance == Inheritance.oneByOne) applyDefaults(fd, this.keepAlive);
    return fd;
  }

  private acceptError(): NetError {
    const err = this.opError("accept", this.fd.failure);
    // A loop that goes on after an error must not keep those from running who could do something about it.
    gosched();
    return err;
  }

  private opError(op: string, err: NetError): NetError {
    return new OpError(op, this.fd.net, null, this.fd.localAddr(), err);
  }
}

namespace Inheritance {
  export const unknown = 0;
  export const inherits = 1;
  export const oneByOne = 2;
}

/** listenTCP listens on an address; null, or one without an IP, for all of the machine's, and port 0 for a free one. */
export function listenTCP(network: string, laddr: TCPAddr | null): Result<TCPListener> {
  if (networkKind(network) != NetworkKind.TCP) {
    const err = new OpError("listen", network, null, laddr, new UnknownNetworkError(network));
    return Result.fail<TCPListener>(err);
  }
  return listenTCPWith(
    network,
    laddr !== null ? laddr : new TCPAddr(),
    KeepAliveConfig.standard(),
    null,
    0,
  );
}

/** listenTCPWith is `listenTCP` with a choice of keep-alive for the accepted connections, control functions, and a protocol, or 0. */
export function listenTCPWith(
  network: string,
  laddr: TCPAddr,
  keepAlive: KeepAliveConfig,
  hooks: Hooks | null,
  proto: i32,
): Result<TCPListener> {
  const at = new EndPoint(laddr, laddr.port);
  const made = listenStream(inetSocket(network, at, null, sys.SockType.stream, proto), at, hooks);
  const err = made.err;
  if (err !== null) {
    return Result.fail<TCPListener>(new OpError("listen", network, null, laddr, err));
  }
  return Result.ok<TCPListener>(new TCPListener(made.value, keepAlive));
}

/** dialTCP connects to raddr, from laddr if that is not null. */
export function dialTCP(
  network: string,
  laddr: TCPAddr | null,
  raddr: TCPAddr | null,
): Result<TCPConn> {
  if (networkKind(network) != NetworkKind.TCP) {
    return dialFailed(network, laddr, raddr, new UnknownNetworkError(network));
  }
  if (raddr === null) {
    return dialFailed(network, laddr, null, errMissingAddress);
  }
  return dialTCPWith(background(), network, laddr, raddr, KeepAliveConfig.standard(), null, 0);
}

/** dialTCPWith is `dialTCP` under a context, with a choice of keep-alive, control functions, and a protocol, or 0. */
export function dialTCPWith(
  context: Context,
  network: string,
  laddr: TCPAddr | null,
  raddr: TCPAddr,
  keepAlive: KeepAliveConfig,
  hooks: Hooks | null,
  proto: i32,
): Result<TCPConn> {
  const from = laddr !== null ? new EndPoint(laddr, laddr.port) : null;
  const to = new EndPoint(raddr, raddr.port);
  let made = connectTCP(context, network, from, to, hooks, proto);
  if (laddr === null || laddr.port == 0) {
    for (let again = 0; again < RETRIES && isSpurious(made); again++) {
      if (made.err === null) made.value.close();
      made = connectTCP(context, network, from, to, hooks, proto);
    }
  }
  const err = made.err;
  if (err !== null) return dialFailed(network, laddr, raddr, err);
  return Result.ok<TCPConn>(newTCPConn(made.value, keepAlive));
}

function connectTCP(
  context: Context,
  network: string,
  from: EndPoint | null,
  to: EndPoint,
  hooks: Hooks | null,
  proto: i32,
): Result<NetFD> {
  const opened = inetSocket(network, from, to, sys.SockType.stream, proto);
  return dialSocket(context, opened, from, to, hooks);
}

/** newTCPConn is the connection of a socket, with the options that all TCP connections have. */
export function newTCPConn(fd: NetFD, keepAlive: KeepAliveConfig): TCPConn {
  applyDefaults(fd, keepAlive);
  return new TCPConn(fd);
}

/** How often a spurious outcome is not believed. */
const RETRIES: i32 = 2;

/** A kernel that chooses the local port may choose the very port that is dialled, and connect the socket with itself; or one in use. */
function isSpurious(made: Result<NetFD>): bool {
  const err = made.err;
  if (err !== null) return err.is(new Errno(E.ADDRNOTAVAIL));
  const local = made.value.local;
  const remote = made.value.remote;
  return local === null || remote === null || local.same(remote);
}

/** applyDefaults sets what every TCP connection has; a host without these options is no reason to fail. */
function applyDefaults(fd: NetFD, keepAlive: KeepAliveConfig): void {
  setNoDelay(fd.pfd, true);
  if (keepAlive.enable) setKeepAliveConfig(fd.pfd, keepAlive, true);
}

function dialFailed(
  network: string,
  laddr: Addr | null,
  raddr: Addr | null,
  err: NetError,
): Result<TCPConn> {
  return Result.fail<TCPConn>(new OpError("dial", network, laddr, raddr, err));
}
