/**
 * The options that every new socket gets, as Go sets them.
 */
import { NetError } from "./errors";
import { SyscallError } from "./os";
import { Errno } from "./sys/errno";
import * as sys from "./sys/socket";

/** setDefaultSockopts is for every new socket. That a host does not let IPv6 sockets take IPv4 as well is no error. */
export function setDefaultSockopts(
  fd: i32,
  family: i32,
  sotype: i32,
  ipv6only: bool,
): NetError | null {
  if (family == sys.Family.inet6 && sotype != sys.SockType.raw) {
    sys.setOption(fd, sys.Level.ipv6, sys.Option.ipv6Only, ipv6only ? 1 : 0);
  }
  const broadcasts = sotype == sys.SockType.datagram || sotype == sys.SockType.raw;
  return broadcasts && family != sys.Family.unix
    ? set(fd, sys.Level.socket, sys.Option.broadcast)
    : null;
}

/** setDefaultListenerSockopts lets a restarted server have its port again while old connections time out. */
export function setDefaultListenerSockopts(fd: i32): NetError | null {
  return set(fd, sys.Level.socket, sys.Option.reuseAddr);
}

/** setDefaultMulticastSockopts lets several sockets take the packets to a port. */
export function setDefaultMulticastSockopts(fd: i32): NetError | null {
  return set(fd, sys.Level.socket, sys.Option.reuseAddr);
}

function set(fd: i32, level: i32, name: i32): NetError | null {
  const code = sys.setOption(fd, level, name, 1);
  return code == 0 ? null : new SyscallError("setsockopt", new Errno(-code));
}
