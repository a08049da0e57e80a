/**
 * Making a socket, step by step: open, default options, bind, listen or connect.
 */
import { NetError, Result } from "./errors";
import { NetFD } from "./fd";
import { InetAddr } from "./inetaddr";
import { favoriteAddrFamily } from "./ipsock_posix";
import { maxListenerBacklog } from "./sock_linux";
import { SyscallError } from "./os";
import { sockAddr } from "./sockaddr";
import { setDefaultListenerSockopts, setDefaultSockopts } from "./sockopt";
import { Errno } from "./sys/errno";
import * as sys from "./sys/socket";
import { Context } from "./task/context";

/** EndPoint is an address and a port; a null one leaves the choice to the host. */
export class EndPoint {
  constructor(
    readonly addr: InetAddr,
    readonly port: i32,
  ) {}
}

/** listenSocket makes a socket that listens. */
export function listenSocket(network: string, laddr: EndPoint, sotype: i32): Result<NetFD> {
  const made = newSocket(network, laddr, null, sotype, true);
  if (made.err !== null) return made;
  const fd = made.value;
  const err = listenStream(fd, laddr);
  if (err === null) return made;
  fd.pfd.discard();
  return Result.fail<NetFD>(err);
}

/** dialSocket makes a socket that is connected to raddr. */
export function dialSocket(
  context: Context,
  network: string,
  laddr: EndPoint | null,
  raddr: EndPoint,
  sotype: i32,
): Result<NetFD> {
  const made = newSocket(network, laddr, raddr, sotype, false);
  if (made.err !== null) return made;
  const fd = made.value;
  const err = connectStream(context, fd, laddr, raddr);
  if (err === null) return made;
  fd.pfd.discard();
  return Result.fail<NetFD>(err);
}

function newSocket(
  network: string,
  laddr: EndPoint | null,
  raddr: EndPoint | null,
  sotype: i32,
  listening: bool,
): Result<NetFD> {
  const local = laddr !== null ? laddr.addr : null;
  const remote = raddr !== null ? raddr.addr : null;
  const choice = favoriteAddrFamily(network, local, remote, listening);
  const fd = sys.open(choice.family, sotype);
  if (fd < 0) return Result.fail<NetFD>(new SyscallError("socket", new Errno(-fd)));
  const err = setDefaultSockopts(fd, choice.family, sotype, choice.ipv6only);
  if (err !== null) {
    sys.close(fd);
    return Result.fail<NetFD>(err);
  }
  return Result.ok<NetFD>(new NetFD(fd, choice.family, sotype, network));
}

function listenStream(fd: NetFD, laddr: EndPoint): NetError | null {
  const sysfd = fd.pfd.sysfd;
  let err = setDefaultListenerSockopts(sysfd);
  if (err !== null) return err;
  err = bind(fd, laddr);
  if (err !== null) return err;
  const code = sys.listen(sysfd, maxListenerBacklog());
  if (code != 0) return new SyscallError("listen", new Errno(-code));
  fd.local = sys.localAddress(sysfd);
  return null;
}

function connectStream(
  context: Context,
  fd: NetFD,
  laddr: EndPoint | null,
  raddr: EndPoint,
): NetError | null {
  if (laddr !== null) {
    const err = bind(fd, laddr);
    if (err !== null) return err;
  }
  const to = sockAddr(fd.family, raddr.addr, raddr.port);
  if (to.err !== null) return to.err;
  const err = fd.connect(context, to.value);
  if (err !== null) return err;
  fd.local = sys.localAddress(fd.pfd.sysfd);
  const peer = sys.peerAddress(fd.pfd.sysfd);
  fd.remote = peer !== null ? peer : to.value;
  return null;
}

function bind(fd: NetFD, laddr: EndPoint): NetError | null {
  const to = sockAddr(fd.family, laddr.addr, laddr.port);
  if (to.err !== null) return to.err;
  const code = sys.bind(fd.pfd.sysfd, to.value);
  return code == 0 ? null : new SyscallError("bind", new Errno(-code));
}
