/**
 * Connections and listeners of sockets that somebody else has opened: socket activation.
 *
 * In a module for hosts with WASI's own calls and no more this is all the network there is, as in Go's port to WASI.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { NetFD } from "./fd";
import { IPConn } from "./iprawsock";
import { Conn, Listener, NetConn, OpError } from "./net";
import { File, SyscallError } from "./os";
import { PacketConn } from "./packet";
import { E, Errno } from "./sys/errno";
import { NAMELESS } from "./sys/level";
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
  if (conn !== null) return handOver<Conn>(f, made.value, conn);
  return wrongKind<Conn>(f, made.value, E.INVAL);
}

/** fileListener is the listener of an open socket, as `fileConn` is its connection. Closing it does not remove a Unix path. */
export function fileListener(f: File): Result<Listener> {
  const made = newFileFD(f);
  if (made.err !== null) return Result.fail<Listener>(fileError(f, made.err!));
  const fd = made.value;
  const unix = fd.family == sys.Family.unix;
  if (!unix && fd.sotype == sys.SockType.stream) {
    return handOver<Listener>(f, fd, new TCPListener(fd, KeepAliveConfig.standard()));
  }
  if (unix && fd.sotype != sys.SockType.datagram) {
    return handOver<Listener>(f, fd, new UnixListener(fd, false));
  }
  return wrongKind<Listener>(f, fd, NAMELESS ? E.NOTSUP : E.INVAL);
}

/**
 * filePacketConn is the packet connection of an open socket, as `fileConn` is its connection. Where the host tells no addresses
 * there is none: whom a packet is from is one.
 */
export function filePacketConn(f: File): Result<PacketConn> {
  const made = newFileFD(f);
  if (made.err !== null) return Result.fail<PacketConn>(fileError(f, made.err!));
  const fd = made.value;
  if (NAMELESS) return wrongKind<PacketConn>(f, fd, E.NOPROTOOPT);
  if (fd.family == sys.Family.unix) return handOver<PacketConn>(f, fd, new UnixConn(fd));
  if (fd.sotype == sys.SockType.datagram) return handOver<PacketConn>(f, fd, new UDPConn(fd));
  if (fd.sotype == sys.SockType.raw) return handOver<PacketConn>(f, fd, new IPConn(fd));
  return wrongKind<PacketConn>(f, fd, E.INVAL);
}

function connOf(fd: NetFD): NetConn | null {
  if (fd.family == sys.Family.unix) return new UnixConn(fd);
  if (fd.sotype == sys.SockType.stream) return newTCPConn(fd, KeepAliveConfig.standard());
  if (fd.sotype == sys.SockType.datagram) return new UDPConn(fd);
  return fd.sotype == sys.SockType.raw ? new IPConn(fd) : null;
}

/** newFileFD finds out what socket it is. The number of the new NetFD is the file's own where the host cannot copy it. */
function newFileFD(f: File): Result<NetFD> {
  const number = copyOf(f);
  if (number == -E.NOTSOCK) return failed("getsockopt", E.NOTSOCK);
  if (number < 0) return failed("fcntl", -number);
  let made = describe(number);
  if (made.err === null) {
    const blocking = sys.setNonblock(number);
    if (blocking < 0) made = failed("setnonblock", -blocking);
  }
  if (made.err !== null && number != f.sysfd) sys.close(number);
  return made;
}

function copyOf(f: File): i32 {
  const own = f.sysfd;
  if (own < 0) return -E.BADF;
  const copy = sys.duplicate(own);
  return copy < 0 && isUnknown(-copy) ? own : copy;
}

function describe(number: i32): Result<NetFD> {
  if (NAMELESS) return describeByFiletype(number);
  const sotype = sys.option(number, sys.Level.socket, sys.Option.type);
  if (sotype < 0) return failed("getsockopt", -sotype);
  const local = sys.localAddress(number);
  if (local === null) return failed("getsockname", E.PROTONOSUPPORT);
  const fd = new NetFD(number, local.family, sotype, networkOf(local.family, sotype));
  fd.local = local;
  fd.remote = sys.peerAddress(number);
  return Result.ok<NetFD>(fd);
}

/** describeByFiletype takes a stream for TCP's and packets for UDP's, as Go's port to WASI does. */
function describeByFiletype(number: i32): Result<NetFD> {
  const filetype = sys.filetype(number);
  const isStream = filetype == sys.Filetype.stream;
  if (!isStream && filetype != sys.Filetype.datagram) {
    const code = filetype < 0 ? -filetype : E.NOTSOCK;
    return Result.fail<NetFD>(<NetError>new Errno(code));
  }
  const family = sys.Family.unknown;
  const sotype = isStream ? sys.SockType.stream : sys.SockType.datagram;
  return Result.ok<NetFD>(new NetFD(number, family, sotype, networkOf(family, sotype)));
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

/** handOver leaves the socket to what was made of it, where there is no copy. */
function handOver<T>(f: File, fd: NetFD, made: T): Result<T> {
  if (fd.pfd.sysfd == f.sysfd) f.release();
  return Result.ok<T>(made);
}

function wrongKind<T>(f: File, fd: NetFD, number: i32): Result<T> {
  if (fd.pfd.sysfd != f.sysfd) fd.close();
  return Result.fail<T>(fileError(f, new Errno(number)));
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
