/**
 * Connections and listeners of sockets that somebody else has opened: socket activation.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { NetFD } from "./fd";
import { IPConn } from "./iprawsock";
import { Conn, Listener, NetConn, OpError } from "./net";
import { File, SyscallError } from "./os";
import { PacketConn } from "./packet";
import { E, Errno } from "./sys/errno";
import * as sys from "./sys/socket";
import { KeepAliveConfig, newTCPConn, TCPListener } from "./tcpsock";
import { UDPConn } from "./udpsock";
import { UnixConn, UnixListener } from "./unixsock";
import { unixNetwork } from "./sockaddr";

/**
 * fileConn is the connection of an open socket, which the file keeps as well: closing one does not close the other. A host that
 * cannot copy sockets gives the file's own to the connection instead.
 */
export function fileConn(f: File): Result<Conn> {
  const made = newFileFD(f);
  if (made.err !== null) return Result.fail<Conn>(fileError(f, made.err!));
  const conn = connOf(made.value);
  if (conn !== null) return Result.ok<Conn>(conn);
  return Result.fail<Conn>(fileError(f, wrongKind(made.value)));
}

/** fileListener is the listener of an open socket, as `fileConn` is its connection. Closing it does not remove a Unix path. */
export function fileListener(f: File): Result<Listener> {
  const made = newFileFD(f);
  if (made.err !== null) return Result.fail<Listener>(fileError(f, made.err!));
  const fd = made.value;
  const unix = fd.family == sys.Family.unix;
  if (!unix && fd.sotype == sys.SockType.stream) {
    return Result.ok<Listener>(new TCPListener(fd, KeepAliveConfig.standard()));
  }
  if (unix && fd.sotype != sys.SockType.datagram) {
    return Result.ok<Listener>(new UnixListener(fd, false));
  }
  return Result.fail<Listener>(fileError(f, wrongKind(fd)));
}

/** filePacketConn is the packet connection of an open socket, as `fileConn` is its connection. */
export function filePacketConn(f: File): Result<PacketConn> {
  const made = newFileFD(f);
  if (made.err !== null) return Result.fail<PacketConn>(fileError(f, made.err!));
  const fd = made.value;
  if (fd.family == sys.Family.unix) return Result.ok<PacketConn>(new UnixConn(fd));
  if (fd.sotype == sys.SockType.datagram) return Result.ok<PacketConn>(new UDPConn(fd));
  if (fd.sotype == sys.SockType.raw) return Result.ok<PacketConn>(new IPConn(fd));
  return Result.fail<PacketConn>(fileError(f, wrongKind(fd)));
}

function connOf(fd: NetFD): NetConn | null {
  if (fd.family == sys.Family.unix) return new UnixConn(fd);
  if (fd.sotype == sys.SockType.stream) return newTCPConn(fd, KeepAliveConfig.standard());
  if (fd.sotype == sys.SockType.datagram) return new UDPConn(fd);
  return fd.sotype == sys.SockType.raw ? new IPConn(fd) : null;
}

/** newFileFD finds out what socket it is. */
function newFileFD(f: File): Result<NetFD> {
  const number = take(f);
  if (number == -E.NOTSOCK) return failed("getsockopt", E.NOTSOCK);
  if (number < 0) return failed("fcntl", -number);
  const sotype = sys.option(number, sys.Level.socket, sys.Option.type);
  if (sotype < 0) return closing(number, "getsockopt", -sotype);
  const local = sys.localAddress(number);
  if (local === null) return closing(number, "getsockname", E.PROTONOSUPPORT);
  const blocking = sys.setNonblock(number);
  if (blocking < 0) return closing(number, "setnonblock", -blocking);
  const fd = new NetFD(number, local.family, sotype, networkOf(local.family, sotype));
  fd.local = local;
  fd.remote = sys.peerAddress(number);
  return Result.ok<NetFD>(fd);
}

function take(f: File): i32 {
  const copy = sys.duplicate(f.sysfd);
  return copy < 0 && isUnknown(-copy) ? f.release() : copy;
}

/** isUnknown tells whether an error says that the host cannot copy this socket, or none. */
function isUnknown(number: i32): bool {
  if (number == E.INVAL || number == E.NOPROTOOPT) return true;
  return number == E.NOTSUP || number == E.NOSYS;
}

function networkOf(family: i32, sotype: i32): string {
  if (family == sys.Family.unix) return unixNetwork(sotype);
  if (sotype == sys.SockType.raw) return "ip";
  return sotype == sys.SockType.datagram ? "udp" : "tcp";
}

function wrongKind(fd: NetFD): NetError {
  fd.close();
  return new Errno(E.INVAL);
}

function closing(fd: i32, call: string, number: i32): Result<NetFD> {
  sys.close(fd);
  return failed(call, number);
}

function failed(call: string, number: i32): Result<NetFD> {
  return Result.fail<NetFD>(<NetError>new SyscallError(call, new Errno(number)));
}

function fileError(f: File, err: NetError): NetError {
  return new OpError("file", "file+net", null, new FileAddr(f.name()), err);
}

/** FileAddr is a file's name as errors name it. */
class FileAddr extends Addr {
  constructor(private readonly name: string) {
    super();
  }

  network(): string {
    return "file+net";
  }

  toString(): string {
    return this.name;
  }
}
