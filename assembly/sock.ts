/**
 * Making a socket, step by step: open, default options, the caller's own control function, bind, listen or connect.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { NetFD, wrapSyscallError } from "./fd";
import { InetAddr } from "./inetaddr";
import { favoriteAddrFamily } from "./ipsock_posix";
import { maxListenerBacklog } from "./sock_linux";
import { SyscallError } from "./os";
import { Hooks } from "./hooks";
import { sockAddr, unixSockAddr } from "./sockaddr";
import { setDefaultListenerSockopts, setDefaultSockopts } from "./sockopt";
import { Errno } from "./sys/errno";
import * as sys from "./sys/socket";
import { background, Context } from "./task/context";
import { UnixAddr } from "./unixaddr";

/** EndPoint is an address as a socket gets it: an InetAddr and a port, or a UnixAddr. */
export class EndPoint {
  constructor(
    readonly addr: Addr,
    readonly port: i32 = 0,
  ) {}

  /** isAny: both the address and the port are left to the system. */
  get isAny(): bool {
    const addr = this.addr;
    return this.port == 0 && addr instanceof InetAddr && changetype<InetAddr>(addr).ip.length == 0;
  }

  /** sockAddr is the address for a socket of this family. */
  sockAddr(family: i32): Result<sys.SockAddr> {
    if (family == sys.Family.unix) return unixSockAddr(changetype<UnixAddr>(this.addr));
    return sockAddr(family, changetype<InetAddr>(this.addr), this.port);
  }
}

/** inetSocket opens a socket of the family that fits both addresses; proto is 0 for the type's own protocol. */
export function inetSocket(
  network: string,
  laddr: EndPoint | null,
  raddr: EndPoint | null,
  sotype: i32,
  proto: i32,
): Result<NetFD> {
  const local = laddr !== null ? changetype<InetAddr>(laddr.addr) : null;
  const remote = raddr !== null ? changetype<InetAddr>(raddr.addr) : null;
  const listening = laddr !== null && raddr === null;
  const choice = favoriteAddrFamily(network, local, remote, listening);
  return openSocket(network, choice.family, sotype, proto, choice.ipv6only);
}

/** openSocket opens a socket and sets the options that all have. */
export function openSocket(
  network: string,
  family: i32,
  sotype: i32,
  proto: i32,
  ipv6only: bool,
): Result<NetFD> {
  const fd = sys.open(family, sotype | (proto << 8));
  if (fd < 0) return Result.fail<NetFD>(new SyscallError("socket", new Errno(-fd)));
  const err = setDefaultSockopts(fd, family, sotype, ipv6only);
  if (err !== null) {
    sys.close(fd);
    return Result.fail<NetFD>(err);
  }
  return Result.ok<NetFD>(new NetFD(fd, family, sotype, network));
}

/** listenStream lets a new socket listen. */
export function listenStream(
  made: Result<NetFD>,
  laddr: EndPoint,
  hooks: Hooks | null,
): Result<NetFD> {
  if (made.err !== null) return made;
  const fd = made.value;
  const sysfd = fd.pfd.sysfd;
  let err = setDefaultListenerSockopts(sysfd);
  if (err === null && hooks !== null) err = hooks.run(background(), fd, laddr.addr);
  if (err === null) err = bind(fd, laddr);
  // As in Go a listener of unixgram can be made, though it never accepts.
  if (err === null && fd.sotype != sys.SockType.datagram) {
    err = failure("listen", sys.listen(sysfd, maxListenerBacklog()));
  }
  if (err !== null) return discard(fd, err);
  fd.local = sys.localAddress(sysfd);
  return made;
}

/** listenDatagram binds a new socket, to take packets from everybody. */
export function listenDatagram(
  made: Result<NetFD>,
  laddr: EndPoint,
  hooks: Hooks | null,
): Result<NetFD> {
  if (made.err !== null) return made;
  const fd = made.value;
  let err: NetError | null = null;
  if (hooks !== null) err = hooks.run(background(), fd, laddr.addr);
  if (err === null) err = bind(fd, laddr);
  if (err !== null) return discard(fd, err);
  fd.local = sys.localAddress(fd.pfd.sysfd);
  return made;
}

/** dialSocket binds a new socket to laddr and connects it to raddr, where they are not null. */
export function dialSocket(
  context: Context,
  made: Result<NetFD>,
  laddr: EndPoint | null,
  raddr: EndPoint | null,
  hooks: Hooks | null,
): Result<NetFD> {
  if (made.err !== null) return made;
  const fd = made.value;
  let err: NetError | null = null;
  if (hooks !== null) {
    const place = raddr !== null ? raddr : laddr;
    err = hooks.run(context, fd, place !== null ? place.addr : null);
  }
  // What is bound to no address and no port would be bound by the connect just the same.
  if (err === null && laddr !== null && !(raddr !== null && laddr.isAny)) err = bind(fd, laddr);
  if (err === null && raddr !== null) err = connect(context, fd, raddr);
  if (err !== null) return discard(fd, err);
  fd.local = sys.localAddress(fd.pfd.sysfd);
  return made;
}

function connect(context: Context, fd: NetFD, raddr: EndPoint): NetError | null {
  const to = raddr.sockAddr(fd.family);
  if (to.err !== null) return wrapSyscallError("connect", to.err);
  const err = fd.connect(context, to.value);
  if (err !== null) return err;
  fd.connected = true;
  const peer = sys.peerAddress(fd.pfd.sysfd);
  fd.remote = peer !== null ? peer : to.value;
  if (peer === null) fd.peer = raddr.addr;
  return null;
}

function bind(fd: NetFD, laddr: EndPoint): NetError | null {
  const to = laddr.sockAddr(fd.family);
  if (to.err !== null) return wrapSyscallError("bind", to.err);
  return failure("bind", sys.bind(fd.pfd.sysfd, to.value));
}

/** discard gives a new socket back because of an error. */
export function discard(fd: NetFD, err: NetError): Result<NetFD> {
  fd.pfd.discard();
  return Result.fail<NetFD>(err);
}

/** failure is the error of a call of the host that answered code, or null. */
function failure(call: string, code: i32): NetError | null {
  return code == 0 ? null : new SyscallError(call, new Errno(-code));
}
