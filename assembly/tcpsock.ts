/**
 * TCP: connections and listeners.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { NetFD, wrapSyscallError } from "./fd";
import { Hooks } from "./hooks";
import { Copied, copy, Reader, Writer } from "./io";
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
export class TCPConn extends NetConn {
  constructor(fd: NetFD) {
    super(fd);
  }

  /** readFrom writes what it reads from r, until the end. */
  readFrom(r: Reader): Copied {
    const copied = copy<NetConn, Reader>(this, r);
    const err = copied.err;
    if (err === null || !this.isStream(r)) return this.named("readfrom", copied);
    return this.named("readfrom", new Copied(copied.n, spliced(err)));
  }

  /** writeTo reads until the end, and writes that to w. */
  writeTo(w: Writer): Copied {
    // Another connection of TCP reads by itself, and says so.
    if (w instanceof TCPConn) return this.named("writeto", (<TCPConn>w).readFrom(this));
    const copied = copy<Writer, NetConn>(w, this);
    const err = copied.err;
    if (err === null || !this.isStream(w)) return this.named("writeto", copied);
    return this.named("writeto", new Copied(copied.n, spliced(err)));
  }

  /** isStream tells whether the other end of a copy is a stream's socket too: then Go lets the kernel move the bytes, by splice. */
  private isStream<E>(end: E): bool {
    return end instanceof NetConn && changetype<NetConn>(end).fd.sotype == sys.SockType.stream;
  }

  private named(op: string, copied: Copied): Copied {
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

/** spliced is the error of a read or write as splice has it: of neither side, and by its own name. */
function spliced(err: NetError): NetError {
  if (!(err instanceof OpError)) return err;
  const inner = changetype<OpError>(err).err;
  if (!(inner instanceof SyscallError)) return inner;
  return new SyscallError("splice", changetype<SyscallError>(inner).err);
}

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
