/**
 * The socket calls, with numbers for arguments and results: everything that is 0 or more is a result, everything below is an error
 * number with its sign turned. What packets and messages need more is in message.ts.
 */
import { attached, peer } from "./attach";
import {
  clearAddress,
  Family,
  port,
  putAddress,
  SockAddr,
  takeAddress,
  takenAddress,
} from "./sockaddr";
import {
  fd_close,
  fd_fdstat_get,
  fd_fdstat_set_flags,
  sock_accept,
  sock_bind,
  sock_connect,
  sock_getlocaladdr,
  sock_getpeeraddr,
  sock_getsockopt,
  sock_listen,
  sock_open,
  sock_recv,
  sock_send,
  sock_setsockopt,
  sock_shutdown,
} from "./wasi_snapshot_preview1";

export { Family, isAbstract, PATH_MAX, SockAddr } from "./sockaddr";

/** Socket types. */
export namespace SockType {
  export const datagram = 1;
  export const stream = 2;
  export const raw = 3;
  export const seqpacket = 5;
}

/** What an fd is of, by WASI's own count. */
export namespace Filetype {
  export const datagram = 5;
  export const stream = 6;
}

/** Protocols that are not their type's only one. */
export namespace Protocol {
  export const mptcp = 262;
}

/** Levels of socket options. */
export namespace Level {
  export const socket = 0;
  export const ipv4 = 4;
  export const tcp = 6;
  export const ipv6 = 41;
  export const mptcp = 284;
  /** host has what is no option of a socket, but asked for in the same way. */
  export const host = 256;
}

/** Socket options. */
export namespace Option {
  export const reuseAddr = 0;
  export const type = 1;
  export const error = 2;
  export const broadcast = 4;
  export const sendBuffer = 5;
  export const receiveBuffer = 6;
  export const keepAlive = 7;
  export const linger = 9;
  export const tcpKeepIdle = 4;
  export const tcpKeepInterval = 5;
  export const tcpKeepCount = 6;
  export const tcpNoDelay = 15;
  export const mptcpInfo = 1;
  export const ipv6Only = 26;
  export const reusePort = 15;
  export const protocol = 16;
  export const ipv4MulticastInterface = 32;
  export const ipv4MulticastLoop = 34;
  export const ipv4AddMembership = 35;
  export const ipv6MulticastInterface = 17;
  export const ipv6MulticastLoop = 19;
  export const ipv6AddMembership = 20;
  /** unlink, of the host's: removes the file that the socket was bound to. */
  export const unlink = 1;
  /** duplicate, of the host's: its value is a new fd for the same socket. */
  export const duplicate = 2;
  /** sendMessage and receiveMessage, of the host's, are calls, whose value are their arguments. */
  export const sendMessage = 3;
  export const receiveMessage = 4;
}

/** Directions of `shutdown`. */
export namespace How {
  export const read = 1;
  export const write = 2;
}

const NONBLOCK: i32 = 4;

//   0 {u32 buf, u32 len}   8 u32 result   12 u16 roflags   16 an option's value of 8 bytes, or what is known of an fd, 24
const vector = memory.data(40, 8);
const result: usize = vector + 8;
const roflags: usize = vector + 12;
const room: usize = vector + 16;

/** open makes a socket that does not block. */
export function open(family: i32, type: i32): i32 {
  const errno = sock_open(family, type, result);
  if (errno != 0) return -errno;
  const fd = load<i32>(result);
  const refused = setNonblock(fd);
  if (refused == 0) return fd;
  fd_close(fd);
  return refused;
}

/** filetype tells what an fd is of. WASI's own, for hosts that know no options. */
export function filetype(fd: i32): i32 {
  const errno = fd_fdstat_get(fd, room);
  return errno != 0 ? -errno : load<u8>(room);
}

/** setNonblock lets no call on a socket block. */
export function setNonblock(fd: i32): i32 {
  return -fd_fdstat_set_flags(fd, NONBLOCK);
}

export function close(fd: i32): i32 {
  return -fd_close(fd);
}

export function bind(fd: i32, to: SockAddr): i32 {
  return -sock_bind(fd, putAddress(to), to.port);
}

export function listen(fd: i32, backlog: i32): i32 {
  return -sock_listen(fd, backlog);
}

export function connect(fd: i32, to: SockAddr): i32 {
  return -sock_connect(fd, putAddress(to), to.port);
}

/** accept takes a connection, which does not block. `acceptedFrom` is who it is from. */
export function accept(fd: i32): i32 {
  const errno = sock_accept(fd, NONBLOCK, result);
  return errno != 0 ? -errno : load<i32>(result);
}

/** acceptedFrom is the peer of the connection that `accept` has just answered: an attached host says so by itself. */
export function acceptedFrom(fd: i32): SockAddr | null {
  const family = attached ? <i32>load<u16>(peer) : 0;
  if (family != Family.inet4 && family != Family.inet6) return peerAddress(fd);
  const scope = load<u32>(peer, 4);
  return takeAddress(family, <i32>load<u16>(peer, 2), peer + 8, scope);
}

/** receive reads up to size bytes to the address at: their number, 0 at the end. */
export function receive(fd: i32, at: usize, size: i32): i32 {
  store<usize>(vector, at);
  store<i32>(vector, size, 4);
  const errno = sock_recv(fd, vector, 1, 0, result, roflags);
  return errno != 0 ? -errno : load<i32>(result);
}

/** wasControlCut tells whether what was just received had control data, for which `receive` has no room. */
export function wasControlCut(): bool {
  return (load<u16>(roflags) & 2) != 0;
}

/** send writes up to size bytes from the address at: their number. */
export function send(fd: i32, at: usize, size: i32): i32 {
  store<usize>(vector, at);
  store<i32>(vector, size, 4);
  const errno = sock_send(fd, vector, 1, 0, result);
  return errno != 0 ? -errno : load<i32>(result);
}

/** sendVector writes several pieces: count pairs {u32 address, u32 size} at the address pieces. */
export function sendVector(fd: i32, pieces: usize, count: i32): i32 {
  const errno = sock_send(fd, pieces, count, 0, result);
  return errno != 0 ? -errno : load<i32>(result);
}

/** duplicate answers a new fd for the same socket. */
export function duplicate(fd: i32): i32 {
  return option(fd, Level.host, Option.duplicate);
}

export function shutdown(fd: i32, how: i32): i32 {
  return -sock_shutdown(fd, how);
}

/** localAddress is the socket's own address, or null where there is none. */
export function localAddress(fd: i32): SockAddr | null {
  return sock_getlocaladdr(fd, clearAddress(), port) != 0 ? null : takenAddress();
}

/** peerAddress is the address that the socket is connected to, or null. */
export function peerAddress(fd: i32): SockAddr | null {
  return sock_getpeeraddr(fd, clearAddress(), port) != 0 ? null : takenAddress();
}

export function setOption(fd: i32, level: i32, name: i32, value: i32): i32 {
  store<i32>(result, value);
  return -sock_setsockopt(fd, level, name, result, 4);
}

/** setLinger sets {i32 on, i32 seconds}. */
export function setLinger(fd: i32, on: bool, seconds: i32): i32 {
  store<i32>(room, on ? 1 : 0);
  store<i32>(room, seconds, 4);
  return -sock_setsockopt(fd, Level.socket, Option.linger, room, 8);
}

/** setBytes sets an option that is no number. */
export function setBytes(fd: i32, level: i32, name: i32, value: StaticArray<u8>): i32 {
  return -sock_setsockopt(fd, level, name, changetype<usize>(value), value.length);
}

/** option is the value of an option; every one that is asked for is 0 or more. */
export function option(fd: i32, level: i32, name: i32): i32 {
  store<i32>(result, 0);
  const errno = sock_getsockopt(fd, level, name, result, 4);
  return errno != 0 ? -errno : load<i32>(result);
}
