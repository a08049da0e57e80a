/**
 * The socket calls, with numbers for arguments and results. Everything that is 0 or more is a result, everything below is an
 * error number with its sign turned.
 */
import { attached, peer } from "./attach";
import {
  fd_close,
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

/** Address families. */
export namespace Family {
  export const inet4 = 1;
  export const inet6 = 2;
  export const unix = 3;
}

/** Socket types. */
export namespace SockType {
  export const datagram = 1;
  export const stream = 2;
  export const raw = 3;
  export const seqpacket = 5;
}

/** Levels of socket options. */
export namespace Level {
  export const socket = 0;
  export const tcp = 6;
  export const ipv6 = 41;
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
  export const ipv6Only = 26;
}

/** Directions of `shutdown`. */
export namespace How {
  export const read = 1;
  export const write = 2;
}

const NONBLOCK: i32 = 4;

/** SockAddr is the address of an inet socket: 4 or 16 bytes in network order, as they stand in memory, in two words. */
export class SockAddr {
  constructor(
    readonly family: i32,
    readonly port: i32,
    readonly low: u64,
    readonly high: u64 = 0,
    /** scope is the number of the interface that a link-local address belongs to, or 0. */
    readonly scope: u32 = 0,
  ) {}

  /** same tells whether both are one end point. */
  same(other: SockAddr): bool {
    return (
      this.family == other.family &&
      this.port == other.port &&
      this.low == other.low &&
      this.high == other.high
    );
  }
}

//   0 {u32 buf, u32 len}   8 u32 result   12 u16 roflags   16 u32 port   24 128 bytes of address
const area = memory.data(152, 8);
const result: usize = area + 8;
const roflags: usize = area + 12;
const port: usize = area + 16;
const address: usize = area + 24;
const ADDRESS_SIZE: u32 = 128;

/** open makes a socket that does not block. */
export function open(family: i32, type: i32): i32 {
  const errno = sock_open(family, type, result);
  if (errno != 0) return -errno;
  const fd = load<i32>(result);
  const refused = fd_fdstat_set_flags(fd, NONBLOCK);
  if (refused == 0) return fd;
  fd_close(fd);
  return -refused;
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
  if (family == 0) return peerAddress(fd);
  const scope = load<u32>(peer, 4);
  return takeAddress(family, <i32>load<u16>(peer, 2), peer + 8, scope);
}

/** receive reads up to size bytes to the address at: their number, 0 at the end. */
export function receive(fd: i32, at: usize, size: i32): i32 {
  store<usize>(area, at);
  store<i32>(area, size, 4);
  const errno = sock_recv(fd, area, 1, 0, result, roflags);
  return errno != 0 ? -errno : load<i32>(result);
}

/** send writes up to size bytes from the address at: their number. */
export function send(fd: i32, at: usize, size: i32): i32 {
  store<usize>(area, at);
  store<i32>(area, size, 4);
  const errno = sock_send(fd, area, 1, 0, result);
  return errno != 0 ? -errno : load<i32>(result);
}

export function shutdown(fd: i32, how: i32): i32 {
  return -sock_shutdown(fd, how);
}

/** localAddress is the socket's own address, or null where there is none. */
export function localAddress(fd: i32): SockAddr | null {
  prepareAddress();
  return sock_getlocaladdr(fd, area, port) != 0 ? null : takenAddress();
}

/** peerAddress is the address that the socket is connected to, or null. */
export function peerAddress(fd: i32): SockAddr | null {
  prepareAddress();
  return sock_getpeeraddr(fd, area, port) != 0 ? null : takenAddress();
}

export function setOption(fd: i32, level: i32, name: i32, value: i32): i32 {
  store<i32>(result, value);
  return -sock_setsockopt(fd, level, name, result, 4);
}

/** setLinger sets {i32 on, i32 seconds}. */
export function setLinger(fd: i32, on: bool, seconds: i32): i32 {
  store<i32>(address, on ? 1 : 0);
  store<i32>(address, seconds, 4);
  return -sock_setsockopt(fd, Level.socket, Option.linger, address, 8);
}

/** option is the value of an option; every one that is asked for is 0 or more. */
export function option(fd: i32, level: i32, name: i32): i32 {
  store<i32>(result, 0);
  const errno = sock_getsockopt(fd, level, name, result, 4);
  return errno != 0 ? -errno : load<i32>(result);
}

/** putAddress writes {buf, len} and the bytes: 4, 16, or 20 with the scope. */
function putAddress(from: SockAddr): usize {
  store<usize>(area, address);
  store<u64>(address, from.low);
  store<u64>(address, from.high, 8);
  store<u32>(address, from.scope, 16);
  const size = from.family == Family.inet4 ? 4 : from.scope != 0 ? 20 : 16;
  store<u32>(area, size, 4);
  return area;
}

function prepareAddress(): void {
  store<usize>(area, address);
  store<u32>(area, ADDRESS_SIZE, 4);
  memory.fill(address, 0, ADDRESS_SIZE);
}

function takenAddress(): SockAddr | null {
  const number = load<i32>(port);
  return takeAddress(<i32>load<u16>(address), number, address + 2, load<u32>(address, 20));
}

function takeAddress(family: i32, number: i32, bytes: usize, scope: u32): SockAddr | null {
  if (family == Family.inet4) return new SockAddr(family, number, load<u32>(bytes));
  if (family != Family.inet6) return null;
  return new SockAddr(family, number, load<u64>(bytes), load<u64>(bytes, 8), scope);
}
